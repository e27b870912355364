public import ContractRuntime
import HTTPTypes
public import Logging
import ServiceKit

extension Route {
    /// The same route; what somebody changes through it with a key of the public API stands in the audit log.
    ///
    /// A service that calls with the internal token acts for somebody whom its own entry names: the portal.
    /// - Parameters:
    ///   - log: Where entries go, before the act; without an entry there is no act.
    ///   - logger: For an entry that could not be ended: it stays, and says that the end is not known.
    public func recorded(in log: AuditLog, logger: Logger) -> Route {
        guard method != .get, method != .head, security.contains(where: { $0.contains { $0.scheme == "adminKey" } })
        else { return self }
        return Route(
            method: method, template: template, operationID: operationID, security: security, audience: audience,
            bodyLimit: bodyLimit
        ) { request in
            guard request.context.principal?.name == "adminKey" else { return try await handle(request) }
            var request = request
            let body = try await request.request.body.collect(limit: bodyLimit)
            request.request.body = .bytes(body)
            let entry = try await log.begin(act(request, body))
            do {
                let response = try await handle(request)
                await end(entry, response.status, createdAt: response.headers[.location], log, logger)
                return response
            } catch {
                await end(entry, Self.status(of: error), createdAt: nil, log, logger)
                throw error
            }
        }
    }

    private func act(_ request: ServerRequest, _ body: [UInt8]) -> Act {
        let key = BearerAuthenticator.fingerprint(of: request.request.headers)
        return Act(
            operation: operationID, subject: request.pathParameters.values.sorted().joined(separator: " "),
            detail: ActDetail.text(body: body, target: request.request.target), way: .apiKey,
            actor: key.map { "key \($0)" }, address: Self.address(request.request.headers),
            traceID: TraceContext.traceID(of: request.context.traceparent))
    }

    private func end(
        _ entry: Int, _ status: Int, createdAt location: String?, _ log: AuditLog, _ logger: Logger
    ) async {
        // A created thing is what the act is about.
        let created = status == 201 ? location?.split(separator: "/").last.map(String.init) : nil
        do {
            try await log.end(entry, status: status, subject: created)
        } catch {
            logger.error(
                "an audit entry could not be ended",
                metadata: ["entry": "\(entry)", "status": "\(status)", "error": "\(error)"])
        }
    }

    private static func status(of error: any Error) -> Int {
        switch error {
        case let problem as ProblemDocument: problem.status
        case is BodyTooLarge: 413
        default: 500
        }
    }

    /// Whom the gateway spoke to; it writes the field itself, whatever its client said.
    private static func address(_ headers: HTTPFields) -> String? {
        guard let name = HTTPField.Name("X-Forwarded-For"), let hops = headers[name] else { return nil }
        return hops.split(separator: ",").last.map { String($0.drop(while: \.isWhitespace).prefix(64)) }
    }
}
