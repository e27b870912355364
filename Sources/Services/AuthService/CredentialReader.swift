import ContractRuntime
import SharedContract
import TenantServiceContract

/// Reads credentials from tenant-service. Nothing is kept.
struct CredentialReader: Sendable {
    let tenants: TenantServiceClient

    /// The credential of a tenant for a platform.
    /// - Throws: ``TokenFailure``.
    func credential(
        of tenantID: String,
        for type: CredentialType,
        traceparent: String
    ) async throws(TokenFailure) -> DecryptedCredential {
        let output: ReadCredential.Output
        do {
            output = try await tenants.readCredential(
                ReadCredential.Input(tenantId: tenantID, credentialType: type),
                traceparent: TraceContext.child(of: traceparent)
            )
        } catch {
            throw .unavailable(reason: "tenant-service does not answer", retryAfterSeconds: 1)
        }
        switch output {
        case .ok(let credential): return credential
        case .notFound: throw .notFound
        case .serviceUnavailable(_, let retryAfter):
            throw .unavailable(reason: "tenant-service is not available", retryAfterSeconds: retryAfter)
        case .badRequest, .unauthorized, .internalServerError, .undocumented:
            throw .unavailable(reason: "tenant-service does not give the credential", retryAfterSeconds: 5)
        }
    }
}

extension DecryptedCredential {
    /// The credential for Genesys; tenant-service stores no other under that type.
    func genesys() throws(TokenFailure) -> GenesysCredential {
        guard case .genesys(let credential) = credential else { throw .notFound }
        return credential
    }

    /// The credential for WhatsApp; tenant-service stores no other under that type.
    func whatsApp() throws(TokenFailure) -> WhatsAppCredential {
        guard case .whatsapp(let credential) = credential else { throw .notFound }
        return credential
    }
}
