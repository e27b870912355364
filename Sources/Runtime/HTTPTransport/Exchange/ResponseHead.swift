import HTTPTypes

/// Reads the status line and header lines of a response as libcurl hands them over, one line a call.
struct ResponseHead {
    private(set) var status = 0
    private(set) var headers = HTTPFields()
    private(set) var isComplete = false
    private var size = 0

    /// Most bytes of all header lines together.
    static let sizeLimit = 256 << 10

    enum Step {
        case more
        /// The line was the empty one after the final head.
        case complete
        case tooLarge
    }

    /// Takes the next line, line end included.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Step {
        // Trailer fields of a chunked body come the same way; contracts have none.
        guard !isComplete else { return .more }
        size += line.count
        guard size <= Self.sizeLimit else { return .tooLarge }
        var text = String(decoding: line, as: UTF8.self)[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        if text.hasPrefix("HTTP/") {
            self = ResponseHead()
            status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
        } else if text.isEmpty {
            // 1xx are announcements; the head that counts follows (101 is never asked for).
            isComplete = status >= 200
            return isComplete ? .complete : .more
        } else if let colon = text.firstIndex(of: ":"), let name = HTTPField.Name(String(text[..<colon])) {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(HTTPField(name: name, value: String(value)))
        }
        return .more
    }

    /// The body's byte count as announced.
    var contentLength: Int? {
        guard headers[.transferEncoding] == nil else { return nil }
        return headers[.contentLength].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
