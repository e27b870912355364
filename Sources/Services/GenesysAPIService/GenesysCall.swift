import AuthServiceContract
import ContractRuntime
import GenesysOpenMessagingContract
import ServiceKit

extension GenesysAPIService {
    /// Calls Genesys with the tenant's token; once more with a new one if the first is refused.
    /// - Parameters:
    ///   - api: Which call it is, for metrics.
    ///   - draw: What of the budget the call may use.
    ///   - body: The call; throws `ClientError` or ``GenesysRefusal``.
    /// - Throws: ``PlatformFailure``.
    func callGenesys<Value: Sendable>(
        _ api: String,
        tenantID: String,
        draw: BudgetDraw = .message,
        traceparent: String,
        _ body: (_ transport: any ClientTransport, _ credentials: ClientCredentials) async throws -> Value
    ) async throws -> Value {
        let token = try await tokens.token(of: tenantID, traceparent: traceparent)
        try await self.draw(draw, token, tenantID)
        do { return try await measured(api, token, body) } catch let refusal as GenesysRefusal {
            guard refusal.isUnauthorized else { throw await heeding(refusal, token, tenantID) }
        }
        let freshToken = try await tokens.freshToken(of: tenantID, traceparent: traceparent)
        do { return try await measured(api, freshToken, body) } catch let refusal as GenesysRefusal {
            throw await heeding(refusal, freshToken, tenantID)
        }
    }

    private func measured<Value: Sendable>(
        _ api: String,
        _ token: GenesysToken,
        _ body: (_ transport: any ClientTransport, _ credentials: ClientCredentials) async throws -> Value
    ) async throws -> Value {
        guard let transport = try? genesys(token.apiBaseUrl) else {
            throw PlatformFailure.permanent(
                code: "invalid-address",
                reason: "the address of the platform API is not usable"
            )
        }
        let start = ContinuousClock.now
        func count(_ code: String) {
            operations.metrics.increment(.upstreamRequests, [api, code])
            operations.metrics.observe(.upstreamSeconds, [api], ContinuousClock.now - start)
        }
        do {
            let value = try await body(transport, ClientCredentials(bearerToken: token.accessToken))
            count("2xx")
            return value
        } catch let refusal as GenesysRefusal {
            count(String(refusal.status))
            throw refusal
        } catch let error as ClientError {
            // A refusal whose body is no error body, from something in between, is a refusal all the same.
            if case .invalidResponse(let status, _, _) = error {
                count(String(status))
                throw GenesysRefusal(status: status, retryAfter: error.retryAfter)
            }
            if case .transport(let error) = error { count(error.code.rawValue) }
            throw PlatformFailure(error)
        }
    }

    /// Options of a request to Genesys.
    var requestOptions: RequestOptions { RequestOptions(timeout: policy.requestTimeout) }
}
