/// Comparisons that do not tell by their duration where two values differ.
public enum ConstantTime {
    /// Compares in a time that depends on the lengths only.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    /// Whether `candidate` is one of `accepted`; looks at all of them.
    public static func contains(_ candidate: [UInt8], in accepted: [[UInt8]]) -> Bool {
        accepted.reduce(false) { areEqual(candidate, $1) || $0 }
    }
}
