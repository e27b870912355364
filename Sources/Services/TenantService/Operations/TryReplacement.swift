import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

/// A credential of a tenant as it is stored, with what it has to reach.
struct ReplacedCredential {
    let subject: TrialSubject
    /// nil: there is none yet.
    let stored: StoredCredential?
}

extension TenantService {
    /// What a new credential would replace.
    /// - Returns: nil if there is no such tenant.
    func replaced(
        _ type: CredentialType, of tenantID: String, _ context: RequestContext
    ) async throws -> ReplacedCredential? {
        let rows = try await database.query(
            Statement(
                """
                SELECT t.id, t.phone_number_id, t.genesys_integration_id, c.credentials
                FROM tenants t LEFT JOIN tenant_credentials c ON c.tenant_id = t.id AND c.credential_type = $2
                WHERE t.id = $1
                """, [.uuid(tenantID), .text(type.rawValue)]))
        guard let row = rows.first else { return nil }
        return ReplacedCredential(
            subject: TrialSubject(
                tenantID: try row.uuid("id"), phoneNumberID: try row.text("phone_number_id"),
                integrationID: try row.textOptional("genesys_integration_id"), traceparent: context.traceparent),
            stored: try row.jsonOptional("credentials").map(StoredCredential.init(json:)))
    }

    /// Why a credential should not take the place of the stored one; nil: nothing speaks against it, or nothing is replaced.
    func objection(to credential: Credential, replacing replaced: ReplacedCredential) async throws -> String? {
        guard let stored = replaced.stored else { return nil }
        // One that nobody can read any more is replaced like any other.
        let former = try? vault.open(stored, tenantID: replaced.subject.tenantID, type: credential.type)
        if let former, credential.isAsked(like: former) { return nil }
        return await trial(credential, replaced.subject)
    }
}

extension Problem {
    /// The platform does not take a credential; the stored one is as it was.
    static func credentialRefused(_ objection: String, _ context: RequestContext) -> Problem {
        Problem(
            type: "urn:waba-genesys:problem:credential-refused", title: "Credential Refused", status: 409,
            detail: "The stored credential was left as it is. " + String(objection.prefix(1_500)),
            traceId: context.traceID)
    }

    /// Somebody else changed the credential while it was tried.
    static func credentialChanged(_ context: RequestContext) -> Problem {
        .credentialRefused("Another change came in between; repeat.", context)
    }
}
