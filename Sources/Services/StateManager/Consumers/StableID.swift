/// Makes the same UUID of the same text, so that storing something twice is harmless.
enum StableID {
    /// Two runs of 64-bit FNV-1a with different offsets; collisions matter only among the messages that the broker
    /// returned, of which there are few.
    static func uuid(of text: String) -> String {
        let digits = [0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f].map { (offset: UInt64) in
            let hash = text.utf8.reduce(offset) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        // Version 8 of RFC 9562: made by a rule of our own.
        let characters = Array(digits)
        let groups = [
            String(characters[0..<8]), String(characters[8..<12]), "8" + String(characters[13..<16]),
            "8" + String(characters[17..<20]), String(characters[20..<32]),
        ]
        return groups.joined(separator: "-")
    }
}
