import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import Synchronization

/// genesys-api-service that answers by a script for each wamid; what is not in the script is accepted.
final class GenesysDesk: GenesysAPIServiceHandler {
    struct Unused: Error {}

    let sent = Recorder<String>()
    let requests = Recorder<SendMessageRequest>()
    let receipts = Recorder<SendReceiptRequest>()
    /// Messages that are refused until another one was accepted.
    private let waiting: [String: String]
    private let script: Mutex<[String: [SendOutcome]]>
    private let receiptScript: Mutex<[SignalOutcome]>

    init(
        _ script: [String: [SendOutcome]] = [:],
        receipts: [SignalOutcome] = [],
        waiting: [String: String] = [:]
    ) {
        self.waiting = waiting
        self.script = Mutex(script)
        receiptScript = Mutex(receipts)
    }

    func sendMessage(_ input: SendMessage.Input, _ context: RequestContext) async throws -> SendMessage.Output {
        let wamid = input.body.message.sourceMessageId
        requests.record(input.body)
        if let other = waiting[wamid], !sent.elements.contains("\(other) accepted") {
            return .ok(.transient(.init(reason: "waits")))
        }
        let next: SendOutcome? = script.withLock { script in
            guard script[wamid]?.isEmpty == false else { return nil }
            return script[wamid]?.removeFirst()
        }
        let outcome = next ?? .accepted(.init(platformMessageId: String("genesys-\(wamid)".prefix(512))))
        let label = if case .accepted = outcome { "accepted" } else { "refused" }
        sent.record("\(wamid) \(label)")
        return .ok(outcome)
    }

    func sendReceipt(_ input: SendReceipt.Input, _ context: RequestContext) async throws -> SendReceipt.Output {
        receipts.record(input.body)
        return .ok(receiptScript.withLock { $0.isEmpty ? .accepted(.init()) : $0.removeFirst() })
    }

    func sendTyping(_ input: SendTyping.Input, _ context: RequestContext) async throws -> SendTyping.Output {
        throw Unused()
    }
    func tryCredential(
        _ input: TryCredential.Input, _ context: RequestContext
    ) async throws -> TryCredential.Output { throw Unused() }
    func checkConnection(
        _ input: CheckConnection.Input, _ context: RequestContext
    ) async throws -> CheckConnection.Output { throw Unused() }
    func listIntegrations(
        _ input: ListIntegrations.Input, _ context: RequestContext
    ) async throws -> ListIntegrations.Output { throw Unused() }
    func connectIntegration(
        _ input: ConnectIntegration.Input, _ context: RequestContext
    ) async throws -> ConnectIntegration.Output { throw Unused() }
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
