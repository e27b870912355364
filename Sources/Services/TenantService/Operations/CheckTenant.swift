import ConnectionCheckContract
import ConnectionChecks
import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// What is stored of a tenant, and whether it can be used.
    public func checkTenant(_ input: CheckTenant.Input, _ context: RequestContext) async throws -> CheckTenant.Output {
        let results = try await database.batch([
            Statement("SELECT * FROM tenants WHERE id = $1", [.uuid(input.tenantId)]),
            Statement("SELECT * FROM tenant_credentials WHERE tenant_id = $1", [.uuid(input.tenantId)]),
        ])
        guard let tenant = try results[0].first?.tenant() else { return .notFound(.noTenant(context)) }
        var channel: Channel?
        if let id = input.channelId {
            channel = try await self.channel(id, of: tenant.id)
            guard channel != nil else { return .notFound(.noChannel(context)) }
        }
        var stored: [CredentialType: StoredCredential] = [:]
        for row in results[1] {
            guard let type = CredentialType(rawValue: try row.text("credential_type")) else { continue }
            stored[type] = try StoredCredential(json: try row.json("credentials"))
        }
        var run = CheckRun()
        run.judge(
            .tenantActive, tenant.status == .active && channel?.status != .suspended,
            cause: "\(tenant.status == .active ? "The number" : "The tenant") is suspended: "
                + "nothing is sent to either side.",
            remedy: "Resume it when it is to be served.")
        check(.whatsapp, stored[.whatsapp], .whatsAppCredentialStored, tenant.id, &run)
        check(.genesys, stored[.genesys], .genesysCredentialStored, tenant.id, &run)
        if stored.isEmpty {
            run.skip([.credentialKeyCurrent], because: "no credential is stored")
        } else if try stored.contains(where: { try vault.needsRotation($0.value) }) {
            run.warn(
                .credentialKeyCurrent, cause: "A credential is still encrypted with an older key of ENCRYPTION_KEYS.",
                remedy: "Keep the older key until the key rotation has run.")
        } else {
            run.pass(.credentialKeyCurrent)
        }
        let integrationID = channel.map(\.genesysIntegrationId) ?? tenant.genesysIntegrationId
        run.judge(
            .integrationChosen, integrationID != nil, detail: integrationID,
            cause: "The \(channel == nil ? "tenant" : "number") has no Open Messaging integration.",
            remedy: channel == nil
                ? "Choose or create one in the Genesys step of onboarding."
                : "Choose or create one on the page of the number.")
        return .ok(run.report(of: tenant.id))
    }

    private func check(
        _ type: CredentialType, _ stored: StoredCredential?, _ name: CheckName, _ tenantID: String,
        _ run: inout CheckRun
    ) {
        guard let stored else {
            return run.fail(
                name, cause: "Nothing is stored.", remedy: "Enter the credential in the fitting step of onboarding.")
        }
        do {
            _ = try vault.open(stored, tenantID: tenantID, type: type)
            run.pass(name, "decrypted with key \(stored.keyID)")
        } catch {
            run.fail(
                name, cause: "It is stored but can't be decrypted with the keys of this installation.",
                remedy: "Give ENCRYPTION_KEYS the key \(stored.keyID) again, or enter the credential anew.")
        }
    }
}
