import ContractRuntime
import SharedContract
import WhatsAppAPIServiceContract

/// whatsapp-api-service for read marks.
final class ReadMarkDesk: WhatsAppAPIServiceHandler {
    struct Unused: Error {}
    let marked = Recorder<MarkReadRequest>()

    func markRead(_ input: MarkRead.Input, _ context: RequestContext) async throws -> MarkRead.Output {
        marked.record(input.body)
        return .ok(.accepted(.init()))
    }

    func sendMessage(_ input: SendMessage.Input, _ context: RequestContext) async throws -> SendMessage.Output {
        throw Unused()
    }
    func tryCredential(
        _ input: TryCredential.Input, _ context: RequestContext
    ) async throws -> TryCredential.Output { throw Unused() }
    func checkConnection(
        _ input: CheckConnection.Input, _ context: RequestContext
    ) async throws -> CheckConnection.Output { throw Unused() }
    func subscribeWebhooks(
        _ input: SubscribeWebhooks.Input, _ context: RequestContext
    ) async throws -> SubscribeWebhooks.Output { throw Unused() }
    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        throw Unused()
    }
    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        throw Unused()
    }
    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        throw Unused()
    }
}
