/// A few texts that an ECMA-262 pattern likely matches. What it cannot read (look-around, properties) it passes over; whether a
/// text matches decides the pattern itself.
struct PatternSamples {
    private indirect enum Node {
        case text([Unicode.Scalar])
        case set([ClosedRange<UInt32>], isNegated: Bool)
        case sequence([Node])
        case alternatives([Node])
        case repeated(Node, ClosedRange<Int>)
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    /// - Parameter pattern: The pattern.
    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// Texts: the shortest reading, a longer one, and the last alternatives; without repetition.
    var texts: [String] {
        var reader = self
        let node = reader.alternatives()
        var found: [String] = []
        for choice in [Choice.shortest, .longer, .last, .longest] {
            var text = String.UnicodeScalarView()
            Self.write(node, choice, &text)
            if text.count <= 70_000, !found.contains(String(text)) { found.append(String(text)) }
        }
        return found
    }

    private enum Choice { case shortest, longer, last, longest }

    private static func write(_ node: Node, _ choice: Choice, _ text: inout String.UnicodeScalarView) {
        switch node {
        case .text(let scalars): text.append(contentsOf: scalars)
        case .set(let ranges, let isNegated): text.append(member(ranges, isNegated, choice))
        case .sequence(let nodes): for node in nodes { write(node, choice, &text) }
        case .alternatives(let nodes):
            if let node = choice == .last ? nodes.last : nodes.first { write(node, choice, &text) }
        case .repeated(let node, let range):
            let count: Int
            switch choice {
            case .shortest: count = range.lowerBound
            case .longer, .last: count = min(range.lowerBound + 2, range.upperBound)
            case .longest: count = range.upperBound == .max ? range.lowerBound + 8 : min(range.upperBound, 65_536)
            }
            for _ in 0..<count where text.count <= 70_000 { write(node, choice, &text) }
        }
    }

    private static func member(_ ranges: [ClosedRange<UInt32>], _ isNegated: Bool, _ choice: Choice) -> Unicode.Scalar {
        let candidates = ["a", "1", "A", "-", "x", "Z", "9", "~", " "].compactMap { Unicode.Scalar($0) }
        if isNegated {
            return candidates.first { candidate in !ranges.contains { $0.contains(candidate.value) } } ?? "é"
        }
        let range = choice == .last ? ranges.last : ranges.first
        guard let range else { return "a" }
        return Unicode.Scalar(choice == .longer ? range.upperBound : range.lowerBound) ?? "a"
    }

    // MARK: Reading

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func alternatives() -> Node {
        var branches = [sequence()]
        while next == "|" {
            position += 1
            branches.append(sequence())
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() -> Node {
        var nodes: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let atom = atom() else { continue }
            nodes.append(quantified(atom))
        }
        return .sequence(nodes)
    }

    /// One atom; nil for what matches no text.
    private mutating func atom() -> Node? {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "^", "$": return nil
        case ".": return .set([97...122], isNegated: false)
        case "(": return group()
        case "[": return set()
        case "\\": return escape()
        default: return .text([scalar])
        }
    }

    private mutating func group() -> Node? {
        var isLookaround = false
        if next == "?" {
            position += 1
            switch next {
            case ":": position += 1
            case "=", "!":
                isLookaround = true
                position += 1
            case "<":
                let following = position + 1 < scalars.count ? scalars[position + 1] : " "
                isLookaround = following == "=" || following == "!"
                while let scalar = next, isLookaround ? scalar == "<" || scalar == following : scalar != ">" {
                    position += 1
                }
                if !isLookaround { position += 1 }
            default: break
            }
        }
        let inner = alternatives()
        if next == ")" { position += 1 }
        return isLookaround ? nil : inner
    }

    private mutating func quantified(_ atom: Node) -> Node {
        let range: ClosedRange<Int>
        switch next {
        case "*": range = 0...(.max)
        case "+": range = 1...(.max)
        case "?": range = 0...1
        case "{":
            guard let bounds = bounds() else { return atom }
            range = bounds
        default: return atom
        }
        position += 1
        if next == "?" { position += 1 }
        return .repeated(atom, range)
    }

    /// The numbers of `{2,5}`; leaves the position at the closing brace.
    private mutating func bounds() -> ClosedRange<Int>? {
        guard let end = scalars[position...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(scalars[(position + 1)..<end]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let low = parts.first.flatMap({ Int($0) }) else { return nil }
        let high = parts.count == 1 ? low : Int(parts[1]) ?? .max
        guard low <= high else { return nil }
        position = end
        return low...high
    }

    private static let classes: [Unicode.Scalar: [ClosedRange<UInt32>]] = [
        "d": [48...57], "w": [97...122, 48...57, 65...90, 95...95], "s": [32...32],
    ]

    private mutating func escape() -> Node? {
        guard let scalar = next else { return nil }
        position += 1
        if let ranges = Self.classes[scalar] { return .set(ranges, isNegated: false) }
        switch scalar {
        case "D", "W", "S":
            return .set(Self.classes[scalar == "D" ? "d" : scalar == "W" ? "w" : "s"] ?? [], isNegated: true)
        case "b", "B": return nil
        case "p", "P":
            if next == "{", let end = scalars[position...].firstIndex(of: "}") { position = end + 1 }
            return .set(scalar == "p" ? [97...122] : [48...57], isNegated: false)
        default: return .text([Self.control(scalar)])
        }
    }

    private static func control(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        default: scalar
        }
    }

    private mutating func set() -> Node {
        var ranges: [ClosedRange<UInt32>] = []
        let isNegated = next == "^"
        if isNegated { position += 1 }
        while let scalar = next, scalar != "]" {
            position += 1
            guard scalar != "\\" else {
                switch escape() {
                case .set(let inner, false): ranges += inner
                case .text(let text): ranges += text.map { $0.value...$0.value }
                default: break
                }
                continue
            }
            if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                let upper = scalars[position + 1]
                position += 2
                if scalar.value <= upper.value { ranges.append(scalar.value...upper.value) }
            } else {
                ranges.append(scalar.value...scalar.value)
            }
        }
        if next == "]" { position += 1 }
        return .set(ranges, isNegated: isNegated)
    }
}
