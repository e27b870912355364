import ContractRuntime
import HTTPTypes
import SimulatorContract

/// How a platform meets a call before and beside its handler: who may call, how fast, and how refusals look.
protocol PlatformFront: Sendable {
    /// Most bytes of the body of an operation.
    func bodyLimit(of operation: String) -> Int

    /// Judges the credential and the rate of a call whose body was read.
    /// - Returns: Nil if the call may go on, else the platform's refusal.
    func refusal(of request: ServerRequest, to operation: String, security: [[SecurityRequirement]]) async
        -> ContractResponse?

    /// The platform's answer to what its contract refuses.
    func refusal(for problem: ProblemDocument, of request: ServerRequest, body: [UInt8], to operation: String)
        -> ContractResponse

    /// An error answer that was asked for.
    func failure(status: Int, code: String?, in operation: String) -> ContractResponse

    /// The refusal of a call that is over the rate limit.
    func throttled(retryAfterSeconds: Int, in operation: String) -> ContractResponse
}

/// Puts a platform's front, the faults and the log before the generated routes.
struct GuardedRoutes: Sendable {
    let front: any PlatformFront
    let faults: FaultPlan
    let journal: Journal
    let sleep: @Sendable (Duration) async throws -> Void

    /// The routes, answering as the platform does whatever happens. They ask for no credential themselves: the front
    /// does, and refuses in the platform's words.
    func guarding(_ routes: [Route]) -> [Route] {
        routes.map { route in
            Route(
                method: route.method,
                template: route.template,
                operationID: route.operationID,
                audience: route.audience,
                bodyLimit: front.bodyLimit(of: route.operationID)
            ) { request in
                try await answer(request, route)
            }
        }
    }

    private func answer(_ request: ServerRequest, _ route: Route) async throws -> ContractResponse {
        let operation = route.operationID
        let fault = await faults.take(for: operation)
        switch fault {
        case .status(let fault):
            return await logged(
                front.failure(status: fault.status, code: fault.code, in: operation),
                request,
                operation,
                "by fault"
            )
        case .throttle(let fault):
            let response = front.throttled(retryAfterSeconds: fault.retryAfterSeconds, in: operation)
            return await logged(response, request, operation, "by fault")
        case .reset(let fault) where !fault.carriedOut:
            await journal.log(.call, operation, "\(line(request)): connection closed before anything was done")
            return Self.reset
        case .delay, .reset, nil: break
        }
        let response = try await carriedOut(request, route)
        switch fault {
        case .delay(let fault):
            try await sleep(.milliseconds(fault.delayMilliseconds))
            return await logged(response, request, operation, "late by \(fault.delayMilliseconds) ms")
        case .reset:
            await journal.log(.call, operation, "\(line(request)): carried out, connection closed without an answer")
            return Self.reset
        default:
            return await logged(response, request, operation, nil)
        }
    }

    private func carriedOut(_ request: ServerRequest, _ route: Route) async throws -> ContractResponse {
        let operation = route.operationID
        var request = request
        var body: [UInt8] = []
        do {
            body = try await request.request.body.collect(limit: front.bodyLimit(of: operation))
            if !body.isEmpty { request.request.body = .bytes(body) }
            if let refusal = await front.refusal(of: request, to: operation, security: route.security) {
                return refusal
            }
            return try await route.handle(request)
        } catch let problem as ProblemDocument {
            return front.refusal(for: problem, of: request, body: body, to: operation)
        } catch let refusal as BodyTooLarge {
            let problem = ProblemDocument(
                status: 413,
                title: "Content Too Large",
                detail: "at most \(refusal.limit) bytes"
            )
            return front.refusal(for: problem, of: request, body: body, to: operation)
        }
    }

    private func logged(
        _ response: ContractResponse,
        _ request: ServerRequest,
        _ operation: String,
        _ remark: String?
    ) async -> ContractResponse {
        let text = remark.map { "\(line(request)): \($0)" } ?? line(request)
        await journal.log(.call, operation, status: response.status, text)
        return response
    }

    private func line(_ request: ServerRequest) -> String {
        "\(request.request.method.rawValue) \(request.request.path)"
    }

    /// Ends the connection in the middle of a body: no client takes that for an answer.
    private static var reset: ContractResponse {
        ContractResponse(
            status: 200,
            headers: [.contentType: "application/json"],
            body: .stream(AsyncThrowingStream { throw ConnectionReset() }, length: 1)
        )
    }
}

/// Thrown where a fault closes a connection.
struct ConnectionReset: Error {}
