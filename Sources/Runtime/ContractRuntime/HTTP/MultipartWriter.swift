import ContractJSON

/// Builds a multipart body (RFC 7578); what generated clients call. Files come behind values, in the order given.
public struct MultipartWriter: Sendable {
    private var values: [ContractBody] = []
    private var files: [ContractBody] = []
    private let boundary: String

    /// Creates a writer with a boundary of its own.
    public init() {
        boundary =
            "part-\(String(UInt64.random(in: .min ... .max), radix: 36))\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }

    /// The content type of the body.
    public var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// Adds a value: a JSON text where `isJSON`, the elements of an array as parts of the same name else.
    public mutating func value(_ name: String, _ value: (some ContractValue)?, contentType: String?, isJSON: Bool) {
        guard let json = value?.jsonValue, !json.isNull || isJSON else { return }
        if isJSON {
            add(name, contentType ?? "application/json", json.jsonBytes)
        } else if case .array(let elements) = json {
            for element in elements { add(name, contentType, Array((element.string ?? element.jsonText).utf8)) }
        } else {
            add(name, contentType, Array((json.string ?? json.jsonText).utf8))
        }
    }

    private mutating func add(_ name: String, _ contentType: String?, _ bytes: [UInt8]) {
        values.append(.bytes(head(name, fileName: nil, contentType) + bytes))
    }

    /// Adds a file.
    public mutating func file(_ name: String, _ file: MultipartFile?) {
        guard let file else { return }
        files.append(.bytes(head(name, fileName: file.fileName ?? name, file.contentType)))
        files.append(file.body)
    }

    private func head(_ name: String, fileName: String?, _ contentType: String?) -> [UInt8] {
        var text = "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(name))\""
        if let fileName { text += "; filename=\"\(Self.quoted(fileName))\"" }
        if let contentType { text += "\r\nContent-Type: \(contentType.filter { !$0.isNewline })" }
        return Array((text + "\r\n\r\n").utf8)
    }

    /// Quotation marks and line breaks as browsers write them (WHATWG HTML, multipart/form-data encoding algorithm).
    private static func quoted(_ text: String) -> String {
        text.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    /// The body: bytes if all parts are in memory, else a stream that reads each part when its turn comes.
    public func finish() -> ContractBody {
        let bodies = values + files + [.bytes(Array("\r\n--\(boundary)--\r\n".utf8))]
        var bytes: [UInt8] = []
        for body in bodies {
            switch body {
            case .empty: break
            case .bytes(let more): bytes += more
            case .stream:
                let lengths = bodies.map(\.length)
                let length = lengths.contains(nil) ? nil : lengths.reduce(0) { $0 + ($1 ?? 0) }
                let sequence = BodySequence(bodies)
                return .stream(AsyncThrowingStream { try await sequence.next() }, length: length)
            }
        }
        return .bytes(bytes)
    }
}

/// Several bodies one after the other.
private actor BodySequence {
    private var bodies: [ContractBody]
    private var current: AsyncThrowingStream<[UInt8], any Error>.Iterator?

    init(_ bodies: [ContractBody]) { self.bodies = bodies.reversed() }

    func next() async throws -> [UInt8]? {
        while true {
            if var iterator = current {
                let chunk = try await iterator.next(isolation: self)
                current = chunk == nil ? nil : iterator
                if let chunk { return chunk }
            }
            switch bodies.popLast() {
            case nil: return nil
            case .empty: break
            case .bytes(let bytes): if !bytes.isEmpty { return bytes }
            case .stream(let stream, _): current = stream.makeAsyncIterator()
            }
        }
    }
}
