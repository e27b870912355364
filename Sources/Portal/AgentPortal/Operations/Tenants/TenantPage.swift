import AgentPortalContract
import ConnectionCheckContract
import ContractRuntime
import SharedContract
import TenantServiceContract

private struct TenantContent {
    struct Credential {
        struct Member {
            let label: String
            let value: String
        }

        let title: String
        let changed: TimeText
        let members: [Member]
    }

    struct Line {
        let path: String
        let name: String
        let number: String
        let integrationID: String?
        let isActive: Bool
    }

    let id: String
    let name: String
    let phoneNumberID: String
    let integrationID: String?
    let isActive: Bool
    let created: TimeText
    /// Its further numbers.
    let channels: [Line]
    /// What was entered of a further number that was refused.
    let channelForm: ChannelEntry
    let credentials: [Credential]
    /// Whether former secrets are still accepted.
    let isRotating: Bool
    let checks: CheckView?
    var error: String?
    /// What can be rotated.
    let rotation: [SecretChoice]
    /// Whether its form is shown open.
    let isRotationOpen: Bool
    /// Whether a secret that the platform does not take may be stored all the same.
    let mayStoreAnyway: Bool
}

/// A secret to rotate.
private struct SecretChoice {
    let value: String
    let label: String
    let isChosen: Bool
}

extension AgentPortal {
    /// A tenant.
    public func getTenantPage(_ input: GetTenantPage.Input, _ context: RequestContext) async throws
        -> GetTenantPage.Output
    {
        .ok(try tenantPage(try await record(input.tenantId, context)))
    }

    /// Changes name, number or state.
    public func changeTenantFromForm(
        _ input: ChangeTenantFromForm.Input, _ context: RequestContext
    ) async throws -> ChangeTenantFromForm.Output {
        let form = input.body
        let record = try await record(input.tenantId, context)
        var change = TenantPatch()
        change.name = form.name?.entered
        change.phoneNumberId = form.phoneNumberId?.entered
        change.status = form.status.flatMap(TenantStatus.init(rawValue:))
        guard change.name != nil || change.phoneNumberId != nil || change.status != nil else {
            return .badRequest(try tenantPage(record, error: "Nothing was entered."))
        }
        if let objection = EnteredField.objection(name: change.name, phoneNumberID: change.phoneNumberId) {
            return .badRequest(try tenantPage(record, error: objection))
        }
        let patch = change
        let output: UpdateTenant.Output
        do throws(ClientError) {
            output = try await services.tenants.updateTenant(
                .init(tenantId: input.tenantId, body: patch), traceparent: context.traceparent)
        } catch .invalidRequest(let violations) {
            let error = EnteredField.sentences(violations.map { ($0.instancePointer, $0.message) })
            return .badRequest(try tenantPage(record, error: error))
        } catch {
            throw PortalRefusal.serviceAway("tenant-service")
        }
        switch output {
        case .ok:
            AuditNote.add(
                detail: [
                    patch.name.map { "name \($0)" }, patch.phoneNumberId.map { "number \($0)" },
                    patch.status.map { "status \($0.rawValue)" },
                ].compactMap(\.self).joined(separator: ", "))
            return .seeOther(location: form.next ?? "/tenants/\(input.tenantId)")
        case .conflict:
            return .badRequest(try tenantPage(record, error: "This number belongs to another tenant."))
        case .badRequest(let problem): return .badRequest(try tenantPage(record, error: Self.words(problem)))
        case .notFound: throw PortalRefusal.notFound("tenant")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// Replaces a secret; the former one is accepted until the rotation is ended.
    public func rotateSecret(_ input: RotateSecret.Input, _ context: RequestContext) async throws -> RotateSecret.Output
    {
        let record = try await record(input.tenantId, context)
        let value = input.body.value?.entered
        var types: [CredentialType] = [.whatsapp]
        var change = CredentialPatch()
        switch input.body.secret {
        case .accessToken: change.accessToken = value.map(Presence.value) ?? .absent
        case .appSecret: change.appSecret = value.map(Presence.value) ?? .absent
        case .clientSecret:
            types = [.genesys]
            change.clientSecret = value.map(Presence.value) ?? .absent
        case .webhookSecret:
            types = [.genesys]
            change.renewWebhookSecret = true
        case .end:
            types = CredentialType.allCases.filter { record.credentials[$0] != nil }
        }
        if value == nil, ![.webhookSecret, .end].contains(input.body.secret) {
            return .badRequest(try tenantPage(record, error: "Enter the new secret.", rotating: input.body.secret))
        }
        for type in types {
            var change = change
            if input.body.secret == .end {
                change =
                    type == .whatsapp
                    ? CredentialPatch(previousAppSecret: .null) : CredentialPatch(previousWebhookSecret: .null)
            }
            if let objection = try await patch(
                type, change, of: input.tenantId, storeAnyway: input.body.storeAnyway != nil, context)
            {
                return .badRequest(
                    try tenantPage(
                        record, error: objection.text, rotating: input.body.secret,
                        mayStoreAnyway: objection.mayStoreAnyway))
            }
        }
        AuditNote.add(
            detail: input.body.secret.words + (input.body.storeAnyway == nil ? "" : ", stored without a trial"))
        if input.body.secret == .webhookSecret, let error = try await tellGenesys(record, context) {
            return .badRequest(try tenantPage(try await self.record(input.tenantId, context), error: error))
        }
        try await check(types == [.whatsapp] ? [.whatsApp] : [.genesys], record.tenant, context)
        return .seeOther(location: "/tenants/\(input.tenantId)#credentials")
    }

    /// Gives every integration of the tenant the new signature secret.
    /// - Returns: Why one could not get it; until then the former secret goes on being accepted.
    private func tellGenesys(_ record: TenantRecord, _ context: RequestContext) async throws -> String? {
        let integrations =
            [(record.tenant.genesysIntegrationId, record.tenant.name)]
            + record.channels.map { ($0.genesysIntegrationId, $0.name) }
        for case (let id?, let name) in integrations {
            let output = try await ask("genesys-api-service") {
                try await services.genesysAPI.connectIntegration(
                    .init(tenantId: record.tenant.id, body: .init(id: id, name: name)),
                    traceparent: context.traceparent, options: RequestOptions(timeout: .seconds(60)))
            }
            guard case .ok(let connection) = output else { throw PortalRefusal.serviceAway("genesys-api-service") }
            guard connection.integration == nil else { continue }
            return "The new secret is stored, but Genesys did not take it for \(name). "
                + [connection.cause, connection.remedy].compactMap(\.self).joined(separator: " ")
        }
        return nil
    }

    func tenantPage(
        _ record: TenantRecord, error: String? = nil, channelForm: ChannelEntry = ChannelEntry(),
        rotating: RotatedSecret? = nil, mayStoreAnyway: Bool = false
    ) throws -> String {
        let view = CheckView(record.reports, of: ConnectionChecker.Part.allCases)
        let tenant = record.tenant
        return try pages.page(
            "tenant", title: tenant.name, section: .tenants,
            TenantContent(
                id: tenant.id, name: tenant.name, phoneNumberID: tenant.phoneNumberId,
                integrationID: tenant.genesysIntegrationId, isActive: tenant.status == .active,
                created: TimeText(tenant.createdAt),
                channels: record.channels.map { channel in
                    .init(
                        path: "/tenants/\(tenant.id)/channels/\(channel.id)", name: channel.name,
                        number: channel.displayPhoneNumber ?? channel.phoneNumberId,
                        integrationID: channel.genesysIntegrationId, isActive: channel.status == .active)
                }, channelForm: channelForm,
                credentials: CredentialType.allCases.compactMap { record.view($0) },
                isRotating: record.value(.whatsapp, "previousAppSecret") != nil
                    || record.value(.genesys, "previousWebhookSecret") != nil,
                checks: view.groups.isEmpty ? nil : view, error: error,
                rotation: record.rotatable.map {
                    SecretChoice(value: $0.rawValue, label: $0.words, isChosen: $0 == rotating)
                }, isRotationOpen: rotating != nil, mayStoreAnyway: mayStoreAnyway))
    }
}

extension TenantRecord {
    /// A stored credential, masked.
    fileprivate func view(_ type: CredentialType) -> TenantContent.Credential? {
        guard let credential = credentials[type] else { return nil }
        let labels = [
            "wabaId": "Business account", "accessToken": "Access token", "appSecret": "App secret",
            "previousAppSecret": "Former app secret", "verifyToken": "Verify token", "region": "Region",
            "clientId": "Client id", "clientSecret": "Client secret", "webhookSecret": "Signature secret",
            "previousWebhookSecret": "Former signature secret", "apiBaseUrl": "API address",
            "loginBaseUrl": "Login address",
        ]
        let members = credential.members.flatMap { member -> [TenantContent.Credential.Member] in
            let region = member.name == "region" ? GenesysRegion(rawValue: member.value)?.words : nil
            let shown = TenantContent.Credential.Member(
                label: labels[member.name] ?? member.name, value: region ?? member.value)
            guard member.name == "accessToken" else { return [shown] }
            let result = reports[.whatsApp]?.items.first { $0.check == .whatsAppTokenExpiry }
            return [shown, .init(label: "Access token expiry", value: TokenExpiry(result).words)]
        }
        return TenantContent.Credential(
            title: type == .whatsapp ? "WhatsApp" : "Genesys Cloud", changed: TimeText(credential.updatedAt),
            members: members)
    }
}

extension TenantRecord {
    /// The secrets that a person can rotate.
    fileprivate var rotatable: [RotatedSecret] {
        var secrets: [RotatedSecret] = []
        if credentials[.whatsapp] != nil { secrets.append(.accessToken) }
        if value(.whatsapp, "appSecret") != nil { secrets.append(.appSecret) }
        if credentials[.genesys] != nil { secrets += [.clientSecret, .webhookSecret] }
        return secrets
    }
}

extension RotatedSecret {
    fileprivate var words: String {
        switch self {
        case .accessToken: "WhatsApp access token"
        case .appSecret: "Meta app secret"
        case .clientSecret: "Genesys client secret"
        case .webhookSecret: "Genesys signature secret (a new one is made)"
        case .end: "former secrets are no longer accepted"
        }
    }
}

extension GenesysRegion {
    /// The city or country, and the name of the region as people choose it: `Frankfurt (eu-central-1)`.
    var words: String {
        let place =
            switch self {
            case .usEast1: "US East, Virginia"
            case .usEast2: "US East 2, FedRAMP"
            case .usWest2: "US West, Oregon"
            case .caCentral1: "Canada"
            case .mxCentral1: "Mexico"
            case .saEast1: "São Paulo"
            case .euWest1: "Dublin"
            case .euCentral1: "Frankfurt"
            case .euCentral2: "Zurich"
            case .euWest2: "London"
            case .apSouth1: "Mumbai"
            case .apNortheast1: "Tokyo"
            case .apNortheast2: "Seoul"
            case .apNortheast3: "Osaka"
            case .apSoutheast1: "Singapore"
            case .apSoutheast2: "Sydney"
            case .meCentral1: "UAE"
            case .euscDeEast1: "EU Sovereign, Germany"
            }
        let name = rawValue.map { $0 == "_" ? "-" : String($0) }.joined()
        return "\(place) (\(name))"
    }
}
