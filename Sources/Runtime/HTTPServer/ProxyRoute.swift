public import ContractRuntime
public import HTTPTypes
import Synchronization

/// Forwards requests to another server as they are: raw bytes, streamed both ways, redirects passed on.
public struct ProxyRoute: Sendable {
    private let transport: any ClientTransport
    private let timeout: Duration
    private let trustsForwarded: Bool

    /// Creates a forwarder to one server.
    /// - Parameters:
    ///   - transport: Carries requests to the server; must not follow redirects.
    ///   - timeout: Longest time until the response head; default 30 s.
    ///   - trustsForwarded: Whether the `X-Forwarded-*` fields of a request come from a load balancer that sets them, and
    ///     so are kept; else they are replaced.
    public init(to transport: any ClientTransport, timeout: Duration = .seconds(30), trustsForwarded: Bool = false) {
        self.transport = transport
        self.timeout = timeout
        self.trustsForwarded = trustsForwarded
    }

    /// A route that forwards. The target keeps its path and query.
    /// - Parameters:
    ///   - security: Checked here, before anything is forwarded; empty: left to the other server.
    ///   - bodyLimit: Most bytes of a request body; more is refused with 413.
    ///   - rewrite: Makes the target of the other server from that of the request.
    public func route(
        method: HTTPRequest.Method,
        template: String,
        operationID: String,
        security: [[SecurityRequirement]] = [],
        bodyLimit: Int,
        rewrite: @escaping @Sendable (String) -> String = { $0 }
    ) -> Route {
        Route(
            method: method,
            template: template,
            operationID: operationID,
            security: security,
            audience: "public",
            bodyLimit: bodyLimit
        ) { request in
            try await forward(request, target: rewrite(request.request.target))
        }
    }

    /// Forwards one request.
    /// - Parameter streamsAnswer: Whether the answer passes while it arrives; off where answers are short and nobody waits for
    ///   their beginning.
    /// - Throws: ``ProblemDocument`` with 502, 503 or 504; `BodyTooLarge` or what else the request's body ended with.
    public func forward(
        _ request: ServerRequest, target: String, streamsAnswer: Bool = true
    ) async throws -> ContractResponse {
        try Self.refuseDots(target)
        var forwarded = request.request
        forwarded.target = target
        forwarded.headers = headers(of: request)
        let bodyFailure = BodyFailure()
        forwarded.body = bodyFailure.watch(try await Self.wholeIfArrived(forwarded.body))
        let start = ContinuousClock.now
        do throws(TransportError) {
            var response = try await transport.send(
                forwarded,
                options: RequestOptions(timeout: timeout, streamsResponse: streamsAnswer)
            )
            response.headers = Self.endToEnd(response.headers)
            return response
        } catch {
            let timedOut = ContinuousClock.now - start >= timeout
            switch bodyFailure.error {
            // The time passed while the client had not sent all of its body yet.
            case is CancellationError where timedOut: throw RequestBodyReader.tooSlow
            case nil, is CancellationError: throw Self.problem(error, timedOut: timedOut)
            case .some(let failure): throw failure
            }
        }
    }

    /// A body that comes in one piece, as short ones do, in memory: that is less work than passing a stream on.
    private static func wholeIfArrived(_ body: ContractBody) async throws -> ContractBody {
        guard case .stream(let chunks, let length?) = body, length <= 64 << 10 else { return body }
        let reader = SequentialReader(chunks.makeAsyncIterator())
        guard let first = try await reader.next() else { return .bytes([]) }
        // The end is read as well, so that nothing of the request is left on the connection.
        if first.count == length, try await reader.next() == nil { return .bytes(first) }
        let isFirst = Mutex(true)
        let rest = AsyncThrowingStream<[UInt8], any Error>(unfolding: {
            let comesFirst = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            return comesFirst ? first : try await reader.next()
        })
        return .stream(rest, length: length)
    }

    private func headers(of request: ServerRequest) -> HTTPFields {
        var headers = Self.endToEnd(request.request.headers)
        headers[.expect] = nil
        headers[Self.traceparent] = TraceContext.child(of: request.context.traceparent)
        let origin = RequestOrigin.current
        if !trustsForwarded {
            for name in [Self.forwardedFor, Self.forwardedProto, Self.forwardedHost, Self.forwarded] {
                headers[name] = nil
            }
        }
        let addresses = [headers[Self.forwardedFor], origin?.address].compactMap { $0 }
        if !addresses.isEmpty { headers[Self.forwardedFor] = addresses.joined(separator: ", ") }
        if headers[Self.forwardedProto] == nil { headers[Self.forwardedProto] = "http" }
        if headers[Self.forwardedHost] == nil { headers[Self.forwardedHost] = origin?.authority }
        return headers
    }

    /// A client library may shorten `/a/../b` to `/b`, which is another operation than the one that was matched here.
    private static func refuseDots(_ target: String) throws(ProblemDocument) {
        for segment in target.prefix(while: { $0 != "?" }).split(separator: "/") {
            let text = PercentCoding.decode(segment)
            if text == "." || text == ".." {
                throw ProblemDocument(status: 400, title: "Bad Request", detail: "a path segment is . or ..")
            }
        }
    }

    /// Without the fields that belong to one connection only (RFC 9110 §7.6.1), and without the length, which the transport
    /// states from the body.
    static func endToEnd(_ fields: HTTPFields) -> HTTPFields {
        var dropped = hopByHop
        for name in fields[values: .connection].flatMap({ $0.split(separator: ",") }) {
            dropped.insert(name.lowercased().filter { $0 != " " && $0 != "\t" })
        }
        var kept = HTTPFields()
        for field in fields where !dropped.contains(field.name.canonicalName) { kept.append(field) }
        return kept
    }

    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "host",
    ]
    /// Spelled out: two modules imported here give this name a constant.
    static let traceparent = name("traceparent")
    private static let forwardedFor = name("X-Forwarded-For")
    private static let forwardedProto = name("X-Forwarded-Proto")
    private static let forwardedHost = name("X-Forwarded-Host")
    private static let forwarded = name("Forwarded")

    /// The names above are valid, so the fallback is never used.
    private static func name(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .referer }

    private static func problem(_ error: TransportError, timedOut: Bool) -> ProblemDocument {
        switch error.code {
        case .timedOutBeforeSending: gatewayTimeout
        case .outcomeUnknown where timedOut: gatewayTimeout
        case .notConnected, .cancelled:
            ProblemDocument(
                status: 503,
                title: "Service Unavailable",
                detail: "the service behind this path is not reachable; try again"
            )
        case .outcomeUnknown, .responseTooLarge, .invalidRequest:
            ProblemDocument(
                status: 502,
                title: "Bad Gateway",
                detail: "the service behind this path gave no usable answer"
            )
        }
    }

    private static let gatewayTimeout = ProblemDocument(
        status: 504,
        title: "Gateway Timeout",
        detail: "the service behind this path did not answer in time"
    )
}

/// Remembers why a request body could not be read to its end, which a transport reports as a failure of its own.
private final class BodyFailure: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    var error: (any Error)? { failure.withLock { $0 } }

    func watch(_ body: ContractBody) -> ContractBody {
        guard case .stream(let chunks, let length) = body else { return body }
        let reader = SequentialReader(chunks.makeAsyncIterator())
        let watched = AsyncThrowingStream<[UInt8], any Error>(unfolding: {
            do { return try await reader.next() } catch {
                self.failure.withLock { $0 = error }
                throw error
            }
        })
        return .stream(watched, length: length)
    }
}
