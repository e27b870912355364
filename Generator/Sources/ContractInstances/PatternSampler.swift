import ContractRuntime

/// Makes texts that match a regular expression of ECMA-262. Assertions that look around are passed over; whoever needs
/// certainty asks the pattern afterwards.
struct PatternSampler {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var random: SeededGenerator

    private init(_ pattern: String, _ random: SeededGenerator) {
        scalars = Array(pattern.unicodeScalars)
        self.random = random
    }

    /// A text that matches; nil if none was found.
    static func sample(_ pattern: ContractPattern, _ random: inout SeededGenerator) -> String? {
        for _ in 0..<20 {
            var sampler = PatternSampler(pattern.source, SeededGenerator(seed: random.next()))
            let text = sampler.alternation()
            if pattern.matches(text) { return text }
        }
        return nil
    }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternation() -> String {
        var branches = [sequence()]
        while take("|") { branches.append(sequence()) }
        return branches.randomElement(using: &random) ?? ""
    }

    private mutating func sequence() -> String {
        var text = ""
        while let scalar = current, scalar != "|", scalar != ")" {
            let start = position
            var piece = atom()
            let end = position
            let count = quantifier()
            let rest = position
            guard let count else {
                text += piece
                continue
            }
            // Each round is a new sample of the same part.
            for round in 0..<count {
                if round > 0 {
                    position = start
                    piece = atom()
                    position = end
                }
                text += piece
            }
            position = rest
        }
        return text
    }

    /// How often the part before is repeated; nil without a quantifier.
    private mutating func quantifier() -> Int? {
        var bounds: (low: Int, high: Int)?
        switch current {
        case "*": bounds = (0, 3)
        case "+": bounds = (1, 4)
        case "?": bounds = (0, 1)
        case "{":
            guard let (low, high, length) = braces() else { return nil }
            position += length - 1
            bounds = (low, high ?? low + 3)
        default: return nil
        }
        position += 1
        _ = take("?")
        return bounds.map { Int.random(in: $0.low...max($0.low, $0.high), using: &random) }
    }

    private func braces() -> (low: Int, high: Int?, length: Int)? {
        guard let close = scalars[position...].firstIndex(of: "}") else { return nil }
        let inside = String(String.UnicodeScalarView(scalars[(position + 1)..<close]))
        let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
        guard let low = Int(parts[0]) else { return nil }
        let high = parts.count == 1 ? low : Int(parts[1])
        return (low, high.map { min($0, low + 8) }, close - position + 1)
    }

    private mutating func atom() -> String {
        guard let scalar = current else { return "" }
        position += 1
        switch scalar {
        case "^", "$": return ""
        case ".": return String(Self.pick(["a", "Z", "5", "-"], &random))
        case "(": return group()
        case "[": return characterClass()
        case "\\": return escape().randomElement(using: &random).map { String(Character($0)) } ?? ""
        default: return String(Character(scalar))
        }
    }

    private static func pick(_ scalars: [Unicode.Scalar], _ random: inout SeededGenerator) -> Character {
        Character(scalars.randomElement(using: &random) ?? "a")
    }

    private mutating func group() -> String {
        var isKept = true
        if take("?") {
            if take("<") {
                if current == "=" || current == "!" {
                    isKept = false
                    position += 1
                } else {
                    while let scalar = current, scalar != ">" { _ = take(scalar) }
                    position += 1
                }
            } else {
                isKept = current == ":"
                position += 1
            }
        }
        let text = alternation()
        _ = take(")")
        return isKept ? text : ""
    }

    private static let digits = (48...57).compactMap(Unicode.Scalar.init(_:) as (UInt8) -> Unicode.Scalar?)
    private static let letters = (97...122).compactMap(Unicode.Scalar.init(_:) as (UInt8) -> Unicode.Scalar?)

    /// The scalars that an escape stands for; none for a word boundary.
    private mutating func escape() -> [Unicode.Scalar] {
        guard let scalar = current else { return [] }
        position += 1
        switch scalar {
        case "d": return Self.digits
        case "w": return Self.letters + Self.digits + ["_"]
        case "s": return [" "]
        case "D", "S", "W": return scalar == "W" ? ["-", " "] : Self.letters
        case "b", "B": return []
        case "n": return ["\n"]
        case "r": return ["\r"]
        case "t": return ["\t"]
        case "p", "P":
            let name = braced()
            if name.hasPrefix("N") { return scalar == "p" ? Self.digits : Self.letters }
            if name == "Lu" || name == "Uppercase" { return ["A", "B", "Q"] }
            return scalar == "p" ? Self.letters : Self.digits
        case "u": return code(digits: 4)
        case "x": return code(digits: 2)
        default: return [scalar]
        }
    }

    private mutating func braced() -> String {
        guard take("{") else { return "" }
        let start = position
        while let scalar = current, scalar != "}" { _ = take(scalar) }
        let name = String(String.UnicodeScalarView(scalars[start..<position]))
        _ = take("}")
        return name
    }

    private mutating func code(digits: Int) -> [Unicode.Scalar] {
        var text = braced()
        if text.isEmpty {
            text = String(String.UnicodeScalarView(scalars[position..<min(position + digits, scalars.count)]))
            position = min(position + digits, scalars.count)
        }
        return UInt32(text, radix: 16).flatMap(Unicode.Scalar.init).map { [$0] } ?? []
    }

    private mutating func characterClass() -> String {
        let isNegated = take("^")
        var members: [Unicode.Scalar] = []
        while let scalar = current, scalar != "]" {
            position += 1
            let low = scalar == "\\" ? escape() : [scalar]
            if low.count == 1, current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                let end = current ?? "a"
                position += 1
                let high = end == "\\" ? escape() : [end]
                members += Self.range(low[0], high.first ?? low[0])
            } else {
                members += low
            }
        }
        _ = take("]")
        guard isNegated else { return String(Self.pick(members, &random)) }
        let others = (Self.letters + Self.digits + [" ", "-", "_", "~", "A"]).filter { !members.contains($0) }
        return String(Self.pick(others, &random))
    }

    /// Both ends of a range and what lies between, at most 128 of it.
    private static func range(_ low: Unicode.Scalar, _ high: Unicode.Scalar) -> [Unicode.Scalar] {
        guard low.value <= high.value else { return [low] }
        return (low.value...min(high.value, low.value + 127)).compactMap(Unicode.Scalar.init) + [high]
    }
}
