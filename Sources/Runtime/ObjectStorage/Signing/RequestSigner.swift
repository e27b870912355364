import Crypto

/// AWS Signature Version 4, for headers and for presigned URLs (AWS General Reference, "Create a signed AWS API request").
struct RequestSigner: Sendable {
    /// What stands where the hash of a body would, for a body whose hash is not known.
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    let accessKeyID: String
    let secretAccessKey: String
    let region: String
    let service: String

    /// A request as far as its signature covers it.
    struct Canonical {
        let method: String
        /// Encoded as it goes over the wire.
        let path: String
        /// Names and values, not encoded, in any order.
        var query: [(name: String, value: String)]
        /// Lower-case names; `host` among them.
        var headers: [(name: String, value: String)]
        let payloadHash: String
    }

    /// The value of the `Authorization` header; `x-amz-date` must be among the headers with the same time.
    func authorization(for request: Canonical, at time: UTCTimestamp) -> String {
        let signed = Self.signedHeaders(request)
        return "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope(time)), SignedHeaders=\(signed), "
            + "Signature=\(signature(of: Self.canonicalText(request), at: time))"
    }

    /// The whole query of a presigned URL.
    func presignedQuery(for request: Canonical, at time: UTCTimestamp, expiresInSeconds: Int) -> String {
        var request = request
        request.query += [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(accessKeyID)/\(scope(time))"),
            ("X-Amz-Date", time.basic), ("X-Amz-Expires", String(expiresInSeconds)),
            ("X-Amz-SignedHeaders", Self.signedHeaders(request)),
        ]
        let signature = signature(of: Self.canonicalText(request), at: time)
        return Self.encodedQuery(request.query) + "&X-Amz-Signature=" + signature
    }

    /// Query parameters encoded and in the order that signatures and URLs use.
    static func encodedQuery(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    static func hash(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    // MARK: The steps of the specification

    static func canonicalText(_ request: Canonical) -> String {
        let headers = request.headers.sorted { $0.name < $1.name }
            .map { "\($0.name):\(trimmed($0.value))\n" }.joined()
        return [
            request.method, request.path, encodedQuery(request.query), headers, signedHeaders(request),
            request.payloadHash,
        ].joined(separator: "\n")
    }

    func stringToSign(_ canonicalText: String, at time: UTCTimestamp) -> String {
        "AWS4-HMAC-SHA256\n\(time.basic)\n\(scope(time))\n\(Self.hash(Array(canonicalText.utf8)))"
    }

    private func signature(of canonicalText: String, at time: UTCTimestamp) -> String {
        var key = SymmetricKey(data: Array("AWS4\(secretAccessKey)".utf8))
        for part in [time.date, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let text = Array(stringToSign(canonicalText, at: time).utf8)
        return Self.hex(HMAC<SHA256>.authenticationCode(for: text, using: key))
    }

    private func scope(_ time: UTCTimestamp) -> String { "\(time.date)/\(region)/\(service)/aws4_request" }

    private static func signedHeaders(_ request: Canonical) -> String {
        request.headers.map(\.name).sorted().joined(separator: ";")
    }

    /// Without spaces at the ends, and with single ones within.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
