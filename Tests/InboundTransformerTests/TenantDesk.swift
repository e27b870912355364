import ContractRuntime
import ServiceKit
import SharedContract
import TenantServiceContract

/// tenant-service for policies.
struct TenantDesk: Sendable {
    /// A client that answers with this policy for every tenant.
    static func client(_ policy: MessagingPolicy) -> TenantServiceClient {
        TenantServiceClient(
            transport: Answering(policy: policy),
            credentials: ClientCredentials(bearerToken: "internal")
        )
    }

    private struct Answering: ClientTransport {
        let policy: MessagingPolicy

        func send(
            _ request: ContractRequest,
            options: RequestOptions
        ) async throws(TransportError) -> ContractResponse {
            guard request.target.hasSuffix("/policy") else {
                throw TransportError(.invalidRequest, reason: "only policies are read")
            }
            return ContractResponse(
                status: 200,
                headers: [.contentType: "application/json"],
                body: .bytes(policy.jsonBytes)
            )
        }
    }
}
