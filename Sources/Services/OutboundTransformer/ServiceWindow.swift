import ContractRuntime
import RelayDelivery
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

extension OutboundTransformer {
    /// The customer service window in milliseconds: 24 hours from the customer's last message (Meta, 2026), less a
    /// minute for two clocks and the way.
    private static let windowMilliseconds: Int64 = 24 * 3_600_000 - 60_000
    /// How much of the window has to be left for the policy not to be looked at.
    private static let marginMilliseconds: Int64 = 3_600_000

    /// Adds what whatsapp-api-service judges the window by when the message goes out, and what the tenant wants to be
    /// sent in its place where it is closed. A template takes the place of the whole message, so it goes with the first
    /// part; the others fail and say so.
    func judgeWindow(
        of request: inout SendMessageRequest,
        _ mapping: ConversationMapping?,
        isFirst: Bool,
        _ work: Work
    ) async throws {
        if case .template = request.message { return }
        let end = mapping?.lastInboundAt.map { $0.millisecondsSinceEpoch + Self.windowMilliseconds }
        request.windowOpenUntil = end.map { DateTime(millisecondsSinceEpoch: $0) }
        if let end, end - now().millisecondsSinceEpoch > Self.marginMilliseconds { return }
        guard isFirst else { return }
        let tenantID = request.tenantId
        let policy = try await deliveries.attempting(self.policy.neighbours, logger: work.logger) { _ in
            try await policies.policy(of: tenantID, traceparent: work.traceparent)
        }
        let draft = request.message
        request.outsideWindow = policy.outsideWindow.map {
            $0.filled(message: draft.words ?? "", customer: mapping?.contactName ?? "")
        }
    }
}

extension WhatsAppTemplateDraft {
    /// The template with the agent's text and the customer's name where it asks for them.
    func filled(message: String, customer: String) -> WhatsAppTemplateDraft {
        func filled(_ value: TemplateText) -> TemplateText {
            let words = ContentTextWriter.replace("{{customer}}", in: value.text, with: customer)
            return TemplateText(
                text: TemplateText.flat(ContentTextWriter.replace("{{message}}", in: words, with: message)),
                name: value.name
            )
        }
        var template = self
        template.components = components.map { components in
            components.map { component in
                switch component {
                case .header(var header):
                    if case .text(let value) = header.parameter { header.parameter = .text(filled(value)) }
                    return .header(header)
                case .body(var body):
                    body.parameters = body.parameters.map(filled)
                    return .body(body)
                case .button: return component
                }
            }
        }
        return template
    }
}
