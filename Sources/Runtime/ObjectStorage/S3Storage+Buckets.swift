import HTTPTypes

extension S3Storage {
    /// Whether the server is there and takes the credentials.
    public func check() async throws(StorageError) {
        _ = try await document(
            ["ListAllMyBucketsResult"],
            from: S3Call("check", .get, nil, timeout: configuration.requestTimeout)
        )
    }

    /// Makes a bucket; one that is there already is fine.
    public func createBucket(_ bucket: String) async throws(StorageError) {
        var call = S3Call("create bucket", .put, bucket, timeout: configuration.requestTimeout)
        if configuration.region != "us-east-1" {
            call.headers = [(.contentType, "application/xml")]
            call.body = Array(
                ("<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>"
                    + configuration.region + "</LocationConstraint></CreateBucketConfiguration>").utf8
            )
        }
        do throws(StorageError) {
            _ = try await perform(call)
        } catch {
            // The name may be taken by us, which is what was asked for, or by somebody else.
            guard error.code == .preconditionFailed else { throw error }
            _ = try await perform(S3Call("head", .head, bucket, timeout: configuration.requestTimeout))
        }
    }

    /// A page of the objects whose keys begin with a prefix.
    /// - Parameters:
    ///   - continuation: ``ObjectPage/continuation`` of the page before; nil for the first.
    ///   - limit: Most objects of the page, 1 to 1000.
    public func list(
        bucket: String,
        prefix: String = "",
        continuation: String? = nil,
        limit: Int = 1000
    ) async throws(StorageError) -> ObjectPage {
        var call = S3Call("list", .get, bucket, timeout: configuration.requestTimeout)
        guard (1...1000).contains(limit) else {
            throw StorageError(.invalidRequest, operation: call.operation, reason: "a page has 1 to 1000 objects")
        }
        call.query = [
            ("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix), ("max-keys", String(limit)),
        ]
        if let continuation { call.query.append(("continuation-token", continuation)) }
        let answer = try await document(["ListBucketResult"], from: call)
        let isEncoded = answer["EncodingType"]?.text == "url"
        var objects: [ListedObject] = []
        for entry in answer.all("Contents") {
            guard let text = entry["Key"]?.text, let size = entry["Size"].flatMap({ Int($0.text) }),
                let key = isEncoded ? PercentEncoding.decode(text.replacing("+", with: "%20")) : text
            else {
                throw StorageError(.invalidResponse, operation: call.operation, reason: "an object without key or size")
            }
            objects.append(ListedObject(key: key, size: size, eTag: (entry["ETag"]?.text ?? "").filter { $0 != "\"" }))
        }
        let isTruncated = answer["IsTruncated"]?.text == "true"
        return ObjectPage(
            objects: objects,
            continuation: isTruncated ? answer["NextContinuationToken"]?.text : nil
        )
    }
}
