/// Carries requests to one origin: libcurl over TCP, a route table in the same process, or a recorder in tests.
public protocol ClientTransport: Sendable {
    /// Sends a request and waits for the response head; a streamed response body is read afterwards.
    /// - Parameters:
    ///   - request: The request; its target is relative to the transport's base URL.
    ///   - options: Time-outs and body handling.
    /// - Throws: ``TransportError``. Cancelling the task aborts the exchange.
    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse
}

/// How one exchange is carried.
public struct RequestOptions: Sendable, Hashable {
    /// From the call until the last byte of a buffered response, or the response head of a streamed one.
    public var timeout: Duration
    /// Most bytes of a buffered response body; more is ``TransportError/Code/responseTooLarge``.
    public var responseBodyLimit: Int
    /// Whether the response body is handed over as a stream instead of collected.
    public var streamsResponse: Bool

    /// Creates options; defaults: 10 s, 4 MiB, collected.
    public init(timeout: Duration = .seconds(10), responseBodyLimit: Int = 4 << 20, streamsResponse: Bool = false) {
        self.timeout = timeout
        self.responseBodyLimit = responseBodyLimit
        self.streamsResponse = streamsResponse
    }
}

/// Why no usable response arrived.
public struct TransportError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable {
        /// Name not resolved, connection refused, TLS refused: nothing was sent.
        case notConnected
        /// The connection ended or timed out after the request may have reached the server: the outcome is unknown.
        case outcomeUnknown
        /// The time-out passed before anything was sent.
        case timedOutBeforeSending
        /// The response body passed its limit.
        case responseTooLarge
        /// The calling task was cancelled.
        case cancelled
        /// The request could not be formed (bad URL, forbidden host).
        case invalidRequest
    }

    /// What happened.
    public let code: Code
    /// For logs and people; contains no header or body content.
    public let reason: String

    /// Whether the server may have acted on the request.
    public var mayHaveBeenProcessed: Bool {
        switch code {
        case .outcomeUnknown, .responseTooLarge, .cancelled: true
        case .notConnected, .timedOutBeforeSending, .invalidRequest: false
        }
    }

    /// Creates an error.
    public init(_ code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }
}
