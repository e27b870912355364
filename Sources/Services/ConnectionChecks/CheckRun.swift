public import ConnectionCheckContract
public import ContractRuntime
import ServiceKit

/// Gathers the checks of one service in their order; each takes the time since the one before.
public struct CheckRun {
    /// What was found so far.
    public private(set) var results: [CheckResult] = []
    private var begin = ContinuousClock.now

    /// Starts the clock.
    public init() {}

    /// It is as it should be.
    /// - Parameter expiresAt: When the token that was looked at ends.
    public mutating func pass(_ check: CheckName, _ detail: String? = nil, expiresAt: DateTime? = nil) {
        add(CheckResult(check: check, title: check.title, outcome: .passed, detail: detail, expiresAt: expiresAt))
    }

    /// Messages flow, but something will need attention.
    /// - Parameter expiresAt: When the token that was looked at ends.
    public mutating func warn(_ check: CheckName, cause: String, remedy: String, expiresAt: DateTime? = nil) {
        add(
            CheckResult(
                check: check, title: check.title, outcome: .warning, expiresAt: expiresAt, cause: cause, remedy: remedy)
        )
    }

    /// It is not as it should be.
    public mutating func fail(_ check: CheckName, cause: String, remedy: String) {
        add(CheckResult(check: check, title: check.title, outcome: .failed, cause: cause, remedy: remedy))
    }

    /// It could not be checked.
    public mutating func skip(_ checks: [CheckName], because cause: String) {
        for check in checks {
            add(CheckResult(check: check, title: check.title, outcome: .skipped, cause: cause))
        }
    }

    /// It passes or fails.
    public mutating func judge(
        _ check: CheckName, _ isRight: Bool, detail: String? = nil, cause: String, remedy: String
    ) {
        if isRight { pass(check, detail) } else { fail(check, cause: cause, remedy: remedy) }
    }

    /// Leaves out what a report is not about.
    public mutating func drop(_ checks: Set<CheckName>) { results.removeAll { checks.contains($0.check) } }

    /// The report about a tenant.
    public func report(of tenantID: String) -> CheckReport {
        CheckReport(tenantId: tenantID, checkedAt: WallClock.now, items: results)
    }

    private mutating func add(_ result: CheckResult) {
        var result = result
        let now = ContinuousClock.now
        result.milliseconds = Int((now - begin) / .milliseconds(1))
        begin = now
        results.append(result)
    }
}

extension CheckName {
    /// What is checked, in words.
    public var title: String {
        switch self {
        case .tenantActive: "The tenant is active"
        case .whatsAppCredentialStored: "A WhatsApp credential is stored"
        case .genesysCredentialStored: "A Genesys credential is stored"
        case .credentialKeyCurrent: "Credentials are encrypted with the present key"
        case .integrationChosen: "An Open Messaging integration is chosen"
        case .whatsAppTokenAvailable: "The WhatsApp token can be read"
        case .whatsAppTokenValid: "Meta accepts the token"
        case .whatsAppTokenExpiry: "The token does not expire soon"
        case .whatsAppTokenScopes: "The token has both WhatsApp permissions"
        case .whatsAppTokenAccount: "The token may use this business account"
        case .phoneNumberReadable: "The phone number is readable"
        case .phoneNumberOwned: "The phone number belongs to the business account"
        case .phoneNumberConnected: "The phone number is registered and verified"
        case .phoneNumberQuality: "The quality rating of the number is good"
        case .whatsAppSubscription: "Meta sends the webhooks of this account"
        case .whatsAppCallback: "Meta's callback is the relay's address"
        case .whatsAppWebhookReachable: "Meta's verification reaches the relay"
        case .whatsAppVerifyTokenGuarded: "A wrong verify token is refused"
        case .whatsAppSignatureAccepted: "A webhook signed with the app secret is accepted"
        case .whatsAppForgeryRefused: "A forged WhatsApp webhook is refused"
        case .mediaStorage: "Media can be stored, fetched by link and deleted"
        case .genesysTokenGranted: "Genesys grants a token to the OAuth client"
        case .genesysTokenAccepted: "The platform API accepts the token"
        case .integrationReadable: "The integration is readable"
        case .integrationActive: "The integration is complete"
        case .integrationWebhookAddress: "The integration sends to the relay"
        case .integrationSignatureSecret: "The integration signs with the stored secret"
        case .integrationSupportedContent: "The content profile allows media"
        case .integrationMessageFlow: "A message flow routes the messages"
        case .genesysSignatureAccepted: "A webhook signed with the secret is accepted"
        case .genesysForgeryRefused: "A forged Genesys webhook is refused"
        }
    }
}
