import ConnectionCheckContract
import ContractRuntime
import SharedContract
import TenantServiceContract

/// Why a credential was not stored.
struct CredentialObjection: Sendable, Hashable {
    let text: String
    /// Whether it was the platform that did not take it, and the person may know better.
    let mayStoreAnyway: Bool

    init(_ text: String, mayStoreAnyway: Bool = false) {
        self.text = text
        self.mayStoreAnyway = mayStoreAnyway
    }
}

/// What the pages about one tenant are made of.
struct TenantRecord: Sendable {
    let tenant: Tenant
    /// Its further numbers.
    let channels: [Channel]
    let credentials: [CredentialType: CredentialSummary]
    let reports: [ConnectionChecker.Part: CheckReport]

    /// A member of a stored credential as it may be shown.
    func value(_ type: CredentialType, _ name: String) -> String? {
        credentials[type]?.members.first { $0.name == name }?.value
    }

    /// Whether something is stored and its last checks found no failure.
    func isSound(_ parts: [ConnectionChecker.Part]) -> Bool? {
        let reports = parts.compactMap { self.reports[$0] }
        guard reports.count == parts.count else { return nil }
        return reports.allSatisfy { report in report.items.allSatisfy { $0.outcome != .failed } }
    }
}

extension AgentPortal {
    /// Reads a tenant, its masked credentials, and what its checks found last.
    func record(_ tenantID: String, _ context: RequestContext) async throws -> TenantRecord {
        let tenant = try await tenant(tenantID, context)
        let output = try await ask("tenant-service") {
            try await services.tenants.listCredentials(
                .init(tenantId: tenantID), traceparent: context.traceparent)
        }
        guard case .ok(let list) = output else { throw PortalRefusal.serviceAway("tenant-service") }
        return TenantRecord(
            tenant: tenant,
            channels: try await channels(of: tenantID, context),
            credentials: Dictionary(list.items.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first }),
            reports: try await store.reports(of: tenantID))
    }

    /// Reads the channels of a tenant.
    func channels(of tenantID: String, _ context: RequestContext) async throws -> [Channel] {
        let output = try await ask("tenant-service") {
            try await services.tenants.listChannels(.init(tenantId: tenantID), traceparent: context.traceparent)
        }
        guard case .ok(let list) = output else { throw PortalRefusal.serviceAway("tenant-service") }
        return list.items
    }

    /// Reads a tenant.
    func tenant(_ tenantID: String, _ context: RequestContext) async throws -> Tenant {
        let output = try await ask("tenant-service") {
            try await services.tenants.getTenant(.init(tenantId: tenantID), traceparent: context.traceparent)
        }
        switch output {
        case .ok(let tenant): return tenant
        case .notFound, .badRequest: throw PortalRefusal.notFound("tenant")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// Changes a credential; tenant-service tries first what replaces another.
    /// - Parameter storeAnyway: Whether it is stored without being tried.
    /// - Returns: Why it was not stored, for the person who entered it; nil: stored.
    func patch(
        _ type: CredentialType, _ patch: CredentialPatch, of tenantID: String, storeAnyway: Bool,
        _ context: RequestContext
    ) async throws -> CredentialObjection? {
        let output: PatchCredential.Output
        do throws(ClientError) {
            output = try await services.tenants.patchCredential(
                .init(tenantId: tenantID, credentialType: type, storeAnyway: storeAnyway, body: patch),
                traceparent: context.traceparent, options: Self.patient)
        } catch .invalidRequest(let violations) {
            return CredentialObjection(EnteredField.sentences(violations.map { ($0.instancePointer, $0.message) }))
        } catch {
            throw PortalRefusal.serviceAway("tenant-service")
        }
        switch output {
        case .ok: return nil
        case .badRequest(let problem): return CredentialObjection(Self.words(problem))
        case .conflict(let problem): return CredentialObjection(Self.words(problem), mayStoreAnyway: true)
        case .notFound: throw PortalRefusal.notFound("tenant")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// A refusal of a form, by the fields that people know.
    static func words(_ problem: Problem) -> String {
        let violations = (problem.violations ?? []).map { ($0.pointer, $0.message) }
        return violations.isEmpty ? (problem.detail ?? problem.title) : EnteredField.sentences(violations)
    }

    /// Runs parts of the checks and keeps what they found.
    func check(_ parts: [ConnectionChecker.Part], _ tenant: Tenant, _ context: RequestContext) async throws {
        let reports = await ConnectionChecker(services: services).run(
            parts, tenantID: tenant.id, integrationID: tenant.genesysIntegrationId, traceparent: context.traceparent)
        try await store.keep(reports, of: tenant.id)
    }
}
