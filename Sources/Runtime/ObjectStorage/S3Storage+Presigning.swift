import HTTPTypes

extension S3Storage {
    /// A URL by which anyone can download an object until it expires; made without asking the server.
    /// - Parameters:
    ///   - expiresInSeconds: 1 to 604,800 (seven days, the most that Signature Version 4 allows).
    ///   - contentType: What the download's media type shall be instead of the stored one.
    ///   - contentDisposition: What the download shall be called instead of the stored name; see ``ContentDisposition``.
    public func presignedGet(
        bucket: String,
        key: String,
        expiresInSeconds: Int,
        contentType: String? = nil,
        contentDisposition: String? = nil
    ) throws(StorageError) -> String {
        let call = S3Call("presign", .get, bucket, key, timeout: configuration.requestTimeout)
        try call.validate()
        guard (1...604_800).contains(expiresInSeconds) else {
            throw StorageError(.invalidRequest, operation: call.operation, reason: "expiry must be 1 to 604800 seconds")
        }
        var query: [(name: String, value: String)] = []
        if let contentType { query.append(("response-content-type", contentType)) }
        if let contentDisposition { query.append(("response-content-disposition", contentDisposition)) }
        let request = RequestSigner.Canonical(
            method: "GET",
            path: call.path,
            query: query,
            headers: [("host", publicEndpoint.authority)],
            payloadHash: RequestSigner.unsignedPayload
        )
        let signed = signer.presignedQuery(for: request, at: signingTime, expiresInSeconds: expiresInSeconds)
        return publicEndpoint.origin + call.path + "?" + signed
    }
}
