import HTTPTypes

extension S3Storage {
    /// Most parts of an upload (Amazon S3 User Guide, "Multipart upload limits").
    private static let partLimit = 10_000

    /// Stores a stream: in one call if it fits into a part, else part by part.
    func upload(
        _ chunks: AsyncThrowingStream<[UInt8], any Error>,
        length: Int?,
        bucket: String,
        key: String,
        attributes: ObjectAttributes
    ) async throws(StorageError) -> StoredObject {
        let operation = "put \(bucket)/\(key)"
        var source = UploadSource(chunks, length: length, partSize: configuration.partSize, operation: operation)
        var part = try await source.next() ?? []
        guard part.count == configuration.partSize, var next = try await source.next() else {
            return try await put(part, bucket: bucket, key: key, attributes: attributes)
        }
        let upload = try await begin(bucket: bucket, key: key, attributes: attributes)
        do throws(StorageError) {
            while !part.isEmpty {
                guard upload.parts.count < Self.partLimit else {
                    throw StorageError(.tooLarge, operation: operation, reason: "more than \(Self.partLimit) parts")
                }
                try await upload.store(part, in: self)
                // Each part is let go of before the next one is read, so that one is in memory.
                part = next
                next = []
                if part.isEmpty { part = try await source.next() ?? [] }
            }
            return try await complete(upload)
        } catch {
            await abort(upload)
            throw error
        }
    }

    private func begin(
        bucket: String,
        key: String,
        attributes: ObjectAttributes
    ) async throws(StorageError) -> MultipartUpload {
        var call = S3Call("begin upload", .post, bucket, key, timeout: configuration.requestTimeout)
        call.query = [("uploads", "")]
        call.headers = try attributes.headers(operation: call.operation)
        let answer = try await document(
            // Without "Result" from gofakes3, the core of `rclone serve s3` (seen with rclone 1.7x, 2025).
            ["InitiateMultipartUploadResult", "InitiateMultipartUpload"],
            from: call
        )
        guard let id = answer["UploadId"]?.text, !id.isEmpty else {
            throw StorageError(.invalidResponse, operation: call.operation, reason: "an upload without an id")
        }
        return MultipartUpload(bucket: bucket, key: key, id: id)
    }

    private func complete(_ upload: MultipartUpload) async throws(StorageError) -> StoredObject {
        var call = S3Call("complete upload", .post, upload.bucket, upload.key, timeout: configuration.uploadTimeout)
        call.query = [("uploadId", upload.id)]
        call.headers = [(.contentType, "application/xml")]
        call.body = Array(upload.completion.utf8)
        do throws(StorageError) {
            let answer = try await document(["CompleteMultipartUploadResult"], from: call)
            return StoredObject(size: upload.size, eTag: (answer["ETag"]?.text ?? "").filter { $0 != "\"" })
        } catch {
            // A second try finds the upload gone if the first one succeeded and only its answer was lost.
            guard error.code == .notFound, let info = try? await head(bucket: upload.bucket, key: upload.key),
                info.size == upload.size
            else { throw error }
            return StoredObject(size: info.size, eTag: info.eTag)
        }
    }

    /// Tells the server to drop the parts; if that fails too, its own clean-up of unfinished uploads remains.
    private func abort(_ upload: MultipartUpload) async {
        var call = S3Call("abort upload", .delete, upload.bucket, upload.key, timeout: configuration.requestTimeout)
        call.query = [("uploadId", upload.id)]
        // A task of its own, because the clean-up must happen also, and above all, when the caller's task is cancelled.
        await Task { [call] in _ = try? await perform(call) }.value
    }
}

/// The state of one upload in parts.
private final class MultipartUpload {
    let bucket: String
    let key: String
    let id: String
    private(set) var parts: [String] = []
    private(set) var size = 0

    init(bucket: String, key: String, id: String) {
        self.bucket = bucket
        self.key = key
        self.id = id
    }

    func store(_ bytes: [UInt8], in storage: S3Storage) async throws(StorageError) {
        var call = S3Call("put part", .put, bucket, key, timeout: storage.configuration.uploadTimeout)
        call.query = [("partNumber", String(parts.count + 1)), ("uploadId", id)]
        call.body = bytes
        let response = try await storage.perform(call)
        guard !response.eTag.isEmpty else {
            throw StorageError(.invalidResponse, operation: call.operation, reason: "a part without an ETag")
        }
        parts.append(response.eTag)
        size += bytes.count
    }

    var completion: String {
        let list = parts.enumerated().map { number, eTag in
            let escaped = eTag.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\"\(escaped)\"</ETag></Part>"
        }
        return "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
            + "</CompleteMultipartUpload>"
    }
}

/// The parts of a stream, with its errors and a wrong length as this module's error.
private struct UploadSource {
    private var reader: PartReader
    private let partSize: Int
    private let length: Int?
    private let operation: String
    private var size = 0

    init(_ chunks: AsyncThrowingStream<[UInt8], any Error>, length: Int?, partSize: Int, operation: String) {
        reader = PartReader(chunks, size: partSize)
        self.partSize = partSize
        self.length = length
        self.operation = operation
    }

    mutating func next() async throws(StorageError) -> [UInt8]? {
        let part: [UInt8]?
        do {
            part = try await reader.next()
        } catch {
            throw StorageError(.sourceFailed, operation: operation, reason: "the source failed: \(error)")
        }
        // A cancelled reader ends a stream early, which must never look like the end of the object.
        guard !Task.isCancelled else {
            throw StorageError(.cancelled, operation: operation, reason: "the caller cancelled")
        }
        size += part?.count ?? 0
        let isLast = (part?.count ?? 0) < partSize
        if let length, isLast ? size != length : size > length {
            throw StorageError(
                .sourceFailed,
                operation: operation,
                reason: "\(size) bytes where \(length) were announced"
            )
        }
        return part
    }
}
