/// The permission that an operation of the platform API asks of the roles of an OAuth client (public API description, July
/// 2026).
enum GenesysPermissions {
    /// Nil: a token is enough, or none is asked for.
    static func needed(for operation: String) -> String? {
        switch operation {
        case "sendInboundMessage", "sendInboundEvent", "sendInboundReceipt", "sendStructuredResponse":
            "conversation:message:receive"
        case "listOpenIntegrations", "getOpenIntegration": "messaging:integration:view"
        case "createOpenIntegration": "messaging:integration:add"
        case "updateOpenIntegration": "messaging:integration:edit"
        case "deleteOpenIntegration": "messaging:integration:delete"
        case "listSupportedContents", "getDefaultSupportedContent", "getSupportedContent":
            "messaging:supportedContent:view"
        case "listMessagingSettings", "getDefaultMessagingSetting", "getMessagingSetting": "messaging:setting:view"
        case "listMessageRecipients", "getMessageRecipient", "replaceMessageRecipient": "routing:message:manage"
        case "sendAgentlessMessage": "conversation:message:create"
        case "getMessageDetails": "conversation:message:view"
        case "updateMessageConversation": "conversation:communication:disconnect"
        default: nil
        }
    }
}
