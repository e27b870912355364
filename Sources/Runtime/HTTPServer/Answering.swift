import ContractRuntime
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import ServiceKit

/// What happens to one request: limits, trace, route table, metrics, log line, response.
struct Answering: Sendable {
    private let table: RouteTable
    private let operationsTable: RouteTable
    private let operations: OperationsAnswers
    private let configuration: HTTPServerConfiguration
    private let logger: Logger

    init(table: RouteTable, operations: OperationsAnswers, configuration: HTTPServerConfiguration, logger: Logger) {
        self.table = table
        self.operations = operations
        self.configuration = configuration
        self.logger = logger
        operationsTable = RouteTable(routes: operations.routes, authenticator: BearerAuthenticator([:]))
    }

    func respond(
        to request: Request,
        writer: consuming HummingbirdCore.ResponseWriter,
        on channel: any Channel
    ) async throws {
        let start = ContinuousClock.now
        let service = operations.service.rawValue
        operations.metrics.add(.httpActiveRequests, [service], 1)
        defer { operations.metrics.add(.httpActiveRequests, [service], -1) }
        let traceparent = TraceContext.child(of: request.headers[ProxyRoute.traceparent])
        var contract = ContractRequest(
            method: request.method,
            target: request.head.path ?? "/",
            headers: request.headers
        )
        var (matched, route) = table(for: contract)
        if request.method == .head, route == nil {
            // Answered as GET is, without the body (RFC 9110 §9.3.2).
            contract.method = .get
            (matched, route) = table(for: contract)
        }
        let body = incomingBody(of: request, limit: route?.bodyLimit ?? 0)

        var response: ContractResponse
        if let route, let length = body?.length, length > route.bodyLimit {
            response = Self.tooLarge(route.bodyLimit)
        } else if contract.target.contains("%00") {
            response = Self.nullCharacter
        } else {
            if let body {
                if route != nil, request.headers[.expect]?.lowercased() == "100-continue" {
                    try await writer.writeInformationalHead(HTTPResponse(status: .continue))
                }
                let reader = body.reader
                contract.body = .stream(AsyncThrowingStream { try await reader.next() }, length: body.length)
            }
            let client = ClientAddress.of(
                peer: channel.remoteAddress?.ipAddress, request.headers, trusted: configuration.trustedProxies)
            let origin = RequestOrigin(address: client, authority: request.head.authority)
            response = await answer(contract, matched, origin, traceparent)
        }
        if response.status == 405, let allowed = response.headers[.allow]?.split(separator: ", "),
            allowed.contains("GET"), !allowed.contains("HEAD")
        {
            response.headers[.allow] = (allowed + ["HEAD"]).joined(separator: ", ")
        }

        let leavesBytes = await body?.isUnread ?? false
        response.headers[ProxyRoute.traceparent] = traceparent
        if leavesBytes { response.headers[.connection] = "close" }
        try await ResponseSending.send(response, to: request.method, traceparent: traceparent, writer)
        record(request.method, route, response.status, ContinuousClock.now - start, traceparent)
        if leavesBytes, let body {
            await linger(body.reader, on: channel)
            throw ConnectionEnds()
        }
    }

    /// A body that is on its way.
    private struct IncomingBody {
        let reader: SequentialReader<RequestBodyReader>
        let length: Int?

        /// Whether bytes of it may be left on the connection. A handler that still reads in the background leaves some.
        var isUnread: Bool {
            get async { (try? await reader.use { !$0.isFinished }) ?? true }
        }
    }

    /// The body that the head announces; nil if it announces none.
    private func incomingBody(of request: Request, limit: Int) -> IncomingBody? {
        let length = request.headers[.contentLength].flatMap { Int($0) }
        guard request.headers[.transferEncoding] != nil || (length ?? 0) > 0 else { return nil }
        let reader = RequestBodyReader(
            request.body,
            limit: limit,
            length: length,
            patience: configuration.idleTimeout,
            minimumRate: configuration.minimumBodyRate
        )
        return IncomingBody(reader: SequentialReader(reader), length: length)
    }

    /// Reads on for a second at most, so that the client gets to see the answer before the connection closes: closing a
    /// socket with unread bytes makes the kernel throw away what was sent.
    private func linger(_ reader: SequentialReader<RequestBodyReader>, on channel: any Channel) async {
        let end = channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        defer { end.cancel() }
        try? await reader.use { await $0.drain(upTo: 1 << 20) }
    }

    private func table(for request: ContractRequest) -> (RouteTable, Route?) {
        switch table.match(request) {
        case .route(let route, _): return (table, route)
        case .otherMethods: return (table, nil)
        case .none:
            if case .route(let route, _) = operationsTable.match(request) { return (operationsTable, route) }
            return (table, nil)
        }
    }

    private func answer(
        _ contract: ContractRequest,
        _ table: RouteTable,
        _ origin: RequestOrigin,
        _ traceparent: String
    ) async -> ContractResponse {
        await RequestOrigin.$current.withValue(origin) {
            await LogContext.with {
                $0.traceparent = traceparent
            } operation: {
                await table.respond(to: contract, traceparent: traceparent)
            }
        }
    }

    private func record(
        _ method: HTTPRequest.Method,
        _ route: Route?,
        _ status: Int,
        _ duration: Duration,
        _ traceparent: String
    ) {
        let service = operations.service.rawValue
        let operation = route?.operationID ?? "none"
        operations.metrics.increment(.httpRequests, [service, operation, String(status)])
        operations.metrics.observe(.httpRequestSeconds, [service, operation], duration)
        logger.debug(
            "request",
            metadata: [
                "method": .string(method.rawValue), "route": .string(route?.template ?? "none"),
                "status": .stringConvertible(status),
                "duration_ms": .stringConvertible((duration / .microseconds(1)).rounded() / 1_000),
                "trace_id": .string(TraceContext.traceID(of: traceparent)),
            ]
        )
    }

    private static let nullCharacter = ProblemDocument(
        status: 400, title: "Bad Request", detail: "the address contains a NUL character, which no text has"
    ).response

    private static func tooLarge(_ limit: Int) -> ContractResponse {
        ProblemDocument(status: 413, title: "Content Too Large", detail: "at most \(limit) bytes").response
    }
}

/// Ends a connection after an answer that was given before the request was read.
struct ConnectionEnds: Error {}
