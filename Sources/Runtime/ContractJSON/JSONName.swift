/// Member names with U+0000, where json-c, whose names are C strings, would cut them.
///
/// In the text that json-c reads U+0000 in a name is U+FFFF and `0`, and U+FFFF itself is U+FFFF and `1`; U+FFFF is no character
/// (Unicode, chapter 23.7), so that names without either, which is all there are in practice, stay as they are.
enum JSONName {
    /// UTF-8 of U+FFFF.
    private static let mark: [UInt8] = [0xEF, 0xBF, 0xBF]

    /// The name that json-c gets.
    /// - Parameter characters: The name in a checked text, between the quotation marks.
    static func marked(_ characters: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var name: [UInt8] = []
        var index = 0
        while index < characters.count {
            if characters[index] != UInt8(ascii: "\\") {
                name.append(characters[index])
                index += 1
                if name.suffix(3) == mark[...] { name.append(UInt8(ascii: "1")) }
                continue
            }
            let scalar = escape(characters, &index)
            switch scalar.value {
            case 0: name += mark + [UInt8(ascii: "0")]
            case 0xFFFF: name += mark + [UInt8(ascii: "1")]
            default: name += Array(String(scalar).utf8)
            }
        }
        return name
    }

    /// The name that json-c gets for a name in memory.
    static func marked(_ name: String) -> [UInt8] {
        name.unicodeScalars.flatMap { scalar in
            switch scalar.value {
            case 0: mark + [UInt8(ascii: "0")]
            case 0xFFFF: mark + [UInt8(ascii: "1")]
            default: Array(String(scalar).utf8)
            }
        }
    }

    /// The character of an escape; half a surrogate pair is U+FFFD, as it is for json-c.
    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Unicode.Scalar {
        let letter = bytes[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: return Unicode.Scalar(letter)
        }
        let high = unit(bytes, index)
        index += 4
        guard (0xD800..<0xDC00).contains(high), index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        let low = unit(bytes, index + 2)
        guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        bytes[index..<index + 4].reduce(0) { $0 << 4 | UInt32(Character(Unicode.Scalar($1)).hexDigitValue ?? 0) }
    }

    /// Undoes the marks of a name that json-c gave back.
    static func unmarked(_ name: String) -> String {
        guard name.utf8.contains(mark[0]), name.unicodeScalars.contains("\u{FFFF}") else { return name }
        var result = String.UnicodeScalarView()
        var isMarked = false
        for scalar in name.unicodeScalars {
            if isMarked {
                result.append(scalar == "0" ? "\0" : "\u{FFFF}")
                isMarked = false
            } else if scalar == "\u{FFFF}" {
                isMarked = true
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
