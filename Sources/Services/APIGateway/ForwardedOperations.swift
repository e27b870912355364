import ServiceKit

extension ForwardedOperation {
    /// Everything that is reachable from outside: the operations with `x-audience: public` in Specs/. A test holds this
    /// table against them, so that nothing is missing and nothing else gets out.
    public static let all: [ForwardedOperation] = meta + genesys + tenants + relay

    private static let meta = [
        ForwardedOperation(
            "verifyWebhook", .get, "/webhooks/whatsapp", at: .whatsAppWebhookService, for: .platform),
        ForwardedOperation(
            "receiveWebhook", .post, "/webhooks/whatsapp", at: .whatsAppWebhookService, for: .platform,
            bodyLimit: 3 << 20),
        ForwardedOperation(
            "verifyTenantWebhook", .get, "/webhooks/whatsapp/{tenantId}", at: .whatsAppWebhookService, for: .platform),
        ForwardedOperation(
            "receiveTenantWebhook", .post, "/webhooks/whatsapp/{tenantId}", at: .whatsAppWebhookService, for: .platform,
            bodyLimit: 3 << 20),
    ]

    private static let genesys = [
        ForwardedOperation(
            "receiveOutboundNotification", .post, "/webhooks/genesys/{tenantId}", at: .genesysWebhookService,
            for: .platform, bodyLimit: 3 << 20)
    ]

    private static let tenants = [
        ForwardedOperation("createTenant", .post, "/api/v1/tenants", at: .tenantService),
        ForwardedOperation("listTenants", .get, "/api/v1/tenants", at: .tenantService),
        ForwardedOperation("getTenant", .get, "/api/v1/tenants/{tenantId}", at: .tenantService),
        ForwardedOperation("updateTenant", .patch, "/api/v1/tenants/{tenantId}", at: .tenantService),
        ForwardedOperation("listCredentials", .get, "/api/v1/tenants/{tenantId}/credentials", at: .tenantService),
        ForwardedOperation(
            "putCredential", .put, "/api/v1/tenants/{tenantId}/credentials/{credentialType}", at: .tenantService),
        ForwardedOperation(
            "deleteCredential", .delete, "/api/v1/tenants/{tenantId}/credentials/{credentialType}", at: .tenantService),
    ]

    private static let relay = [
        ForwardedOperation("listConversations", .get, "/api/v1/conversations", at: .stateManager),
        ForwardedOperation(
            "listConversationMessages", .get, "/api/v1/conversations/{mappingId}/messages", at: .stateManager),
        ForwardedOperation("getConversation", .get, "/api/v1/conversations/{mappingId}", at: .stateManager),
        ForwardedOperation("getMessageMedia", .get, "/api/v1/messages/{trackingId}/media", at: .stateManager),
        ForwardedOperation("getMessage", .get, "/api/v1/messages", at: .stateManager),
        ForwardedOperation("listDeadLetters", .get, "/api/v1/dead-letters", at: .stateManager),
        ForwardedOperation("listDeadLetterCauses", .get, "/api/v1/dead-letters/causes", at: .stateManager),
        ForwardedOperation("replayDeadLetters", .post, "/api/v1/dead-letters/replay", at: .stateManager),
        ForwardedOperation("discardDeadLetters", .post, "/api/v1/dead-letters/discard", at: .stateManager),
        ForwardedOperation("getDeadLetter", .get, "/api/v1/dead-letters/{deadLetterId}", at: .stateManager),
        ForwardedOperation("replayDeadLetter", .post, "/api/v1/dead-letters/{deadLetterId}/replay", at: .stateManager),
        ForwardedOperation(
            "discardDeadLetter", .post, "/api/v1/dead-letters/{deadLetterId}/discard", at: .stateManager),
        ForwardedOperation("listHolds", .get, "/api/v1/holds", at: .stateManager),
        ForwardedOperation("releaseHold", .post, "/api/v1/holds/release", at: .stateManager),
        ForwardedOperation("listQuarantinedUpdates", .get, "/api/v1/quarantine", at: .stateManager),
        ForwardedOperation("replayQuarantinedUpdates", .post, "/api/v1/quarantine/replay", at: .stateManager),
        ForwardedOperation("discardQuarantinedUpdates", .post, "/api/v1/quarantine/discard", at: .stateManager),
        ForwardedOperation("getQuarantinedUpdate", .get, "/api/v1/quarantine/{quarantineId}", at: .stateManager),
    ]
}
