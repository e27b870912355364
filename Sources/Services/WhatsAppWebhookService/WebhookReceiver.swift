import ContractRuntime
import Logging
import ServiceKit
import WebhookIntake
import WhatsAppWebhookContract

/// Answers what Meta calls. Each operation has a file of its own.
struct WebhookReceiver: WhatsAppWebhookHandler {
    let sharedApp: SharedApp
    let tenantApps: WebhookSecretStore
    let transport: any MessageTransport
    let counters: IntakeCounters
    let forgeries: ForgeryLog
    let logger: Logger
}

/// The Meta app that tenants without an own one share.
struct SharedApp: Sendable {
    /// Secrets of which one has to match.
    let secrets: [Secret]
    let verifyToken: Secret
}
