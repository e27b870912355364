/// What a file needs imported, found in one walk over its bytes: searching a file for each module costs more than emitting it.
struct Qualifiers {
    /// Names that stand before a full stop, such as modules before their types.
    private(set) var found: Set<Substring> = []

    init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        let bytes = text.utf8
        var nameStart: String.Index?
        for index in bytes.indices {
            let byte = bytes[index]
            if Self.isNamePart(byte) {
                nameStart = nameStart ?? index
                continue
            }
            if byte == UInt8(ascii: "."), let start = nameStart { found.insert(text[start..<index]) }
            nameStart = nil
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// Whether a word stands anywhere in a text.
    static func contains(_ word: StaticString, _ text: Substring.UTF8View) -> Bool {
        let first = word.utf8Start[0]
        var rest = text
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            let isHere = rest.prefix(word.utf8CodeUnitCount).elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
            if isHere { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
