import AgentPortalContract
import ConnectionCheckContract
import ContractRuntime
import SharedContract
import TenantServiceContract

extension AgentPortal {
    /// Sends a text through the relay as a platform would; the page then shows it arrive.
    public func sendTestMessageFromForm(
        _ input: SendTestMessageFromForm.Input, _ context: RequestContext
    ) async throws -> SendTestMessageFromForm.Output {
        let form = input.body
        let record = try await record(input.tenantId, context)
        var channel: Channel?
        if let id = form.channelId { channel = try await self.channel(id, of: input.tenantId, context).channel }
        let sender = TestSender(record, channel)
        let digits = form.customer.filter(\.isNumber)
        func refused(_ error: String) async throws -> SendTestMessageFromForm.Output {
            if let channel { return .badRequest(try await channelPage(channel, record, context, error: error)) }
            return .badRequest(
                try await onboardingPage(.test, record, context, error: error) { content in
                    content.testCustomer = form.customer
                    content.testText = form.text
                })
        }
        guard (7...15).contains(digits.count), digits.allSatisfy(\.isASCII) else {
            return try await refused("The number is not of a valid form: country code and number, 7 to 15 digits.")
        }
        guard let text = form.text.entered else { return try await refused("Write what to send.") }
        guard form.direction == .inbound || sender.integrationID != nil else {
            return try await refused("Connect an integration first.")
        }
        let result = try await deliver(form.direction, to: digits, text, sender, context)
        guard result.accepted else {
            return try await refused([result.cause, result.remedy].compactMap(\.self).joined(separator: " "))
        }
        AuditNote.add(detail: form.direction == .inbound ? "test message to Genesys" : "test message to WhatsApp")
        guard let channel else { return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/test") }
        return .seeOther(location: "/conversations?tenantId=\(input.tenantId)&channelId=\(channel.id)")
    }

    private func deliver(
        _ direction: Direction, to customer: String, _ text: String, _ sender: TestSender, _ context: RequestContext
    ) async throws -> TestMessageResult {
        // As long as Genesys' own, of digits and small letters.
        let id = RandomToken.digest(RandomToken.make()).prefix(16)
            .map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
        switch direction {
        case .inbound:
            let message = TestMessage(
                account: sender.phoneNumberID, business: sender.wabaID, customer: customer, text: text,
                messageId: "TEST\(id)")
            let output = try await ask("whatsapp-webhook-service") {
                try await services.whatsAppWebhooks.sendTestMessage(
                    .init(tenantId: sender.tenantID, body: message), traceparent: context.traceparent)
            }
            guard case .ok(let result) = output else { throw PortalRefusal.serviceAway("whatsapp-webhook-service") }
            return result
        case .outbound:
            let message = TestMessage(
                account: sender.integrationID ?? "", customer: customer, text: text,
                messageId: "test\(id.dropFirst(4))")
            let output = try await ask("genesys-webhook-service") {
                try await services.genesysWebhooks.sendTestMessage(
                    .init(tenantId: sender.tenantID, body: message), traceparent: context.traceparent)
            }
            guard case .ok(let result) = output else { throw PortalRefusal.serviceAway("genesys-webhook-service") }
            return result
        }
    }
}

/// What a test message is sent through.
private struct TestSender {
    let tenantID: String
    let phoneNumberID: String
    let wabaID: String?
    let integrationID: String?

    init(_ record: TenantRecord, _ channel: Channel?) {
        tenantID = record.tenant.id
        phoneNumberID = channel?.phoneNumberId ?? record.tenant.phoneNumberId
        wabaID = channel?.wabaId ?? record.value(.whatsapp, "wabaId")
        integrationID = channel.map(\.genesysIntegrationId) ?? record.tenant.genesysIntegrationId
    }
}
