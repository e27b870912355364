import ContractRuntime
import HTTPTypes

/// One request to the server, before it is signed.
struct S3Call {
    /// Most bytes of an XML answer; a listing of 1000 keys of 1 KB is the largest.
    static let documentLimit = 4 << 20

    /// For errors: `put bucket/key`.
    let operation: String
    let method: HTTPRequest.Method
    var bucket: String?
    var key: String?
    var query: [(name: String, value: String)] = []
    var headers: [(name: HTTPField.Name, value: String)] = []
    var body: [UInt8] = []
    let timeout: Duration
    var streamsResponse = false

    init(_ verb: String, _ method: HTTPRequest.Method, _ bucket: String?, _ key: String? = nil, timeout: Duration) {
        operation = ([verb] + [[bucket, key].compactMap { $0 }.joined(separator: "/")]).joined(separator: " ")
        self.method = method
        self.bucket = bucket
        self.key = key
        self.timeout = timeout
    }

    /// The path as it goes over the wire.
    var path: String {
        var path = "/"
        if let bucket { path += PercentEncoding.encode(bucket) }
        if let key { path += "/" + PercentEncoding.encode(key, keepingSlash: true) }
        return path
    }

    /// Checks names and headers against S3's rules (Amazon S3 User Guide, "Bucket naming rules", "Creating object key names").
    func validate() throws(StorageError) {
        if let bucket {
            let allowed = bucket.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
            guard allowed, (3...63).contains(bucket.utf8.count), !bucket.contains("..") else {
                throw StorageError(.invalidRequest, operation: operation, reason: "not a bucket name")
            }
        }
        if let key {
            let segments = key.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = segments.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            guard isPlain, (1...1024).contains(key.utf8.count), key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw StorageError(.invalidRequest, operation: operation, reason: "not an object key")
            }
        }
        for (name, value) in headers where !value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
            throw StorageError(.invalidRequest, operation: operation, reason: "\(name) must be visible ASCII")
        }
    }

    func signed(by signer: RequestSigner, host: String, at time: UTCTimestamp) -> ContractRequest {
        let hash = RequestSigner.hash(body)
        var fields = HTTPFields()
        var signedHeaders = [(name: "host", value: host)]
        for (name, value) in headers + [(.amzDate, time.basic), (.amzContentHash, hash)] {
            fields[name] = value
            signedHeaders.append((name.canonicalName, value))
        }
        fields[.authorization] = signer.authorization(
            for: RequestSigner.Canonical(
                method: method.rawValue,
                path: path,
                query: query,
                headers: signedHeaders,
                payloadHash: hash
            ),
            at: time
        )
        let target = query.isEmpty ? path : path + "?" + RequestSigner.encodedQuery(query)
        return ContractRequest(
            method: method,
            target: target,
            headers: fields,
            body: body.isEmpty ? .empty : .bytes(body)
        )
    }
}

extension HTTPField.Name {
    static var amzDate: Self { named("x-amz-date") }
    static var amzContentHash: Self { named("x-amz-content-sha256") }

    /// A name that is known to be one.
    private static func named(_ text: String) -> Self {
        guard let name = Self(text) else { preconditionFailure("\(text) is not a header name") }
        return name
    }
}
