import ContractRuntime
import SharedContract
import Synchronization
import WhatsAppAPIServiceContract

/// whatsapp-api-service that answers by a script for each text; what is not in the script is accepted.
final class WhatsAppDesk: WhatsAppAPIServiceHandler {
    struct Unused: Error {}

    let sent = Recorder<String>()
    let requests = Recorder<SendMessageRequest>()
    let marked = Recorder<MarkReadRequest>()
    private let script: Mutex<[String: [SendOutcome]]>

    init(_ script: [String: [SendOutcome]] = [:]) { self.script = Mutex(script) }

    func sendMessage(_ input: SendMessage.Input, _ context: RequestContext) async throws -> SendMessage.Output {
        requests.record(input.body)
        guard case .text(let draft) = input.body.message else {
            return .ok(.accepted(.init(platformMessageId: "wamid.\(input.body.trackingId)")))
        }
        let next: SendOutcome? = script.withLock { script in
            guard script[draft.body]?.isEmpty == false else { return nil }
            return script[draft.body]?.removeFirst()
        }
        let outcome = next ?? .accepted(.init(platformMessageId: "wamid.\(input.body.trackingId)"))
        let label = if case .accepted = outcome { "accepted" } else { "refused" }
        sent.record("\(draft.body.prefix(10)) \(label)")
        return .ok(outcome)
    }

    func markRead(_ input: MarkRead.Input, _ context: RequestContext) async throws -> MarkRead.Output {
        marked.record(input.body)
        return .ok(.accepted(.init()))
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
