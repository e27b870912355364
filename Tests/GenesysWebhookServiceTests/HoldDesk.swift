import ContractRuntime
import StateManagerContract
import StateManagerStandIn
import Synchronization
import WebhookTestWorld

/// state-manager as far as messages are held: remembers what it was told.
final class HoldDesk: StateManagerStandIn {
    private struct State {
        var held: [HoldRequest] = []
        var settled: [Int] = []
    }

    private let state = Mutex(State())

    var held: [HoldRequest] { state.withLock(\.held) }
    var settled: [Int] { state.withLock(\.settled) }

    /// A client that calls it in this process, contract and token checked.
    var client: StateManagerClient {
        StateManagerClient(
            transport: InProcessTransport { [self] in
                RouteTable(routes: self.routes, authenticator: InternalToken.authenticator)
            },
            credentials: InternalToken.credentials)
    }

    func holdMessage(_ input: HoldMessage.Input, _ context: RequestContext) async throws -> HoldMessage.Output {
        state.withLock { state in
            state.held.append(input.body)
            return .ok(HoldResult(heldId: state.held.count))
        }
    }

    func settleHeldMessages(
        _ input: SettleHeldMessages.Input, _ context: RequestContext
    ) async throws -> SettleHeldMessages.Output {
        state.withLock { $0.settled += input.body.heldIds }
        return .ok(SettleResult(settled: input.body.heldIds.count))
    }
}
