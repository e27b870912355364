public import ContractRuntime

/// What is stored beside an object's bytes.
public struct ObjectAttributes: Sendable, Hashable {
    /// Media type; nil lets the server choose.
    public var contentType: String?
    /// What a download is called; see ``ContentDisposition``.
    public var contentDisposition: String?
    /// Names (lower case, letters, digits and hyphens) and values (visible ASCII and single spaces), 2 KB in all.
    public var metadata: [String: String]

    /// Creates attributes.
    public init(contentType: String? = nil, contentDisposition: String? = nil, metadata: [String: String] = [:]) {
        self.contentType = contentType
        self.contentDisposition = contentDisposition
        self.metadata = metadata
    }
}

/// What an upload made.
public struct StoredObject: Sendable, Hashable {
    /// Byte count.
    public let size: Int
    /// The server's mark for this content, without quotes; not always a hash.
    public let eTag: String
}

/// What is known of an object without its bytes.
public struct ObjectInfo: Sendable, Hashable {
    /// Byte count of the whole object.
    public let size: Int
    /// The server's mark for this content, without quotes.
    public let eTag: String
    /// Media type, content disposition and metadata.
    public let attributes: ObjectAttributes
}

/// An object on its way to us.
public struct ObjectDownload: Sendable {
    /// What is known of the whole object.
    public let info: ObjectInfo
    /// The bytes, or those of the range that was asked for; letting go of them ends the download.
    public let body: ContractBody
}

/// An object in a listing.
public struct ListedObject: Sendable, Hashable {
    /// The object's key.
    public let key: String
    /// Byte count.
    public let size: Int
    /// The server's mark for this content, without quotes.
    public let eTag: String
}

/// A part of a listing, in the order of the keys' bytes.
public struct ObjectPage: Sendable, Hashable {
    /// At most 1000 objects.
    public let objects: [ListedObject]
    /// Where the next page begins; nil on the last one.
    public let continuation: String?
}
