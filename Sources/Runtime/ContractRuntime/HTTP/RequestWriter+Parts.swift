public import ContractJSON

extension RequestWriter {
    /// Sets a multipart body after validating its parts together.
    /// - Parameter isValid: Checks what the contract says of the body as a whole, files as empty texts.
    /// - Throws: ``ClientError/invalidRequest(_:)``.
    public mutating func multipart(
        _ parts: MultipartWriter, _ isValid: (JSONNode, inout DecodingContext) -> Void = { _, _ in }
    ) throws(ClientError) {
        if !parts.violations.isEmpty { throw .invalidRequest(parts.violations) }
        try validate(JSONValue.object(parts.object), isValid)
        raw(parts.finish(), contentType: parts.contentType)
    }
}
