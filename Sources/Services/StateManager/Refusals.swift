import ContractRuntime
import Database
import SharedContract

extension Problem {
    /// There is no such thing.
    static func notFound(_ detail: String, _ context: RequestContext) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:not-found",
            title: "Not Found",
            status: 404,
            detail: detail,
            traceId: context.traceID
        )
    }

    /// The request does not fit the present state.
    static func conflict(_ detail: String, _ context: RequestContext) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:conflict",
            title: "Conflict",
            status: 409,
            detail: detail,
            traceId: context.traceID
        )
    }

    /// A dependency is down.
    static func unavailable(_ detail: String, _ context: RequestContext) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:unavailable",
            title: "Service Unavailable",
            status: 503,
            detail: detail,
            traceId: context.traceID
        )
    }

    /// A cursor that no answer has handed out.
    static func invalidCursor(_ context: RequestContext) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:contract-violation",
            title: "Bad Request",
            status: 400,
            detail: "`cursor` is not from an earlier answer to the same question",
            traceId: context.traceID
        )
    }
}

extension RequestContext {
    /// Trace id of the call, if it has one.
    var traceID: String? {
        let id = TraceContext.traceID(of: traceparent)
        return id.isEmpty ? nil : id
    }
}

extension Route {
    /// The same route; while the database is away it answers 503, since repeating is safe for every operation here.
    var answeringUnavailable: Route {
        Route(
            method: method,
            template: template,
            operationID: operationID,
            security: security,
            audience: audience,
            bodyLimit: bodyLimit
        ) { request in
            do {
                return try await handle(request)
            } catch let error as DatabaseError where error.isRetryable {
                var response = ProblemDocument(
                    status: 503,
                    title: "Service Unavailable",
                    detail: "the database does not answer; repeat later"
                ).response
                response.headers[.retryAfter] = "1"
                return response
            }
        }
    }
}
