/// Cuts a multipart body into parts as its bytes arrive; holds a chunk and a boundary at the most.
actor MultipartParser {
    /// Head of a part.
    struct Head {
        var name: String
        var fileName: String?
        var contentType: String?
        var headers = PartHeaders()
    }

    /// Most bytes of the head of a part.
    static let maximumHead = 16 << 10

    private enum Stage { case preamble, body, end }

    private var source: AsyncThrowingStream<[UInt8], any Error>.Iterator?
    private var buffer: [UInt8]
    private var start = 0
    private var stage = Stage.preamble
    private let delimiter: [UInt8]

    init(_ body: ContractBody, boundary: String) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very start.
        buffer = [13, 10]
        switch body {
        case .empty: break
        case .bytes(let bytes): buffer += bytes
        case .stream(let stream, _): source = stream.makeAsyncIterator()
        }
    }

    static func malformed(_ reason: String) -> ProblemDocument {
        ProblemDocument(status: 400, title: "Bad Request", detail: "the body is no multipart body: \(reason)")
    }

    private var available: Int { buffer.count - start }

    /// More bytes in the buffer; false at the end.
    private func fill() async throws -> Bool {
        guard var source else { return false }
        let chunk = try await source.next(isolation: self)
        self.source = chunk == nil ? nil : source
        guard let chunk else { return false }
        if start > 0 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer += chunk
        return true
    }

    /// Position of a pattern in the buffer.
    private func find(_ pattern: [UInt8]) -> Int? {
        guard available >= pattern.count else { return nil }
        let last = buffer.count - pattern.count
        return buffer.withUnsafeBufferPointer { bytes in
            var index = start
            while index <= last {
                if bytes[index] == pattern[0], (1..<pattern.count).allSatisfy({ bytes[index + $0] == pattern[$0] }) {
                    return index
                }
                index += 1
            }
            return nil
        }
    }

    /// The head of the next part; nil behind the last one. The body of the part before has to be read.
    func nextPart() async throws -> Head? {
        if stage == .preamble { while try await chunk() != nil {} }
        guard stage != .end else { return nil }
        while available < 2 { guard try await fill() else { throw Self.malformed("it ends within a delimiter") } }
        if buffer[start] == UInt8(ascii: "-"), buffer[start + 1] == UInt8(ascii: "-") {
            stage = .end
            return nil
        }
        let head = try await self.head()
        stage = .body
        return head
    }

    private func head() async throws -> Head {
        let end: [UInt8] = [13, 10, 13, 10]
        var found = find(end)
        while found == nil {
            guard available <= Self.maximumHead else { throw Self.malformed("the head of a part is too long") }
            guard try await fill() else { throw Self.malformed("it ends within the head of a part") }
            found = find(end)
        }
        let text = String(decoding: buffer[start..<(found ?? start)], as: UTF8.self)
        start = (found ?? start) + end.count
        var head = Head(name: "")
        for line in text.split(separator: "\r\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            switch halves[0].lowercased() {
            case "content-disposition":
                let parameters = HeaderParameters(String(halves[1]))
                head.name = parameters["name"] ?? ""
                head.fileName = parameters["filename"]
            case "content-type": head.contentType = String(halves[1]).trimmingSpaces
            case let name: head.headers.add(name, String(halves[1]).trimmingSpaces)
            }
        }
        guard !head.name.isEmpty else { throw Self.malformed("a part has no name") }
        return head
    }

    /// The next bytes of the part; nil at its end.
    private func chunk() async throws -> [UInt8]? {
        while true {
            if let end = find(delimiter) {
                let bytes = Array(buffer[start..<end])
                if bytes.isEmpty {
                    start = end + delimiter.count
                    return nil
                }
                start = end
                return bytes
            }
            // What could be the beginning of a delimiter stays.
            let safe = available - delimiter.count + 1
            if safe > 0 {
                let bytes = Array(buffer[start..<(start + safe)])
                start += safe
                return bytes
            }
            guard try await fill() else { throw Self.malformed("it ends without its last delimiter") }
        }
    }

    /// The whole body of a part.
    func collect(limit: Int, whole: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await chunk() {
            guard bytes.count + chunk.count <= limit else { throw BodyTooLarge(limit: whole) }
            bytes += chunk
        }
        return bytes
    }

    /// The next bytes of the last part.
    func lastChunk() async throws -> [UInt8]? {
        guard stage == .body else { return nil }
        if let bytes = try await chunk() { return bytes }
        guard try await nextPart() == nil else { throw Self.malformed("a part follows the file that was streamed") }
        return nil
    }
}
