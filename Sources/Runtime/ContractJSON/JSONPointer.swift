/// Escaping of reference tokens (RFC 6901).
public enum JSONPointer {
    /// A member name as one reference token: `~` becomes `~0`, `/` becomes `~1`.
    public static func escape(_ name: some StringProtocol) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return String(name)
        }
        var escaped = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// The member name of one reference token.
    public static func unescape(_ token: some StringProtocol) -> String {
        guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
        var name = ""
        var isEscape = false
        for character in token.unicodeScalars {
            if isEscape {
                name.unicodeScalars.append(character == "1" ? "/" : character == "0" ? "~" : character)
                isEscape = false
            } else if character == "~" {
                isEscape = true
            } else {
                name.unicodeScalars.append(character)
            }
        }
        return name
    }
}
