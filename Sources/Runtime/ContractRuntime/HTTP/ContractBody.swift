/// The body of a request or response: bytes in memory, or a stream of chunks that is read once.
public enum ContractBody: Sendable {
    /// No body at all.
    case empty
    /// The whole body.
    case bytes([UInt8])
    /// Chunks in order; `length` is the byte count where it is known before the first chunk.
    case stream(AsyncThrowingStream<[UInt8], any Error>, length: Int?)

    /// The byte count, if it is known without reading.
    public var length: Int? {
        switch self {
        case .empty: 0
        case .bytes(let bytes): bytes.count
        case .stream(_, let length): length
        }
    }

    /// Reads the whole body.
    /// - Parameter limit: Most bytes to accept.
    /// - Throws: ``BodyTooLarge`` as soon as more than `limit` bytes are known or read; the stream's own error.
    public func collect(limit: Int) async throws -> [UInt8] {
        switch self {
        case .empty:
            return []
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw BodyTooLarge(limit: limit) }
            return bytes
        case .stream(let chunks, let length):
            if let length, length > limit { throw BodyTooLarge(limit: limit) }
            var collected: [UInt8] = []
            if let length { collected.reserveCapacity(length) }
            for try await chunk in chunks {
                guard collected.count + chunk.count <= limit else { throw BodyTooLarge(limit: limit) }
                collected.append(contentsOf: chunk)
            }
            return collected
        }
    }
}

/// A body had more bytes than its operation accepts.
public struct BodyTooLarge: Error, Sendable, Hashable {
    /// The limit in bytes.
    public let limit: Int

    /// - Parameter limit: The limit in bytes that was passed.
    public init(limit: Int) { self.limit = limit }
}
