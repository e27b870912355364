public import ObjectStorage
public import SharedContract

/// Makes addresses by which a platform or a person can read a stored file without credentials, for a while.
public struct MediaLinks: Sendable {
    /// Longest time that Signature Version 4 allows, seven days: for people, who may look later.
    public static let longestSeconds = 604_800

    private let storage: S3Storage
    private let lifetimeSeconds: Int

    /// - Parameters:
    ///   - storage: The S3 server, which the platforms reach at its public endpoint.
    ///   - lifetimeSeconds: How long a platform has to fetch a file.
    public init(storage: S3Storage, lifetimeSeconds: Int) {
        self.storage = storage
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// An address for a platform.
    /// - Throws: ``MediaProblem`` if the file's place is none.
    public func link(to url: String, mime: String? = nil) throws -> String {
        try link(to: url, seconds: lifetimeSeconds, mime: mime)
    }

    /// An address for a person.
    /// - Throws: ``MediaProblem`` if the file's place is none.
    public func lastingLink(to media: StoredMedia) throws -> String {
        try link(to: media.url, seconds: Self.longestSeconds, mime: nil)
    }

    private func link(to url: String, seconds: Int, mime: String?) throws -> String {
        guard let place = ObjectAddress(url: url) else {
            throw MediaProblem.lasting(.mediaStorage, "the place of the file is none")
        }
        do throws(StorageError) {
            return try storage.presignedGet(
                bucket: place.bucket, key: place.key, expiresInSeconds: seconds, contentType: mime)
        } catch {
            throw MediaProblem(error)
        }
    }
}
