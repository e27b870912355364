import AuthServiceContract
import ContractRuntime
import ServiceKit
import WhatsAppGraphContract

extension WhatsAppAPIService {
    /// Calls the messages endpoint with the tenant's token; once more with a new one if the first is refused.
    /// - Parameters:
    ///   - api: Which call it is, for metrics.
    ///   - attempt: Which attempt it is, from 1.
    /// - Throws: ``PlatformFailure``.
    func callGraph(
        _ api: String,
        _ body: MessagesRequest,
        phoneNumberID: String,
        tenantID: String,
        attempt: Int,
        traceparent: String
    ) async throws -> MessagesResponse {
        let input = WhatsAppGraphContract.SendMessage.Input(
            version: policy.graphVersion,
            phoneNumberId: phoneNumberID,
            body: body
        )
        let token = try await tokens.token(of: tenantID, traceparent: traceparent)
        do { return try await measured(api, input, token, traceparent) } catch let refusal as GraphRefusal {
            guard refusal.isUnauthorized else { throw refusal.failure(attempt: attempt) }
        }
        let freshToken = try await tokens.freshToken(of: tenantID, traceparent: traceparent)
        do { return try await measured(api, input, freshToken, traceparent) } catch let refusal as GraphRefusal {
            throw refusal.failure(attempt: attempt)
        }
    }

    private func measured(
        _ api: String,
        _ input: WhatsAppGraphContract.SendMessage.Input,
        _ token: WhatsAppToken,
        _ traceparent: String
    ) async throws -> MessagesResponse {
        let client = WhatsAppGraphClient(
            transport: graph,
            credentials: ClientCredentials(bearerToken: token.accessToken)
        )
        let start = ContinuousClock.now
        func count(_ code: String) {
            operations.metrics.increment(.upstreamRequests, [api, code])
            operations.metrics.observe(.upstreamSeconds, [api], ContinuousClock.now - start)
        }
        do {
            let response = try await client.sendMessage(
                input,
                traceparent: traceparent,
                options: RequestOptions(timeout: policy.requestTimeout)
            ).result()
            count("200")
            return response
        } catch let refusal as GraphRefusal {
            count(String(refusal.status))
            throw refusal
        } catch let error as ClientError {
            // A refusal whose body is no error body, from something in between, is a refusal all the same; a success
            // that can't be read is none.
            if case .invalidResponse(let status, _, _) = error, status >= 400 {
                count(String(status))
                throw GraphRefusal(status: status, retryAfter: error.retryAfter)
            }
            if case .transport(let error) = error { count(error.code.rawValue) }
            throw PlatformFailure(error)
        }
    }
}
