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
        let sender = TestMessageSender(
            services: services, tenant: record.tenant, wabaID: record.value(.whatsapp, "wabaId"), channel: channel)
        let result: TestMessageResult
        do throws(TestMessageSender.Silence) {
            result = try await sender.send(
                form.direction, to: form.customer, form.text, traceparent: context.traceparent)
        } catch {
            throw PortalRefusal.serviceAway(error.service)
        }
        guard result.accepted else {
            let error = [result.cause, result.remedy].compactMap(\.self).joined(separator: " ")
            if let channel { return .badRequest(try await channelPage(channel, record, context, error: error)) }
            return .badRequest(
                try await onboardingPage(.test, record, context, error: error) { content in
                    content.testCustomer = form.customer
                    content.testText = form.text
                })
        }
        AuditNote.add(detail: form.direction == .inbound ? "test message to Genesys" : "test message to WhatsApp")
        guard let channel else { return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/test") }
        return .seeOther(location: "/conversations?tenantId=\(input.tenantId)&channelId=\(channel.id)")
    }
}
