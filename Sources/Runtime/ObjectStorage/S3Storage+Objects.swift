public import ContractRuntime
import HTTPTypes

extension S3Storage {
    /// Stores an object, replacing what was there; it appears whole or not at all.
    ///
    /// A stream that is longer than the configuration's part size is uploaded in parts, and holds one of them in memory.
    /// - Throws: ``StorageError``; ``StorageError/Code/sourceFailed`` if a stream fails or has not its announced length.
    @discardableResult
    public func put(
        _ body: ContractBody,
        bucket: String,
        key: String,
        attributes: ObjectAttributes = ObjectAttributes()
    ) async throws(StorageError) -> StoredObject {
        switch body {
        case .empty: try await put([], bucket: bucket, key: key, attributes: attributes)
        case .bytes(let bytes): try await put(bytes, bucket: bucket, key: key, attributes: attributes)
        case .stream(let chunks, let length):
            try await upload(chunks, length: length, bucket: bucket, key: key, attributes: attributes)
        }
    }

    /// Stores bytes in one call.
    func put(
        _ bytes: [UInt8],
        bucket: String,
        key: String,
        attributes: ObjectAttributes
    ) async throws(StorageError) -> StoredObject {
        var call = S3Call("put", .put, bucket, key, timeout: configuration.uploadTimeout)
        call.headers = try attributes.headers(operation: call.operation)
        call.body = bytes
        let response = try await perform(call)
        return StoredObject(size: bytes.count, eTag: response.eTag)
    }

    /// Fetches an object; the time-out covers the head, the body is streamed.
    /// - Parameter range: Byte positions to fetch, not empty; nil for all. An end past the object's is cut.
    public func get(
        bucket: String,
        key: String,
        range: Range<Int>? = nil
    ) async throws(StorageError) -> ObjectDownload {
        var call = S3Call("get", .get, bucket, key, timeout: configuration.requestTimeout)
        call.streamsResponse = true
        if let range {
            guard !range.isEmpty, range.lowerBound >= 0 else {
                throw StorageError(.invalidRequest, operation: call.operation, reason: "an empty range")
            }
            call.headers = [(.range, "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
        }
        let response = try await perform(call)
        // Not told by the status: `rclone serve s3` sends ranges with 200 (seen with 1.75).
        if let range, response.headers[.contentRange]?.hasPrefix("bytes \(range.lowerBound)-") != true {
            throw StorageError(.invalidResponse, operation: call.operation, reason: "the range was ignored")
        }
        return ObjectDownload(info: try ObjectInfo(response, operation: call.operation), body: response.body)
    }

    /// What is known of an object.
    public func head(bucket: String, key: String) async throws(StorageError) -> ObjectInfo {
        let call = S3Call("head", .head, bucket, key, timeout: configuration.requestTimeout)
        return try ObjectInfo(try await perform(call), operation: call.operation)
    }

    /// Removes an object; one that is not there is removed already.
    public func delete(bucket: String, key: String) async throws(StorageError) {
        do throws(StorageError) {
            _ = try await perform(S3Call("delete", .delete, bucket, key, timeout: configuration.requestTimeout))
        } catch {
            guard error.code == .notFound else { throw error }
        }
    }
}

extension ObjectAttributes {
    private static let metadataPrefix = "x-amz-meta-"

    func headers(operation: String) throws(StorageError) -> [(name: HTTPField.Name, value: String)] {
        var headers: [(name: HTTPField.Name, value: String)] = []
        if let contentType { headers.append((.contentType, contentType)) }
        if let contentDisposition { headers.append((.contentDisposition, contentDisposition)) }
        for (key, value) in metadata {
            guard let name = HTTPField.Name(Self.metadataPrefix + key) else {
                throw StorageError(.invalidRequest, operation: operation, reason: "not a metadata name")
            }
            headers.append((name, value))
        }
        return headers
    }

    init(_ headers: HTTPFields) {
        var metadata: [String: String] = [:]
        for field in headers where field.name.canonicalName.hasPrefix(Self.metadataPrefix) {
            metadata[String(field.name.canonicalName.dropFirst(Self.metadataPrefix.count))] = field.value
        }
        self.init(
            contentType: headers[.contentType],
            contentDisposition: headers[.contentDisposition],
            metadata: metadata
        )
    }
}

extension ObjectInfo {
    init(_ response: ContractResponse, operation: String) throws(StorageError) {
        // `Content-Range: bytes 0-9/1234` names the size of the whole, `Content-Length` that of the part.
        let total = response.headers[.contentRange].flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
        guard let size = total ?? response.headers[.contentLength].flatMap({ Int($0) }) else {
            throw StorageError(.invalidResponse, operation: operation, reason: "an object without a size")
        }
        self.init(size: size, eTag: response.eTag, attributes: ObjectAttributes(response.headers))
    }
}

extension ContractResponse {
    /// The `ETag` without its quotes.
    var eTag: String { (headers[.eTag] ?? "").filter { $0 != "\"" } }
}
