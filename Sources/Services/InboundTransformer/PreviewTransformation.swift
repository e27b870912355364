public import ContractRuntime
public import InboundTransformerContract
import RelayDelivery
import ServiceKit
import SharedContract
import WhatsAppWebhookContract

extension InboundTransformer {
    /// Shows what a WhatsApp message would become; claims, sends and stores nothing.
    public func previewTransformation(
        _ input: PreviewTransformation.Input,
        _ context: RequestContext
    ) async throws -> PreviewTransformation.Output {
        let update = input.body.update
        let transformed = Transformed(update: update)
        let contact = input.body.contact.flatMap { try? Contact(json: .object($0)) }
        let wamid = update["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
        // Up to the year 9999; nobody writes later than that.
        let seconds = update["timestamp"]?.string.flatMap { Int64($0) }.flatMap {
            (0...253_402_300_799).contains($0) ? $0 : nil
        }
        let address = GenesysAddress(
            CustomerIdentity(
                waId: contact?.waId ?? update["from"]?.string,
                userId: contact?.userId ?? update["from_user_id"]?.string
            ),
            nickname: contact?.profile?.name
        )
        let drafts = transformed.texts.prefix(50).enumerated().map { part, text in
            GenesysMessageDraft(
                from: address,
                sourceMessageId: MessagePart.id(wamid, part: part),
                occurredAt: seconds.map { DateTime(millisecondsSinceEpoch: $0 * 1_000) } ?? now(),
                text: text
            )
        }
        let violations = Violation.all(of: .violations(transformed.violations))
        return .ok(Preview(messages: Array(drafts), violations: violations))
    }
}
