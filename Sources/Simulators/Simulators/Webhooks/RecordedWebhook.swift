import ContractJSON

/// A recorded webhook body, in which strings are replaced and every other byte stays.
struct RecordedWebhook: Sendable {
    /// As recorded.
    let bytes: [UInt8]
    /// The same as JSON; nil if it is none.
    let document: JSONValue?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        document = try? JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: .max))
    }

    /// The body with each string that is a key of `replacements` replaced by its value; unchanged if it is no JSON.
    func replacing(_ replacements: [String: String]) -> [UInt8] {
        guard document != nil, !replacements.isEmpty else { return bytes }
        let quote = UInt8(ascii: "\"")
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            guard bytes[position] == quote else {
                result.append(bytes[position])
                position += 1
                continue
            }
            let literal = bytes[position..<endOfString(at: position)]
            let text = (try? JSONValue(parsing: Array(literal)))?.string
            if let text, let replacement = replacements[text] {
                result += JSONValue.string(replacement).jsonText.utf8
            } else {
                result += literal
            }
            position = literal.endIndex
        }
        return result
    }

    /// The place behind the string that begins here. The document was read before, so that every string ends.
    private func endOfString(at start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }
}

/// What is put in place of what in a recording, and the ids of the messages in it.
struct Readdressing: Sendable {
    var replacements: [String: String] = [:]
    var messageIDs: [String] = []

    /// Puts a value in the place of a recorded one, where there is one.
    mutating func put(_ new: String?, inPlaceOf recorded: JSONValue?) {
        if let new, let old = recorded?.string { replacements[old] = new }
    }

    /// Notes a message, with a new id if it gets one.
    mutating func note(message recorded: JSONValue?, renewed: String?) {
        guard let old = recorded?.string, !old.isEmpty else { return }
        // A recording may hold the same message twice.
        if let renewed, replacements[old] == nil { replacements[old] = renewed }
        messageIDs.append(replacements[old] ?? old)
    }
}
