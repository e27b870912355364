public import ContractRuntime
public import HTTPTypes
import Synchronization

/// One request and what came of it, as a ``RecordingTransport`` saw it.
public struct RecordedExchange: Sendable {
    /// A body as far as it was recorded.
    public struct Body: Sendable, Hashable {
        /// The first bytes, up to the transport's limit.
        public var bytes: [UInt8] = []
        /// Byte count of all that passed, recorded or not.
        public var size = 0
        /// Whether the body was read to its end; false while it is on its way and if it broke off.
        public var isComplete = true
    }

    /// The method.
    public let method: HTTPRequest.Method
    /// Path and query.
    public let target: String
    /// Header fields; credentials are replaced.
    public let requestHeaders: HTTPFields
    /// The request's body, as far as it was sent.
    public internal(set) var requestBody: Body
    /// The status code; nil until the head has come, and if none came.
    public internal(set) var status: Int?
    /// Header fields of the response; credentials are replaced.
    public internal(set) var responseHeaders: HTTPFields = [:]
    /// The response's body, as far as it was read.
    public internal(set) var responseBody = Body()
    /// Why there is no response.
    public internal(set) var error: TransportError?
}

/// Passes exchanges on and keeps a copy of each, for tests and for making fixtures.
///
/// Bodies stay streams; what passes through them is recorded as it passes.
public final class RecordingTransport: ClientTransport {
    private let inner: any ClientTransport
    private let bodyLimit: Int
    private let recorded = Mutex<[RecordedExchange]>([])

    /// Header fields whose values are never recorded.
    private static let secretNames: Set<HTTPField.Name> = [.authorization, .proxyAuthorization, .cookie, .setCookie]

    /// Creates a recorder.
    /// - Parameters:
    ///   - inner: What does the work.
    ///   - bodyLimit: Most bytes of a body that are kept; default 1 MiB.
    public init(_ inner: any ClientTransport, bodyLimit: Int = 1 << 20) {
        self.inner = inner
        self.bodyLimit = bodyLimit
    }

    /// All exchanges in the order of their calls, unfinished ones included.
    public var exchanges: [RecordedExchange] { recorded.withLock { $0 } }

    /// Sends a request through the inner transport.
    public func send(
        _ request: ContractRequest,
        options: RequestOptions
    ) async throws(TransportError) -> ContractResponse {
        let exchange = RecordedExchange(
            method: request.method,
            target: request.target,
            requestHeaders: Self.withoutSecrets(request.headers),
            requestBody: RecordedExchange.Body()
        )
        let index = recorded.withLock { recorded in
            recorded.append(exchange)
            return recorded.count - 1
        }
        var request = request
        request.body = copying(request.body, to: \.requestBody, of: index)
        do throws(TransportError) {
            var response = try await inner.send(request, options: options)
            recorded.withLock { [response] recorded in
                recorded[index].status = response.status
                recorded[index].responseHeaders = Self.withoutSecrets(response.headers)
            }
            response.body = copying(response.body, to: \.responseBody, of: index)
            return response
        } catch {
            recorded.withLock { $0[index].error = error }
            throw error
        }
    }

    /// The same body, copied while it is read.
    private func copying(
        _ body: ContractBody,
        to member: WritableKeyPath<RecordedExchange, RecordedExchange.Body> & Sendable,
        of index: Int
    ) -> ContractBody {
        switch body {
        case .empty:
            return .empty
        case .bytes(let bytes):
            record(bytes, in: member, of: index)
            return body
        case .stream(let chunks, let length):
            recorded.withLock { $0[index][keyPath: member].isComplete = false }
            let copied = AsyncThrowingStream<[UInt8], any Error> {
                // Streams share their position among iterators, so one for each chunk reads on.
                var iterator = chunks.makeAsyncIterator()
                let chunk = try await iterator.next()
                if let chunk { self.record(chunk, in: member, of: index) } else { self.finish(member, of: index) }
                return chunk
            }
            return .stream(copied, length: length)
        }
    }

    private func record(
        _ bytes: [UInt8],
        in member: WritableKeyPath<RecordedExchange, RecordedExchange.Body> & Sendable,
        of index: Int
    ) {
        recorded.withLock { recorded in
            let room = max(0, bodyLimit - recorded[index][keyPath: member].bytes.count)
            recorded[index][keyPath: member].bytes += bytes.prefix(room)
            recorded[index][keyPath: member].size += bytes.count
        }
    }

    private func finish(_ member: WritableKeyPath<RecordedExchange, RecordedExchange.Body> & Sendable, of index: Int) {
        // A cancelled reader ends a stream early, which is not its end.
        guard !Task.isCancelled else { return }
        recorded.withLock { $0[index][keyPath: member].isComplete = true }
    }

    private static func withoutSecrets(_ headers: HTTPFields) -> HTTPFields {
        var copy = HTTPFields()
        for field in headers {
            copy.append(secretNames.contains(field.name) ? HTTPField(name: field.name, value: "(redacted)") : field)
        }
        return copy
    }
}
