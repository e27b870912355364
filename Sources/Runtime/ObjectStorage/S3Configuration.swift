/// Where an S3 server is and who calls it.
public struct S3Configuration: Sendable, Hashable {
    /// Scheme, host and port of the server (`S3_ENDPOINT`); buckets are addressed by path.
    public var endpoint: String
    /// Where browsers and other systems reach the same server (`S3_PUBLIC_ENDPOINT`); presigned URLs start with it.
    public var publicEndpoint: String
    /// Region of the signature (`S3_REGION`); servers of one's own mostly take any.
    public var region: String
    /// `S3_ACCESS_KEY_ID`.
    public var accessKeyID: String
    /// `S3_SECRET_ACCESS_KEY`.
    public var secretAccessKey: String
    /// Time for a call without much data, and for the head of a download; default 10 s.
    public var requestTimeout: Duration
    /// Time for one upload of up to ``partSize`` bytes; default 60 s.
    public var uploadTimeout: Duration
    /// Bytes of a part of a multipart upload, 5 MiB at least; also what one upload holds in memory. Default 5 MiB.
    public var partSize: Int
    /// Tries of a call that fails in a way that may pass; default 4.
    public var attemptLimit: Int

    /// Creates a configuration.
    /// - Parameter publicEndpoint: Nil means the same as `endpoint`.
    public init(
        endpoint: String,
        publicEndpoint: String? = nil,
        region: String = "us-east-1",
        accessKeyID: String,
        secretAccessKey: String,
        requestTimeout: Duration = .seconds(10),
        uploadTimeout: Duration = .seconds(60),
        partSize: Int = 5 << 20,
        attemptLimit: Int = 4
    ) {
        precondition(partSize >= 5 << 20 && attemptLimit > 0)
        self.endpoint = endpoint
        self.publicEndpoint = publicEndpoint ?? endpoint
        self.region = region
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.requestTimeout = requestTimeout
        self.uploadTimeout = uploadTimeout
        self.partSize = partSize
        self.attemptLimit = attemptLimit
    }
}
