public import ContractRuntime
import SharedContract
public import WhatsAppAPIServiceContract
import WhatsAppGraphContract

extension WhatsAppAPIService {
    /// Marks a customer's message, and all before it, as read.
    public func markRead(_ input: MarkRead.Input, _ context: RequestContext) async throws -> MarkRead.Output {
        let request = input.body
        let mark = MarkMessageReadRequest(
            messageId: request.wamid,
            typingIndicator: request.typing ? TypingIndicator(type: .text) : nil
        )
        do {
            _ = try await callGraph(
                "whatsapp.read",
                .markMessageReadRequest(mark),
                phoneNumberID: request.phoneNumberId,
                tenantID: request.tenantId,
                attempt: 1,
                traceparent: context.traceparent
            )
            return .ok(.accepted(.init()))
        } catch let failure as PlatformFailure {
            return .ok(failure.signalOutcome)
        }
    }
}
