/// Reads the syntax of ECMA-262 §22.2.1 in Unicode mode.
struct PatternParser {
    let scalars: [Unicode.Scalar]
    var position = 0
    var groupCount = 1
    var hasBackReference = false
    var flags = Flags()
    /// Numbers of the groups of each name.
    private var names: [String: [Int]] = [:]
    private let declared: (count: Int, names: [String: [Int]])
    private var depth = 0

    /// What `(?ims-ims:…)` switches.
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesAll = false
    }

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
        declared = Self.declaredGroups(scalars)
    }

    mutating func parse() throws(PatternError) -> ParsedPattern {
        let root = try alternation()
        if let rest = current {
            throw error(rest == ")" ? "a closing parenthesis has no opening one" : "\(rest) is not expected here")
        }
        return ParsedPattern(root: root, groupCount: groupCount, hasBackReference: hasBackReference)
    }

    // MARK: Reading

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func peek(_ distance: Int = 1) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard position + wanted.count <= scalars.count,
            Array(scalars[position..<(position + wanted.count)]) == wanted
        else { return false }
        position += wanted.count
        return true
    }

    func error(_ reason: String) -> PatternError { PatternError(offset: position, reason: reason) }

    /// Groups are counted ahead, since a back reference may stand before its group.
    private static func declaredGroups(_ scalars: [Unicode.Scalar]) -> (count: Int, names: [String: [Int]]) {
        var count = 0
        var names: [String: [Int]] = [:]
        var isInClass = false
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "\\": index += 1
            case "[": isInClass = true
            case "]": isInClass = false
            case "(" where !isInClass:
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                guard next == "?" else {
                    count += 1
                    break
                }
                let isNamed =
                    index + 3 < scalars.count && scalars[index + 2] == "<" && scalars[index + 3] != "="
                    && scalars[index + 3] != "!"
                if isNamed {
                    count += 1
                    var name = ""
                    var end = index + 3
                    while end < scalars.count, scalars[end] != ">" {
                        name.unicodeScalars.append(scalars[end])
                        end += 1
                    }
                    names[name, default: []].append(count)
                }
            default: break
            }
            index += 1
        }
        return (count, names)
    }

    // MARK: Structure

    private mutating func alternation() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 250 else { throw error("groups are nested deeper than 250") }
        var branches = [try sequence()]
        while current == "|" {
            position += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            let firstGroup = groupCount
            let (item, isQuantifiable) = try term(scalar)
            items.append(try quantified(item, isQuantifiable: isQuantifiable, groups: firstGroup..<groupCount))
        }
        return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
    }

    private mutating func term(_ scalar: Unicode.Scalar) throws(PatternError) -> (PatternNode, Bool) {
        switch scalar {
        case "^":
            position += 1
            return (.start(isMultiline: flags.isMultiline), false)
        case "$":
            position += 1
            return (.end(isMultiline: flags.isMultiline), false)
        case "(": return try group()
        case ".":
            position += 1
            return (.set(flags.dotMatchesAll ? PatternSet().negated : PatternSet.lineTerminator.negated), true)
        case "[": return (.set(try characterClass()), true)
        case "\\": return try atomEscape()
        case "*", "+", "?": throw error("\(scalar) has nothing to repeat")
        case "{": throw error("{ has nothing to repeat; write \\{ for the brace itself")
        case "}", "]": throw error("\(scalar) has no opening one; write \\\(scalar) for the character itself")
        default:
            position += 1
            return (literal(scalar.value), true)
        }
    }

    func literal(_ value: UInt32) -> PatternNode {
        var set = PatternSet(value)
        if flags.ignoresCase { set.ignoreCase() }
        return .set(set)
    }

    private mutating func quantified(
        _ item: PatternNode,
        isQuantifiable: Bool,
        groups: Range<Int>
    ) throws(PatternError) -> PatternNode {
        let start = position
        let minimum: Int
        let maximum: Int?
        switch current {
        case "*":
            position += 1
            (minimum, maximum) = (0, nil)
        case "+":
            position += 1
            (minimum, maximum) = (1, nil)
        case "?":
            position += 1
            (minimum, maximum) = (0, 1)
        case "{": (minimum, maximum) = try bounds()
        default: return item
        }
        guard isQuantifiable else {
            position = start
            throw error("an assertion cannot be repeated")
        }
        let isLazy = take("?")
        return .repetition(item, minimum: minimum, maximum: maximum, isLazy: isLazy, groups: groups)
    }

    private mutating func bounds() throws(PatternError) -> (Int, Int?) {
        let start = position
        position += 1
        guard let minimum = number() else {
            position = start
            throw error("{ starts no quantifier; write \\{ for the brace itself")
        }
        var maximum: Int? = minimum
        if current == "," {
            position += 1
            maximum = number()
        }
        guard take("}") else {
            position = start
            throw error("{ starts no quantifier; write \\{ for the brace itself")
        }
        if let maximum, maximum < minimum {
            position = start
            throw error("the quantifier's bounds are out of order")
        }
        return (minimum, maximum)
    }

    /// Decimal digits; saturates far above any text.
    mutating func number() -> Int? {
        var value = 0
        let start = position
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min(value * 10 + Int(scalar.value - 48), 1 << 40)
            position += 1
        }
        return position > start ? value : nil
    }

    // MARK: Groups

    private mutating func group() throws(PatternError) -> (PatternNode, Bool) {
        let start = position
        func unclosed() -> PatternError {
            PatternError(offset: start, reason: "a parenthesis is not closed")
        }
        position += 1
        for (mark, isBehind, isNegated) in [
            ("?=", false, false), ("?!", false, true), ("?<=", true, false), ("?<!", true, true),
        ] where take(mark) {
            let inner = try alternation()
            guard take(")") else { throw unclosed() }
            return (.look(inner, isBehind: isBehind, isNegated: isNegated), false)
        }
        if take("?:") {
            let inner = try alternation()
            guard take(")") else { throw unclosed() }
            return (inner, true)
        }
        if take("?<") { return (try namedGroup(unclosed), true) }
        if current == "?" { return (try modifiedGroup(unclosed), true) }
        let number = groupCount
        groupCount += 1
        let inner = try alternation()
        guard take(")") else { throw unclosed() }
        return (.group(inner, number: number), true)
    }

    private mutating func namedGroup(_ unclosed: () -> PatternError) throws(PatternError) -> PatternNode {
        let name = try groupName()
        let number = groupCount
        groupCount += 1
        names[name, default: []].append(number)
        if names[name, default: []].count > 1 { throw error("two groups are called \(name)") }
        let inner = try alternation()
        guard take(")") else { throw unclosed() }
        return .group(inner, number: number)
    }

    private mutating func groupName() throws(PatternError) -> String {
        var name = ""
        while let scalar = current, scalar != ">" {
            let isFirst = name.isEmpty
            let isValid =
                scalar == "$" || scalar == "_" || scalar.properties.isIDStart
                || (!isFirst && (scalar.properties.isIDContinue || scalar == "\u{200C}" || scalar == "\u{200D}"))
            guard isValid else { throw error("\(scalar) is not allowed in the name of a group") }
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard !name.isEmpty, take(">") else { throw error("the name of a group is not complete") }
        return name
    }

    /// `(?i:…)`, `(?s-i:…)` of ECMA-262 2025.
    private mutating func modifiedGroup(_ unclosed: () -> PatternError) throws(PatternError) -> PatternNode {
        let before = flags
        position += 1
        var seen: Set<Unicode.Scalar> = []
        var isOn = true
        while let scalar = current, scalar != ":" {
            switch scalar {
            case "-" where isOn: isOn = false
            case "i" where seen.insert(scalar).inserted: flags.ignoresCase = isOn
            case "m" where seen.insert(scalar).inserted: flags.isMultiline = isOn
            case "s" where seen.insert(scalar).inserted: flags.dotMatchesAll = isOn
            default: throw error("(? starts no group of ECMA-262")
            }
            position += 1
        }
        guard !seen.isEmpty, take(":") else { throw error("(? starts no group of ECMA-262") }
        let inner = try alternation()
        guard take(")") else { throw unclosed() }
        flags = before
        return inner
    }

    // MARK: References

    /// Groups that a number or name refers to.
    mutating func reference() throws(PatternError) -> PatternNode? {
        if current == "k" {
            position += 1
            guard take("<") else { throw error("\\k needs the name of a group: \\k<name>") }
            let name = try groupName()
            guard let numbers = declared.names[name] else { throw error("no group is called \(name)") }
            hasBackReference = true
            return .namedReference(numbers: numbers)
        }
        guard let scalar = current, ("1"..."9").contains(scalar), let number = number() else { return nil }
        guard number <= declared.count else { throw error("there is no group \(number)") }
        hasBackReference = true
        return .backReference(number: number)
    }
}
