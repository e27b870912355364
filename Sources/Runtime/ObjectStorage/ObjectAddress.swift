/// Where an object is, `s3://bucket/key`: how the relay writes down what is stored, independent of the server's address.
public struct ObjectAddress: Sendable, Hashable {
    /// The bucket.
    public let bucket: String
    /// The key within it.
    public let key: String

    /// Creates an address.
    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// Reads `s3://bucket/key`; nil if it is none.
    public init?(url: String) {
        guard url.hasPrefix("s3://") else { return nil }
        let parts = url.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(bucket: String(parts[0]), key: String(parts[1]))
    }

    /// `s3://bucket/key`
    public var url: String { "s3://\(bucket)/\(key)" }
}
