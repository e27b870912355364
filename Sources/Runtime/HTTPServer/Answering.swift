import ContractRuntime
import HTTPTypes
import HummingbirdCore
import Logging
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

    func respond(to request: Request, writer: consuming HummingbirdCore.ResponseWriter, from address: String?) async throws {
        let start = ContinuousClock.now
        let service = operations.service.rawValue
        operations.metrics.add(.httpActiveRequests, [service], 1)
        defer { operations.metrics.add(.httpActiveRequests, [service], -1) }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        let traceparent = TraceContext.child(of: request.headers[ProxyRoute.traceparent])
        var contract = ContractRequest(method: request.method, target: request.head.path ?? "/", headers: request.headers)
        let (matched, route) = table(for: contract)
        let limit = route?.bodyLimit ?? 0

        var reader: SequentialReader<RequestBodyReader>?
        var response: ContractResponse
        if let length, length > limit, route != nil {
            response = Self.tooLarge(limit)
        } else if request.headers[.transferEncoding] != nil || (length ?? 0) > 0 {
            if request.headers[.expect]?.lowercased() == "100-continue", route != nil {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            let body = SequentialReader(bodyReader(request, limit, length))
            reader = body
            contract.body = .stream(AsyncThrowingStream(unfolding: { try await body.next() }), length: length)
            response = await answer(contract, matched, route, request, address, traceparent)
        } else {
            response = await answer(contract, matched, route, request, address, traceparent)
        }

        let hasBody = (length ?? 0) > 0 || request.headers[.transferEncoding] != nil
        let isRead = try await reader?.use { $0.isFinished } ?? !hasBody
        response.headers[ProxyRoute.traceparent] = traceparent
        if !isRead { response.headers[.connection] = "close" }
        try await ResponseSending.send(response, to: request.method, traceparent: traceparent, writer)
        record(request.method, route, response.status, ContinuousClock.now - start, traceparent)
        if !isRead {
            let rest = reader ?? SequentialReader(bodyReader(request, limit, length))
            try await rest.use { await $0.drain(upTo: 1 << 20) }
            throw ConnectionEnds()
        }
    }

    private func bodyReader(_ request: Request, _ limit: Int, _ length: Int?) -> RequestBodyReader {
        RequestBodyReader(
            request.body, limit: limit, length: length, patience: configuration.idleTimeout,
            minimumRate: configuration.minimumBodyRate)
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
        _ contract: ContractRequest, _ table: RouteTable, _ route: Route?, _ request: Request, _ address: String?,
        _ traceparent: String
    ) async -> ContractResponse {
        let origin = RequestOrigin(address: address, authority: request.head.authority)
        return await RequestOrigin.$current.withValue(origin) {
            await LogContext.with {
                $0.traceparent = traceparent
            } operation: {
                await table.respond(to: contract, traceparent: traceparent)
            }
        }
    }

    private func record(
        _ method: HTTPRequest.Method, _ route: Route?, _ status: Int, _ duration: Duration, _ traceparent: String
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
            ])
    }

    private static func tooLarge(_ limit: Int) -> ContractResponse {
        ProblemDocument(status: 413, title: "Content Too Large", detail: "at most \(limit) bytes").response
    }
}

/// Ends a connection after an answer that was given before the request was read.
struct ConnectionEnds: Error {}
