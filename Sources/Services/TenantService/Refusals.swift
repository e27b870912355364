import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

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

    /// There is no tenant with the id of the path.
    static func noTenant(_ context: RequestContext) -> Problem { .notFound("there is no such tenant", context) }

    /// The tenant has no channel with the id of the path.
    static func noChannel(_ context: RequestContext) -> Problem {
        .notFound("the tenant has no such channel", context)
    }

    /// A request that its contract lets pass and that can't be meant.
    static func badRequest(
        _ detail: String,
        violations: [Violation] = [],
        _ context: RequestContext
    ) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:contract-violation",
            title: "Bad Request",
            status: 400,
            detail: detail,
            traceId: context.traceID,
            violations: violations.isEmpty ? nil : violations
        )
    }
}

extension TenantExistsProblem {
    /// The number or integration is taken.
    static func taken(
        _ field: UniqueTenantMember,
        by tenantID: String,
        _ context: RequestContext
    ) -> TenantExistsProblem {
        TenantExistsProblem(
            title: "Tenant Exists",
            detail: "\(field.rawValue) belongs to a tenant already; change or use that one",
            traceId: context.traceID,
            field: field,
            existingTenantId: tenantID
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
            } catch let error as DatabaseError where error.code == .invalidValue {
                // The one text that contracts allow and PostgreSQL can't hold.
                return ProblemDocument(
                    status: 400,
                    title: "Bad Request",
                    detail: "a text contains a NUL character"
                ).response
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
