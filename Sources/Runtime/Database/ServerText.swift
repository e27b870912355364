/// Reads the server's text notations that are more than a plain value.
enum ServerText {
    /// `bytea` in hex notation: `\x00ff`.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.dropFirst(2)
        guard text.hasPrefix("\\x"), digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = nibble(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
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

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
