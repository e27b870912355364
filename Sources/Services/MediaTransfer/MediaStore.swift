public import ContractRuntime
public import MediaFiles
public import ObjectStorage
public import SharedContract

/// What is known of a file before its bytes are.
public struct AnnouncedFile: Sendable {
    /// Kind of media, as the platform calls it.
    public var mediaType: SharedContract.MediaType
    /// Media type as the platform declares it.
    public var declared: MIMEType?
    /// Name to show.
    public var filename: String?
    /// SHA-256 in lower-case hexadecimal, where the platform says it.
    public var sha256: String?
    /// Recorded to be played at once.
    public var isVoice = false

    /// Creates a description.
    public init(
        mediaType: SharedContract.MediaType, declared: MIMEType?, filename: String?, sha256: String? = nil,
        isVoice: Bool = false
    ) {
        self.mediaType = mediaType
        self.declared = declared
        self.filename = filename
        self.sha256 = sha256
        self.isVoice = isVoice
    }

    /// A digest as hexadecimal; nil for what is none, which nothing could be compared with.
    public static func digest(_ text: String?) -> String? {
        guard let text = text?.lowercased(), text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else { return nil }
        return text
    }
}

/// Keeps files in one of the media buckets, streamed, whole or not at all.
public struct MediaStore: Sendable {
    private let storage: S3Storage
    private let bucket: String
    private let gate: TransferGate
    private let patience: Duration

    /// How long all files of one delivery may take together; what is left then goes without. RabbitMQ closes the channel of
    /// a consumer that takes 30 minutes (`consumer_timeout`).
    public static let patienceOfDelivery = Duration.seconds(300)
    /// Of a file whose turn did not come within ``patienceOfDelivery``.
    public static let outOfTime = MediaProblem.lasting(.mediaUnreachable, "the files before it took too long")

    /// Creates a store.
    /// - Parameters:
    ///   - storage: The S3 server.
    ///   - bucket: `media-inbound` or `media-outbound`.
    ///   - transfers: Most files under way at once; each holds a part of an upload in memory (5 MiB, twice at its
    ///     beginning).
    ///   - patience: Longest time that one try may take, the wait for its turn included.
    public init(
        storage: S3Storage, bucket: String, transfers: Int = 4, patience: Duration = .seconds(120)
    ) {
        self.storage = storage
        self.bucket = bucket
        gate = TransferGate(limit: transfers)
        self.patience = patience
    }

    /// Fetches a file and stores it. Doing so again replaces it with itself.
    /// - Parameters:
    ///   - key: `{tenant}/{yyyy}/{mm}/{dd}/{id}` without extension.
    ///   - tenantID: Whose file it is; no tenant takes all turns.
    ///   - maximumBytes: What is larger is not stored.
    ///   - download: Asks what the file is and for its bytes; called when its turn has come, since addresses run out.
    /// - Throws: ``MediaProblem``; `CancellationError`.
    public func store(
        key: String, tenantID: String, maximumBytes: Int,
        download: @Sendable () async throws -> (file: AnnouncedFile, body: ContractBody)
    ) async throws -> StoredMedia {
        let deadline = ContinuousClock.now + patience
        return try await gate.run(for: tenantID) {
            let (file, body) = try await download()
            let rules = CheckedStream.Rules(maximumBytes: maximumBytes, sha256: file.sha256, deadline: deadline)
            let stream: CheckedStream
            do {
                stream = try await CheckedStream(body, rules: rules)
            } catch let violation as CheckedStream.Violation {
                throw MediaProblem(violation, maximumBytes: maximumBytes)
            } catch let error as TransportError {
                throw try Self.brokenOff(error)
            }
            return try await put(stream, file, key: key, maximumBytes: maximumBytes)
        }
    }

    private func put(
        _ stream: CheckedStream, _ file: AnnouncedFile, key: String, maximumBytes: Int
    ) async throws -> StoredMedia {
        let signature = FileSignature(stream.head)
        let mime = MIMEType(FileSignature.mime(declared: file.declared, head: stream.head))
        let place = ObjectAddress(bucket: bucket, key: "\(key).\(mime?.fileExtension ?? "bin")")
        do throws(StorageError) {
            try await storage.put(
                stream.body, bucket: place.bucket, key: place.key,
                attributes: ObjectAttributes(
                    contentType: mime?.essence,
                    // Never shown in place: a file may hold markup.
                    contentDisposition: ContentDisposition.attachment(
                        fileName: file.filename ?? "file.\(mime?.fileExtension ?? "bin")")))
        } catch {
            if let violation = stream.violation { throw MediaProblem(violation, maximumBytes: maximumBytes) }
            if error.code == .cancelled { throw CancellationError() }
            if error.code == .sourceFailed { throw Self.endedEarly }
            throw MediaProblem(error)
        }
        guard let summary = stream.summary else { throw Self.endedEarly }
        return StoredMedia(
            url: place.url, mediaType: file.mediaType, mime: mime?.essence ?? "application/octet-stream",
            sizeBytes: summary.sizeBytes, sha256: summary.sha256, filename: file.filename,
            voice: file.isVoice, opus: signature?.isOpus ?? false, animated: signature?.isAnimated ?? false)
    }

    private static let endedEarly = MediaProblem.passing(.mediaUnreachable, "the file ended before its end")

    private static func brokenOff(_ error: TransportError) throws -> MediaProblem {
        if error.code == .cancelled { throw CancellationError() }
        return endedEarly
    }
}
