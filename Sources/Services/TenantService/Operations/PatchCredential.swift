import ContractJSON
import ContractRuntime
import Database
import Foundation
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Changes members of a credential under a lock on its tenant, so that of two patches at once both count.
    public func patchCredential(
        _ input: PatchCredential.Input, _ context: RequestContext
    ) async throws -> PatchCredential.Output {
        let row: Row?
        do {
            guard let replaced = try await replaced(input.credentialType, of: input.tenantId, context) else {
                return .notFound(.noTenant(context))
            }
            let wanted = try patched(replaced.stored, input)
            if input.storeAnyway != true, let objection = try await objection(to: wanted, replacing: replaced) {
                return .conflict(.credentialRefused(objection, context))
            }
            row = try await database.transaction { transaction in
                let tenants = try await transaction.query(
                    Statement("SELECT id FROM tenants WHERE id = $1 FOR UPDATE", [.uuid(input.tenantId)]))
                guard !tenants.isEmpty else { return nil }
                let rows = try await transaction.query(
                    Statement(
                        "SELECT * FROM tenant_credentials WHERE tenant_id = $1 AND credential_type = $2",
                        [.uuid(input.tenantId), .text(input.credentialType.rawValue)]))
                let credential = try patched(
                    try rows.first.map { try StoredCredential(json: $0.json("credentials")) }, input)
                // What was tried is what is stored, or nothing.
                guard input.storeAnyway == true || credential.isAsked(like: wanted) else { throw ChangedMeanwhile() }
                return try await transaction.query(
                    Self.store(try vault.seal(credential, tenantID: input.tenantId), input)
                ).first
            }
        } catch is ChangedMeanwhile {
            return .conflict(.credentialChanged(context))
        } catch let address as UnusableAddress {
            return .badRequest(.badRequest(address.violations[0].message, violations: address.violations, context))
        } catch ContractDecodingError.violations(let violations) {
            return .badRequest(
                .badRequest(
                    "the patch does not leave a credential of this type",
                    violations: violations.map {
                        Violation(
                            pointer: $0.instancePointer, keyword: $0.keyword, schemaPointer: $0.schemaPointer,
                            message: $0.message)
                    }, context))
        }
        guard let row else { return .notFound(.noTenant(context)) }
        await routeCache.forget(input.tenantId)
        await news(input.tenantId, input.credentialType, context.traceparent)
        return .ok(try row.credentialSummary())
    }

    private func patched(_ stored: StoredCredential?, _ input: PatchCredential.Input) throws -> Credential {
        let type = input.credentialType
        var members = JSONObject([("type", .string(type.rawValue))])
        if let stored {
            members = try vault.open(stored, tenantID: input.tenantId, type: type).jsonValue.object ?? members
        }
        let former = members
        for (name, value) in input.body.jsonValue.object ?? JSONObject() where name != "renewWebhookSecret" {
            // `nil` alone would be JSON's null.
            members[name] = value == .null ? Optional<JSONValue>.none : value
        }
        if type == .genesys, input.body.renewWebhookSecret || members["webhookSecret"] == nil {
            members["webhookSecret"] = .string(Self.newSecret())
        }
        for (secret, previous) in [("appSecret", "previousAppSecret"), ("webhookSecret", "previousWebhookSecret")] {
            guard let old = former[secret], members[secret] != nil, members[secret] != old,
                members[previous] == former[previous]
            else { continue }
            members[previous] = old
        }
        let credential = try Credential(json: .object(members))
        let refused = BaseAddresses.violations(of: credential)
        guard refused.isEmpty else { throw UnusableAddress(violations: refused) }
        return credential
    }

    /// 256 random bits in the alphabet of URLs.
    private static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Data(bytes).base64EncodedString().filter { $0 != "=" && $0 != "+" && $0 != "/" }
    }

    private static func store(_ stored: StoredCredential, _ input: PatchCredential.Input) -> Statement {
        Statement(
            """
            INSERT INTO tenant_credentials AS c (tenant_id, credential_type, credentials) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, credential_type) DO UPDATE SET
                credentials = excluded.credentials, version = c.version + 1, updated_at = clock_timestamp()
            RETURNING *
            """,
            [.uuid(input.tenantId), .text(input.credentialType.rawValue), .jsonb(stored.jsonText)])
    }
}

/// The patch leaves an address that can't be used.
private struct UnusableAddress: Error {
    let violations: [Violation]
}

/// Somebody else changed what a platform is asked with while it was tried.
private struct ChangedMeanwhile: Error {}
