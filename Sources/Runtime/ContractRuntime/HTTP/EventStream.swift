/// One event of a stream of server-sent events (WHATWG HTML, 9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// The data; line breaks separate `data` fields.
    public var data: String
    /// `event`; `message` where the server names none.
    public var event: String
    /// The last `id` that the server sent, if any.
    public var id: String?
    /// How long to wait before connecting again, if this event says so.
    public var retry: Duration?

    /// Creates an event.
    public init(_ data: String, event: String = "message", id: String? = nil, retry: Duration? = nil) {
        self.data = data
        self.event = event
        self.id = id
        self.retry = retry
    }

    /// The data as a value of a contract.
    public func value<Value: ContractValue>(as type: Value.Type = Value.self) throws(ContractDecodingError) -> Value {
        try Value(json: Array(data.utf8))
    }

    /// The event on the wire.
    var bytes: [UInt8] {
        var text = event == "message" ? "" : "event: \(Self.line(event))\n"
        if let id { text += "id: \(Self.line(id))\n" }
        if let retry { text += "retry: \(Int64(retry / .milliseconds(1)))\n" }
        let lines = data.replacing("\r\n", with: "\n").split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r"
        }
        for line in lines { text += "data: \(line)\n" }
        return Array((text + "\n").utf8)
    }

    private static func line(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }
}

/// A body of server-sent events: read event by event on the client, produced event by event on the server.
public struct EventStream: AsyncSequence, Sendable {
    /// Most bytes of one event.
    public static let maximumEventBytes = 1 << 20

    /// The body on the wire.
    public let body: ContractBody

    /// Reads a body.
    public init(_ body: ContractBody) { self.body = body }

    /// Sends what `next` gives, as soon as the receiver has taken what came before, until it gives nil.
    public init(next: @escaping @Sendable () async throws -> ServerSentEvent?) {
        body = .stream(AsyncThrowingStream { try await next()?.bytes }, length: nil)
    }

    /// Sends events that are known.
    public init(_ events: [ServerSentEvent]) { body = .bytes(events.flatMap(\.bytes)) }

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator { Iterator(body) }

    /// Reads events.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: AsyncThrowingStream<[UInt8], any Error>.Iterator?
        private var buffer: [UInt8] = []
        private var start = 0
        private var lastID: String?
        private var endedWithReturn = false
        private var isFirstLine = true

        init(_ body: ContractBody) {
            switch body {
            case .empty: break
            case .bytes(let bytes): buffer = bytes
            case .stream(let stream, _): source = stream.makeAsyncIterator()
            }
        }

        /// The next event; nil at the end. An event that the end cuts off is dropped, as the standard has it.
        public mutating func next() async throws -> ServerSentEvent? {
            var data: [String] = []
            var event = ""
            var retry: Duration?
            var size = 0
            while let line = try await line() {
                if line.isEmpty {
                    if !data.isEmpty {
                        return ServerSentEvent(
                            data.joined(separator: "\n"), event: event.isEmpty ? "message" : event, id: lastID,
                            retry: retry)
                    }
                    event = ""
                    continue
                }
                size += line.utf8.count
                guard size <= EventStream.maximumEventBytes else {
                    throw BodyTooLarge(limit: EventStream.maximumEventBytes)
                }
                let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                var value = halves.count > 1 ? halves[1] : ""
                if value.first == " " { value = value.dropFirst() }
                switch halves[0] {
                case "data": data.append(String(value))
                case "event": event = String(value)
                case "id" where !value.contains("\0"): lastID = String(value)
                case "retry": retry = Int64(value).map { .milliseconds($0) }
                default: break
                }
            }
            return nil
        }

        /// A line without its end, which is `\n`, `\r\n` or `\r`.
        private mutating func line() async throws -> String? {
            var scanned = start
            while true {
                if endedWithReturn, start < buffer.count {
                    endedWithReturn = false
                    if buffer[start] == 10 {
                        start += 1
                        scanned = start
                    }
                }
                while scanned < buffer.count, buffer[scanned] != 10, buffer[scanned] != 13 { scanned += 1 }
                if scanned < buffer.count {
                    var text = String(decoding: buffer[start..<scanned], as: UTF8.self)
                    endedWithReturn = buffer[scanned] == 13
                    start = scanned + 1
                    if isFirstLine, text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
                    isFirstLine = false
                    return text
                }
                guard buffer.count - start <= EventStream.maximumEventBytes else {
                    throw BodyTooLarge(limit: EventStream.maximumEventBytes)
                }
                let kept = scanned - start
                buffer.removeSubrange(..<start)
                start = 0
                scanned = kept
                guard let chunk = try await source?.next() else { return nil }
                buffer += chunk
            }
        }
    }
}
