import AgentPortalContract
import ContractRuntime
import SharedContract
import TenantServiceContract

extension AgentPortal {
    /// Stores the WhatsApp credential and checks it at once.
    public func saveWhatsApp(_ input: SaveWhatsApp.Input, _ context: RequestContext) async throws -> SaveWhatsApp.Output
    {
        let form = input.body
        let record = try await record(input.tenantId, context)
        var change = CredentialPatch(wabaId: .value(form.wabaId.trimmingSpace))
        if let token = form.accessToken?.entered { change.accessToken = .value(token) }
        switch form.app {
        case .shared:
            change.appSecret = .null
            change.previousAppSecret = .null
            change.verifyToken = .null
        case .own:
            if let secret = form.appSecret?.entered { change.appSecret = .value(secret) }
            if let token = form.verifyToken?.entered {
                change.verifyToken = .value(token)
            } else if record.value(.whatsapp, "verifyToken") == nil {
                change.verifyToken = .value(RandomToken.make())
            }
        }
        var error: CredentialObjection?
        if form.accessToken?.entered == nil, record.value(.whatsapp, "accessToken") == nil {
            error = CredentialObjection("Enter the access token.")
        } else if form.app == .own, form.appSecret?.entered == nil, record.value(.whatsapp, "appSecret") == nil {
            error = CredentialObjection("Enter the app secret of the own app, or choose the shared app.")
        } else if let objection = EnteredField.objection(
            name: nil, phoneNumberID: nil, wabaID: form.wabaId.trimmingSpace)
        {
            error = CredentialObjection(objection)
        } else {
            error = try await patch(
                .whatsapp, change, of: input.tenantId, storeAnyway: form.storeAnyway != nil, context)
        }
        if let error {
            return .badRequest(
                try await onboardingPage(.whatsapp, record, context, error: error.text) { content in
                    content.mayStoreAnyway = error.mayStoreAnyway
                    content.wabaID = form.wabaId
                    content.hasOwnApp = form.app == .own
                })
        }
        AuditNote.add(detail: "\(form.app.rawValue) app" + (form.storeAnyway == nil ? "" : ", without a trial"))
        try await check([.whatsApp], record.tenant, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/whatsapp")
    }

    /// Stores the Genesys credential and checks it at once. tenant-service makes the signature secret.
    public func saveGenesys(_ input: SaveGenesys.Input, _ context: RequestContext) async throws -> SaveGenesys.Output {
        let form = input.body
        let record = try await record(input.tenantId, context)
        var change = CredentialPatch(
            region: .value(form.region.trimmingSpace), clientId: .value(form.clientId.trimmingSpace))
        if let secret = form.clientSecret?.entered { change.clientSecret = .value(secret) }
        var error: CredentialObjection?
        if form.clientSecret?.entered == nil, record.value(.genesys, "clientSecret") == nil {
            error = CredentialObjection("Enter the client secret.")
        } else {
            error = try await patch(
                .genesys, change, of: input.tenantId, storeAnyway: form.storeAnyway != nil, context)
        }
        if let error {
            return .badRequest(
                try await onboardingPage(.genesys, record, context, error: error.text) { content in
                    content.mayStoreAnyway = error.mayStoreAnyway
                    content.clientID = form.clientId
                    content.regions = content.regions.map {
                        .init(value: $0.value, label: $0.label, isChosen: $0.value == form.region)
                    }
                })
        }
        AuditNote.add(detail: form.region + (form.storeAnyway == nil ? "" : ", without a trial"))
        try await check([.genesys], record.tenant, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/genesys")
    }
}
