import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Stores a credential encrypted, in place of an earlier one, and drops the tokens that came from that.
    public func putCredential(
        _ input: PutCredential.Input,
        _ context: RequestContext
    ) async throws -> PutCredential.Output {
        guard input.body.type == input.credentialType else {
            let violation = Violation(
                pointer: "/type",
                keyword: "const",
                schemaPointer: "Specs/services/tenant-service.yaml#/components/parameters/CredentialType",
                message: "expected the type that the path names"
            )
            return .badRequest(
                .badRequest("the credential is for another platform than the path", violations: [violation], context)
            )
        }
        let refused = BaseAddresses.violations(of: input.body)
        guard refused.isEmpty else {
            return .badRequest(.badRequest(refused[0].message, violations: refused, context))
        }
        guard let replaced = try await replaced(input.credentialType, of: input.tenantId, context) else {
            return .notFound(.noTenant(context))
        }
        if input.storeAnyway != true, let objection = try await objection(to: input.body, replacing: replaced) {
            return .conflict(.credentialRefused(objection, context))
        }
        let stored = try vault.seal(input.body, tenantID: input.tenantId)
        let rows: QueryResult
        do {
            rows = try await database.query(Self.store(stored, input))
        } catch {
            guard case .foreignKeyViolation = error.code else { throw error }
            return .notFound(.noTenant(context))
        }
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        await routeCache.forget(input.tenantId)
        await news(input.tenantId, input.credentialType, context.traceparent)
        return .ok(try row.credentialSummary())
    }

    private static func store(_ stored: StoredCredential, _ input: PutCredential.Input) -> Statement {
        Statement(
            """
            INSERT INTO tenant_credentials AS c (tenant_id, credential_type, credentials) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, credential_type) DO UPDATE SET
                credentials = excluded.credentials, version = c.version + 1, updated_at = clock_timestamp()
            RETURNING *
            """,
            [.uuid(input.tenantId), .text(input.credentialType.rawValue), .jsonb(stored.jsonText)]
        )
    }
}
