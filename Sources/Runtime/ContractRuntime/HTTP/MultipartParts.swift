/// A part of a multipart body that is a file.
public struct MultipartFile: Sendable {
    /// `filename` of the part.
    public var fileName: String?
    /// `Content-Type` of the part.
    public var contentType: String
    /// The bytes, in memory or streamed.
    public var body: ContractBody

    /// Creates a file.
    public init(_ body: ContractBody, fileName: String? = nil, contentType: String = "application/octet-stream") {
        self.body = body
        self.fileName = fileName
        self.contentType = contentType
    }
}

/// The parts of a multipart body (RFC 7578).
///
/// Parts are kept in memory up to ``maximumMemory``, except for one: the file that the contract names last is handed over as a stream
/// once all parts that must be there have come, so that a large file costs no memory. A part that follows breaks the
/// stream; generated clients send files last.
public struct MultipartParts: Sendable {
    /// What stands around the content of a part.
    struct Head {
        var name: String
        /// `Content-Type` as it was sent.
        var contentType: String?
        var headers: PartHeaders
    }

    /// Parts that are values, in order.
    private(set) var values: [(head: Head, bytes: [UInt8])] = []
    /// Parts that are files, in order.
    private(set) var files: [(head: Head, file: MultipartFile)] = []

    /// Heads of the parts of a name, in order.
    func heads(_ name: String) -> [Head] { (values.map(\.head) + files.map(\.head)).filter { $0.name == name } }

    /// Most bytes of all parts that are kept in memory, whatever the body may have: 1 MiB.
    public static let maximumMemory = 1 << 20
    /// Most parts of a body.
    public static let maximumParts = 1_000

    static func read(
        _ body: ContractBody, contentType: String, limit: Int, values: Set<String>, files: Set<String>,
        streamed: String?, required: Set<String>
    ) async throws -> MultipartParts {
        guard let boundary = boundary(of: contentType) else {
            throw ProblemDocument(
                status: 400, title: "Bad Request", detail: "the content type of the body names no boundary")
        }
        let parser = MultipartParser(body, boundary: boundary)
        var parts = MultipartParts()
        let limit = min(limit, maximumMemory)
        var rest = limit
        var missing = required
        var count = 0
        while let head = try await parser.nextPart() {
            count += 1
            guard count <= maximumParts else { throw MultipartParser.malformed("more than \(maximumParts) parts") }
            missing.remove(head.name)
            let known = Head(name: head.name, contentType: head.contentType, headers: head.headers)
            // Some peers give every part a file name; what the contract calls a value is one.
            let isFile = files.contains(head.name) || head.fileName != nil && !values.contains(head.name)
            guard isFile else {
                let bytes = try await parser.collect(limit: rest, whole: limit)
                rest -= bytes.count
                parts.values.append((known, bytes))
                continue
            }
            var file = MultipartFile(
                .empty, fileName: head.fileName, contentType: head.contentType ?? "application/octet-stream")
            if head.name == streamed, missing.isEmpty {
                file.body = .stream(AsyncThrowingStream { try await parser.lastChunk() }, length: nil)
                parts.files.append((known, file))
                return parts
            }
            let bytes = try await parser.collect(limit: rest, whole: limit)
            rest -= bytes.count
            file.body = .bytes(bytes)
            parts.files.append((known, file))
        }
        return parts
    }

    private static func boundary(of contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/") else { return nil }
        return HeaderParameters(contentType)["boundary"].flatMap { $0.isEmpty || $0.utf8.count > 70 ? nil : $0 }
    }
}

/// Parameters of a header field: `form-data; name="a"; filename="b \" c"`.
struct HeaderParameters {
    private var values: [String: String] = [:]

    init(_ field: String) {
        var rest = Substring(field)
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard rest.first == "\"" else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                values[name] = String(rest[..<end]).trimmingSpaces
                rest = rest[end...]
                continue
            }
            rest = rest.dropFirst()
            var text = ""
            while let character = rest.popFirst(), character != "\"" {
                text.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
            }
            values[name] = text
        }
    }

    subscript(name: String) -> String? { values[name] }
}
