public import ConnectionCheckContract
import ContractRuntime
import GenesysWebhookServiceContract
public import SharedContract
import WhatsAppWebhookServiceContract

/// Sends a text through the public address and the whole relay, as if a platform had; for the portal and the command line.
public struct TestMessageSender: Sendable {
    /// A service gave no answer.
    public struct Silence: Error, Sendable {
        /// Its name.
        public let service: String
    }

    private let services: PortalServices
    private let tenantID: String
    private let phoneNumberID: String
    private let wabaID: String?
    private let integrationID: String?

    /// - Parameters:
    ///   - services: Clients of the services.
    ///   - tenant: The tenant.
    ///   - wabaID: The business account of its credential.
    ///   - channel: What is sent through in place of the first number.
    public init(services: PortalServices, tenant: Tenant, wabaID: String?, channel: Channel?) {
        self.services = services
        tenantID = tenant.id
        phoneNumberID = channel?.phoneNumberId ?? tenant.phoneNumberId
        self.wabaID = channel?.wabaId ?? wabaID
        integrationID = channel.map(\.genesysIntegrationId) ?? tenant.genesysIntegrationId
    }

    /// Sends a text.
    /// - Parameters:
    ///   - direction: Whose it is: a customer's goes in, an agent's goes out.
    ///   - customer: The customer's number as people write it.
    ///   - text: The text.
    ///   - traceparent: Trace of the call.
    /// - Returns: Whether the public address took it, and if not, why.
    public func send(
        _ direction: Direction, to customer: String, _ text: String, traceparent: String
    ) async throws(Silence) -> TestMessageResult {
        let digits = customer.filter(\.isNumber)
        guard (7...15).contains(digits.count), digits.allSatisfy(\.isASCII) else {
            return TestMessageResult(
                accepted: false, cause: "The number is not of a valid form: country code and number, 7 to 15 digits.")
        }
        guard let text = text.entered else { return TestMessageResult(accepted: false, cause: "Write what to send.") }
        // As long as Genesys' own, of digits and small letters.
        let id = RandomToken.digest(RandomToken.make()).prefix(16)
            .map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
        switch direction {
        case .inbound:
            let output = try? await services.whatsAppWebhooks.sendTestMessage(
                .init(
                    tenantId: tenantID,
                    body: TestMessage(
                        account: phoneNumberID, business: wabaID, customer: digits, text: text,
                        messageId: "TEST\(id)")), traceparent: traceparent)
            guard case .ok(let result)? = output else { throw Silence(service: "whatsapp-webhook-service") }
            return result
        case .outbound:
            guard let integrationID else {
                return TestMessageResult(accepted: false, cause: "Connect an integration first.")
            }
            let output = try? await services.genesysWebhooks.sendTestMessage(
                .init(
                    tenantId: tenantID,
                    body: TestMessage(
                        account: integrationID, customer: digits, text: text, messageId: "test\(id.dropFirst(4))")),
                traceparent: traceparent)
            guard case .ok(let result)? = output else { throw Silence(service: "genesys-webhook-service") }
            return result
        }
    }
}
