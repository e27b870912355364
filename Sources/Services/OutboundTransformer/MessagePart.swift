/// Where a part of a message comes from: the same however many parts there are and whatever became of its files, so that a
/// message that is read again claims for each part what it claimed before.
struct PartPlace: Sendable, Hashable {
    /// What it begins with, from 0: the message's text, if it has one, then the elements of its content.
    var element: Int
    /// Which of the parts that begin there, from 0.
    var piece: Int
}

/// Ids of the parts of a message that is more than one message of the other platform. The first part has the message's own
/// id; `#` occurs in neither platform's ids.
enum MessagePart {
    /// Most parts of one element.
    private static let pieces = 1_000

    /// The id of a part.
    static func id(_ messageID: String, _ place: PartPlace) -> String {
        let number = place.element * pieces + min(place.piece, pieces - 1)
        return number == 0 ? messageID : "\(messageID)#\(number + 1)"
    }

    /// The message's own id, of whichever part.
    static func messageID(of id: String) -> String {
        guard let mark = id.lastIndex(of: "#"), !id[id.index(after: mark)...].isEmpty,
            id[id.index(after: mark)...].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return id }
        return String(id[..<mark])
    }

    /// Whether it is the first part, or the whole message.
    static func isFirst(_ id: String) -> Bool { messageID(of: id) == id }
}
