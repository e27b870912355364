import ConnectionCheckContract
import ContractRuntime
public import GenesysAPIServiceContract
public import SharedContract
public import WhatsAppAPIServiceContract

/// What a credential has to reach at its platform.
public struct TrialSubject: Sendable, Hashable {
    /// The tenant.
    public let tenantID: String
    /// Its first number.
    public let phoneNumberID: String
    /// Its integration, where it has one.
    public let integrationID: String?
    /// Trace of the call.
    public let traceparent: String
}

/// Tries a credential at its platform before it replaces another.
public struct CredentialTrials: Sendable {
    /// Less than a client of the public API waits for an answer.
    private static let options = RequestOptions(timeout: .seconds(20))

    private let whatsApp: WhatsAppAPIServiceClient
    private let genesys: GenesysAPIServiceClient

    /// - Parameters:
    ///   - whatsApp: Asks Meta, with the internal token.
    ///   - genesys: Asks Genesys, with the internal token.
    public init(whatsApp: WhatsAppAPIServiceClient, genesys: GenesysAPIServiceClient) {
        self.whatsApp = whatsApp
        self.genesys = genesys
    }

    /// Why a credential should not be stored, and what to do; nil: the platform takes it.
    public func objection(to credential: Credential, of subject: TrialSubject) async -> String? {
        let (report, service) =
            switch credential {
            case .whatsapp(let credential): (await report(on: credential, subject), "whatsapp-api-service")
            case .genesys(let credential): (await report(on: credential, subject), "genesys-api-service")
            }
        guard let report else {
            return "It could not be tried: \(service) gave no answer. Look at its health and its log, and repeat."
        }
        // The first one: what comes behind it fails for the same reason, as a rule.
        guard let failure = report.items.first(where: { $0.outcome == .failed }) else { return nil }
        return [failure.cause, failure.remedy].compactMap(\.self).joined(separator: " ")
    }

    private func report(on credential: WhatsAppCredential, _ subject: TrialSubject) async -> CheckReport? {
        let output = try? await whatsApp.tryCredential(
            .init(tenantId: subject.tenantID, phoneNumberId: subject.phoneNumberID, body: credential),
            traceparent: TraceContext.child(of: subject.traceparent), options: Self.options)
        guard case .ok(let report)? = output else { return nil }
        return report
    }

    private func report(on credential: GenesysCredential, _ subject: TrialSubject) async -> CheckReport? {
        let output = try? await genesys.tryCredential(
            .init(tenantId: subject.tenantID, integrationId: subject.integrationID, body: credential),
            traceparent: TraceContext.child(of: subject.traceparent), options: Self.options)
        guard case .ok(let report)? = output else { return nil }
        return report
    }
}

extension Credential {
    /// Whether a platform is asked with the same: one that is need not be tried again. Secrets of webhooks are not among it:
    /// a former one goes on being accepted, so that a wrong one interrupts nothing.
    func isAsked(like other: Credential) -> Bool {
        switch (self, other) {
        case (.whatsapp(let one), .whatsapp(let two)): one.accessToken == two.accessToken && one.wabaId == two.wabaId
        case (.genesys(let one), .genesys(let two)):
            one.clientId == two.clientId && one.clientSecret == two.clientSecret && one.region == two.region
                && one.apiBaseUrl == two.apiBaseUrl && one.loginBaseUrl == two.loginBaseUrl
        default: false
        }
    }
}
