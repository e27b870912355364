/// Reads the server's text notations that are more than a plain value.
enum ServerText {
    /// `bytea` in hex notation: `\x00ff`.
    static func bytes(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.starts(with: "\\x".utf8), text.count.isMultiple(of: 2) else { return nil }
        let count = text.count / 2 - 1
        var areDigits = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            for index in 0..<count {
                let (high, low) = (nibble(text[2 * index + 2]), nibble(text[2 * index + 3]))
                areDigits = areDigits && high < 16 && low < 16
                buffer[index] = high << 4 | low
            }
            written = count
        }
        return areDigits ? bytes : nil
    }

    /// A one-dimensional array without nulls: `{a,"b c","say \"hi\""}`.
    static func array(_ text: String) -> [String]? {
        var rest = Substring(text).utf8
        guard rest.popFirst() == UInt8(ascii: "{"), rest.popLast() == UInt8(ascii: "}") else { return nil }
        var elements: [String] = []
        while !rest.isEmpty {
            guard let element = rest.first == UInt8(ascii: "\"") ? quoted(&rest) : bare(&rest) else { return nil }
            elements.append(element)
            guard let separator = rest.popFirst() else { return elements }
            guard separator == UInt8(ascii: ","), !rest.isEmpty else { return nil }
        }
        return elements
    }

    private static func bare(_ rest: inout Substring.UTF8View) -> String? {
        let element = rest.prefix { $0 != UInt8(ascii: ",") }
        rest = rest.dropFirst(element.count)
        let text = String(Substring(element))
        // An unquoted NULL is a null; nested arrays begin with a brace.
        return text == "NULL" || text.hasPrefix("{") ? nil : text
    }

    private static func quoted(_ rest: inout Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    /// 0 to 15, or more for what is no digit.
    private static func nibble(_ digit: UInt8) -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: 16
        }
    }
}
