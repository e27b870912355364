/// A set of Unicode scalars: a bit map for ASCII, ranges and properties for the rest.
struct PatternSet: Sendable {
    /// Bits 0...63 and 64...127.
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private(set) var properties: [PatternProperty] = []
    private(set) var isNegated = false
    /// Whether scalars are compared without case.
    private(set) var ignoresCase = false

    init() {}

    init(_ scalar: UInt32) { insert(scalar...scalar) }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        var next = range.lowerBound
        while next <= min(range.upperBound, 127) {
            if next < 64 { low |= 1 << UInt64(next) } else { high |= 1 << UInt64(next - 64) }
            next += 1
        }
        if range.upperBound > 127 { ranges.append(max(range.lowerBound, 128)...range.upperBound) }
    }

    mutating func insert(_ property: PatternProperty) {
        properties.append(property)
        for value in UInt32(0)..<128 {
            guard let scalar = Unicode.Scalar(value), property.contains(scalar) else { continue }
            insert(value...value)
        }
    }

    mutating func insert(_ other: PatternSet) {
        if other.isNegated {
            insert(PatternProperty(.set(other)))
        } else {
            low |= other.low
            high |= other.high
            ranges += other.ranges
            properties += other.properties
        }
    }

    /// Turns the set into its complement.
    mutating func negate() {
        isNegated.toggle()
        low = ~low
        high = ~high
    }

    /// Makes the set ignore case. Call it last.
    mutating func ignoreCase() {
        ignoresCase = true
        var folded = (low: low, high: high)
        for value in UInt32(0)..<128 {
            let isIn = isNegated ? !caselesslyContains(value) : caselesslyContains(value)
            let bit: UInt64 = 1 << UInt64(value & 63)
            let wanted = isIn != isNegated
            if value < 64 {
                folded.low = wanted ? folded.low | bit : folded.low & ~bit
            } else {
                folded.high = wanted ? folded.high | bit : folded.high & ~bit
            }
        }
        (low, high) = folded
    }

    /// Whether any form of a scalar in another case is in the set before negation.
    private func caselesslyContains(_ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        if plainContains(value) { return true }
        for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            var iterator = text.unicodeScalars.makeIterator()
            guard let only = iterator.next(), iterator.next() == nil else { continue }
            if plainContains(only.value) { return true }
            let back = only.properties.lowercaseMapping.unicodeScalars
            if back.count == 1, let first = back.first, plainContains(first.value) { return true }
        }
        return false
    }

    private func plainContains(_ value: UInt32) -> Bool {
        if value < 128 {
            let isSet = value < 64 ? low >> UInt64(value) & 1 == 1 : high >> UInt64(value - 64) & 1 == 1
            return isSet != isNegated
        }
        if ranges.contains(where: { $0.contains(value) }) { return true }
        guard !properties.isEmpty, let scalar = Unicode.Scalar(value) else { return false }
        return properties.contains { $0.contains(scalar) }
    }

    @inline(__always)
    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return low >> UInt64(value) & 1 == 1 }
        if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
        return containsBeyondASCII(value)
    }

    private func containsBeyondASCII(_ value: UInt32) -> Bool {
        let isIn = ignoresCase ? caselesslyContains(value) : plainContains(value)
        return isIn != isNegated
    }

    /// Whether no scalar is in both sets, as far as that can be seen quickly.
    func isDisjoint(with other: PatternSet) -> Bool {
        guard low & other.low == 0, high & other.high == 0 else { return false }
        return isASCIIOnly || other.isASCIIOnly
    }

    private var isASCIIOnly: Bool { ranges.isEmpty && properties.isEmpty && !isNegated && !ignoresCase }
}

extension PatternSet {
    /// `[0-9]`.
    static let digit: PatternSet = make("0"..."9")
    /// `[A-Za-z0-9_]`.
    static let word: PatternSet = make("0"..."9", "A"..."Z", "a"..."z", "_"..."_")
    /// White space and line terminators of ECMA-262.
    static let space: PatternSet = {
        var set = make("\t"..."\r", " "..." ", "\u{FEFF}"..."\u{FEFF}", "\u{2028}"..."\u{2029}", "\u{A0}"..."\u{A0}")
        set.insert(PatternProperty(.category([.spaceSeparator])))
        return set
    }()
    /// Line terminators of ECMA-262.
    static let lineTerminator: PatternSet = make("\n"..."\n", "\r"..."\r", "\u{2028}"..."\u{2029}")

    private static func make(_ ranges: ClosedRange<Unicode.Scalar>...) -> PatternSet {
        var set = PatternSet()
        for range in ranges { set.insert(range.lowerBound.value...range.upperBound.value) }
        return set
    }

    /// The complement.
    var negated: PatternSet {
        var set = self
        set.negate()
        return set
    }
}
