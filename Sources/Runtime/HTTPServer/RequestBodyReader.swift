import ContractRuntime
import HummingbirdCore
import NIOCore

/// Reads the body of one request chunk by chunk, as fast as it is asked for, and refuses what is too long, too slow or cut
/// off.
struct RequestBodyReader: AsyncIteratorProtocol {
    private var iterator: RequestBody.AsyncIterator
    private let limit: Int
    private let length: Int?
    private let start = ContinuousClock.now
    private let patience: Duration
    private let minimumRate: Int
    private var received = 0
    /// Whether the last chunk was read.
    private(set) var isFinished = false

    init(_ body: RequestBody, limit: Int, length: Int?, patience: Duration, minimumRate: Int) {
        iterator = body.makeAsyncIterator()
        self.limit = limit
        self.length = length
        self.patience = patience
        self.minimumRate = minimumRate
    }

    mutating func next() async throws -> [UInt8]? {
        guard !isFinished else { return nil }
        guard let buffer = try await nextBuffer() else {
            // A connection that ends in the middle of a body looks like the end of it.
            if let length, received != length { throw Self.incomplete }
            isFinished = true
            return nil
        }
        received += buffer.readableBytes
        if received > limit { throw BodyTooLarge(limit: limit) }
        let late = ContinuousClock.now - start - patience
        if late > .zero, Double(received) < late / .seconds(1) * Double(minimumRate) { throw Self.tooSlow }
        return Array(buffer.readableBytesView)
    }

    private mutating func nextBuffer() async throws -> ByteBuffer? {
        do {
            return try await iterator.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Self.incomplete
        }
    }

    /// Reads and forgets what comes, up to a number of bytes.
    mutating func drain(upTo maximum: Int) async {
        var drained = 0
        while drained < maximum, let buffer = try? await iterator.next() { drained += buffer.readableBytes }
    }

    private static let incomplete = ProblemDocument(
        status: 400,
        title: "Bad Request",
        detail: "the connection or the chunks ended before the body did"
    )
    static let tooSlow = ProblemDocument(
        status: 408,
        title: "Request Timeout",
        detail: "the body came too slowly"
    )
}
