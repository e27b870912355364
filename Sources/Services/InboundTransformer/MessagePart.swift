/// Ids of the parts of a message that is too long for one message of the other platform. The first part has the
/// message's own id; `#` occurs in neither platform's ids.
enum MessagePart {
    /// The id of a part.
    /// - Parameter part: Which one, from 0.
    static func id(_ messageID: String, part: Int) -> String {
        part == 0 ? messageID : "\(messageID)#\(part + 1)"
    }

    /// The id of a file that follows its message; no part of a text is numbered 0.
    static func lateFile(_ messageID: String) -> String { "\(messageID)#0" }

    /// The message's own id, of whichever part.
    static func messageID(of id: String) -> String {
        guard let mark = id.lastIndex(of: "#"), !id[id.index(after: mark)...].isEmpty,
            id[id.index(after: mark)...].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return id }
        return String(id[..<mark])
    }

    /// Whether the message is none of an agent's but made to try a connection (`TestMessage`): `test` and 28 hexadecimal
    /// digits, as long as an id of Genesys Cloud, which is hexadecimal as a whole.
    static func isTest(_ id: String) -> Bool {
        id.utf8.count == 32 && id.hasPrefix("test")
            && id.dropFirst(4).utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// The id that stands for Genesys' one of a message that the business wrote in the WhatsApp Business app.
    static func writtenInApp(_ wamid: String) -> String { "\(appMark)\(wamid)" }

    /// Whether Genesys knows nothing of a message: one that was made to try a connection or written in the app.
    static func isUnknownToGenesys(_ id: String) -> Bool { isTest(id) || id.hasPrefix(appMark) }

    /// No id of Genesys Cloud, which is hexadecimal.
    private static let appMark = "app:"

    /// Whether it is the first part, or the whole message.
    static func isFirst(_ id: String) -> Bool { messageID(of: id) == id }
}
