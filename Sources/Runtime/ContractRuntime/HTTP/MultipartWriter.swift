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

    /// What the parts break; a request with violations is not sent.
    private(set) var violations: [ContractViolation] = []
    /// The parts as the object that the contract describes, files as empty texts.
    private(set) var object = JSONObject()

    /// Adds a value as its form says: a JSON text, or texts; the elements of a list that stand apart are parts of one name.
    /// - Parameter headers: Header fields of the parts of the name, in order.
    public mutating func value(
        _ name: String, _ value: (some ContractValue)?, _ form: ParameterForm = ParameterForm(.form, explodes: true),
        _ rules: PartRules = PartRules(), headers: [PartHeaders?] = []
    ) {
        guard let json = value?.jsonValue, !json.isNull || form.style == .json else { return }
        object[name] = json
        let contentType = rules.contentType ?? (form.style == .json ? "application/json" : nil)
        for (index, entry) in ParameterEncoding(name: name, form: form).texts(json).enumerated() {
            let own = index < headers.count ? headers[index] : nil
            violations += rules.violations(name, contentType: nil, own)
            values.append(.bytes(head(entry.name, fileName: nil, contentType, own) + Array(entry.text.utf8)))
        }
    }

    /// Adds a file.
    public mutating func file(
        _ name: String, _ file: MultipartFile?, _ rules: PartRules = PartRules(), headers: PartHeaders? = nil
    ) {
        guard let file else { return }
        object[name] = .string("")
        add(name, file, rules, headers)
    }

    /// Adds files of one name.
    /// - Parameter headers: Header fields of the files, in order.
    public mutating func files(
        _ name: String, _ files: [MultipartFile]?, _ rules: PartRules = PartRules(), headers: [PartHeaders?] = []
    ) {
        guard let files else { return }
        object[name] = .array(files.map { _ in .string("") })
        for (index, file) in files.enumerated() { add(name, file, rules, index < headers.count ? headers[index] : nil) }
    }

    /// Adds parts that the contract does not name.
    public mutating func others(_ parts: [MultipartPart], _ form: ParameterForm) {
        for part in parts {
            switch part.content {
            case .value(let json): value(part.name, json, form.ofOther(json))
            case .file(let file): self.file(part.name, file)
            }
        }
    }

    private mutating func add(_ name: String, _ file: MultipartFile, _ rules: PartRules, _ headers: PartHeaders?) {
        violations += rules.violations(name, contentType: file.contentType, headers)
        files.append(.bytes(head(name, fileName: file.fileName ?? name, file.contentType, headers)))
        files.append(file.body)
    }

    private func head(
        _ name: String, fileName: String?, _ contentType: String?, _ headers: PartHeaders?
    ) -> [UInt8] {
        var text = "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(name))\""
        if let fileName { text += "; filename=\"\(Self.quoted(fileName))\"" }
        if let contentType { text += "\r\nContent-Type: \(contentType.filter { !$0.isNewline })" }
        return Array((text + (headers?.lines ?? "") + "\r\n\r\n").utf8)
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
