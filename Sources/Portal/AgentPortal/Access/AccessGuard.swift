import AuditLog
import ContractRuntime
import Database
import HTTPServer
import HTTPTypes
import Logging

/// Stands before every operation of the portal: session, role, forged requests, audit, and refusals as pages.
///
/// What an operation asks for is in its contract: no security, or the scheme `session` with a role as scope. An operation
/// can't be reached past the guard, since the routes that the portal mounts are the guarded ones.
struct AccessGuard: Sendable {
    let store: PortalStore
    let cookie: SessionCookie
    let proof: RequestProof
    let headers: SecurityHeaders
    let pages: PageRenderer
    let logger: Logger

    /// The same route behind the guard. What programs show a bearer for is judged by the table that the route is put into.
    func guarding(_ route: Route) -> Route {
        guard !route.security.joined().contains(where: { $0.kind == .bearer }) else { return route }
        return Route(
            method: route.method, template: route.template, operationID: route.operationID, security: [],
            audience: route.audience, bodyLimit: route.bodyLimit
        ) { request in
            headers.added(to: await answer(request, route))
        }
    }

    private func answer(_ request: ServerRequest, _ route: Route) async -> ContractResponse {
        let changes = route.method != .get && route.method != .head
        do {
            let visit = try await visit(of: request, route)
            return try await Visit.$current.withValue(visit) {
                if changes { return try await act(request, route, visit) }
                if let refusal = Self.refusal(of: visit, route) { return page(of: refusal, request, route) }
                return await respond(request, route)
            }
        } catch let refusal as PortalRefusal where refusal == .signInNeeded {
            return signIn(then: changes ? "/" : request.request.target)
        } catch {
            return page(of: error, request, route)
        }
    }

    /// Carries out a request that changes something, between the two halves of its audit entry. What a limit refuses to
    /// somebody outside leaves none: else anybody could fill the log and bury what is in it.
    private func act(_ request: ServerRequest, _ route: Route, _ visit: Visit?) async throws -> ContractResponse {
        let note = AuditNote()
        let act = Act(
            operation: route.operationID, subject: request.pathParameters.values.sorted().joined(separator: " "),
            way: .person, userID: visit?.person.id, actor: visit?.person.name,
            address: RequestOrigin.current?.address, traceID: TraceContext.traceID(of: request.context.traceparent))
        let entry = try await store.log.begin(act)
        let response = await carryOut(request, route, visit, note)
        if visit == nil, response.status == 429 {
            try await store.log.forget(entry)
        } else {
            try await store.log.end(
                entry, status: response.status, actor: note.name, subject: note.subject, detail: note.detail)
        }
        return response
    }

    private func carryOut(
        _ request: ServerRequest, _ route: Route, _ visit: Visit?, _ note: AuditNote
    ) async -> ContractResponse {
        var request = request
        do {
            guard proof.isSameOrigin(request.request.headers) else { throw PortalRefusal.forged }
            if let visit, let refusal = Self.refusal(of: visit, route) { throw refusal }
            let form = try await request.request.body.collect(limit: route.bodyLimit)
            if let visit { guard RequestProof.hasToken(form, of: visit) else { throw PortalRefusal.forged } }
            guard !RequestProof.hasNullCharacter(form) else { throw PortalRefusal.nullCharacter }
            request.request.body = .bytes(form)
            let guarded = request
            return await AuditNote.$current.withValue(note) { await respond(guarded, route) }
        } catch {
            return page(of: error, request, route)
        }
    }

    private func respond(_ request: ServerRequest, _ route: Route) async -> ContractResponse {
        do {
            return try await route.handle(request)
        } catch {
            return page(of: error, request, route)
        }
    }

    /// Who is signed in; nil where the operation is for everybody.
    /// - Throws: ``PortalRefusal/signInNeeded`` where it is not and the request shows no session that is alive.
    private func visit(of request: ServerRequest, _ route: Route) async throws -> Visit? {
        guard !route.security.isEmpty else { return nil }
        guard let token = cookie.token(in: request.request.headers), let visit = try await store.visit(token: token)
        else { throw PortalRefusal.signInNeeded }
        return visit
    }

    /// Why a visitor may not do what an operation does.
    private static func refusal(of visit: Visit?, _ route: Route) -> PortalRefusal? {
        guard let visit, let scope = route.security.first?.first?.scopes.first else { return nil }
        // A word that is no role is nobody's.
        guard let role = Role(rawValue: scope) else { return .roleNeeded(.owner) }
        return visit.person.role < role ? .roleNeeded(role) : nil
    }

    private func signIn(then target: String) -> ContractResponse {
        let next = target == "/" ? "" : "?next=" + PercentCoding.encode(target)
        return ContractResponse(status: 303, headers: [.location: "/sign-in" + next])
    }

    // MARK: Refusals as pages

    private func page(of error: any Error, _ request: ServerRequest, _ route: Route) -> ContractResponse {
        let refusal: PortalRefusal
        switch error {
        case let error as PortalRefusal: refusal = error
        case let problem as ProblemDocument: refusal = PortalRefusal(problem)
        case let error as DatabaseError where error.isRetryable: refusal = .databaseAway
        case is BodyTooLarge:
            refusal = PortalRefusal(
                status: 413, title: "Too large", cause: "The form is larger than the portal accepts.",
                remedy: "Shorten what you entered.")
        default:
            refusal = .failed
            logger.error(
                "a page failed", metadata: ["operation": .string(route.operationID), "error": .string("\(error)")])
        }
        return answer(refusal, request.request, traceID: TraceContext.traceID(of: request.context.traceparent))
    }

    /// A refusal that comes from no operation: an unknown path, another method.
    func answer(_ problem: ProblemDocument, _ request: ContractRequest) -> ContractResponse {
        headers.added(to: answer(PortalRefusal(unmatched: problem), request, traceID: nil))
    }

    /// A page for people; the same as a problem document for programs, which say so (`Accept`).
    private func answer(
        _ refusal: PortalRefusal, _ request: ContractRequest, traceID: String?
    ) -> ContractResponse {
        guard Self.wantsJSON(request.headers[values: .accept]) else {
            return pages.response(refusal, traceID: traceID)
        }
        var response = ProblemDocument(
            status: refusal.status, title: refusal.title, detail: "\(refusal.cause) \(refusal.remedy)"
        ).response
        if let retryAfter = refusal.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    /// Whether JSON is asked for and no page. Browsers always name `text/html`.
    static func wantsJSON(_ accept: [String]) -> Bool {
        let types = accept.flatMap { $0.split(separator: ",") }.map { type in
            type.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        }
        return !types.contains("text/html") && types.contains { $0 == "application/json" || $0.hasSuffix("+json") }
    }
}

extension PortalRefusal {
    /// A request that its contract refuses.
    init(_ problem: ProblemDocument) {
        let places = EnteredField.sentences(problem.violations.map { ($0.instancePointer, $0.message) })
        self.init(
            status: problem.status, title: problem.status == 400 ? "This can't be used" : problem.title,
            cause: places.isEmpty ? "The request is not accepted: \(problem.detail)." : places,
            remedy: "Go back and correct what you entered.")
    }

    /// A refusal of the route table.
    init(unmatched problem: ProblemDocument) {
        switch problem.status {
        case 404:
            self.init(
                status: 404, title: "There is no such page",
                cause: "The address is mistyped, or what it led to has gone.",
                remedy: "Go back, or start again from the first page.")
        case 405:
            self.init(
                status: 405, title: "This is not a page to open",
                cause: "The address is of a form, which has to be sent (\(problem.detail)).",
                remedy: "Go back to the page with the form.")
        case 500...: self = .failed
        default: self.init(problem)
        }
    }
}
