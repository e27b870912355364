public import ContractRuntime
public import StateManagerContract
public import StateManagerStandIn
import Synchronization

/// state-manager as far as messages are held: remembers what it was told.
public final class HoldDesk: StateManagerStandIn {
    private struct State {
        var held: [HoldRequest] = []
        var settled: [Int] = []
    }

    private let state = Mutex(State())

    /// Nothing held yet.
    public init() {}

    /// What was to be held, in order.
    public var held: [HoldRequest] { state.withLock(\.held) }
    /// What was dealt with.
    public var settled: [Int] { state.withLock(\.settled) }

    /// A client that calls it in this process, contract and token checked.
    public var client: StateManagerClient {
        StateManagerClient(
            transport: InProcessTransport { [self] in
                RouteTable(routes: self.routes, authenticator: InternalToken.authenticator)
            },
            credentials: InternalToken.credentials)
    }

    /// Answers the operation.
    public func holdMessage(_ input: HoldMessage.Input, _ context: RequestContext) async throws -> HoldMessage.Output {
        state.withLock { state in
            state.held.append(input.body)
            return .ok(HoldResult(heldId: state.held.count))
        }
    }

    /// Answers the operation.
    public func settleHeldMessages(
        _ input: SettleHeldMessages.Input, _ context: RequestContext
    ) async throws -> SettleHeldMessages.Output {
        state.withLock { $0.settled += input.body.heldIds }
        return .ok(SettleResult(settled: input.body.heldIds.count))
    }
}

extension HoldRequest {
    /// The message as state-manager publishes it again.
    public func released(as heldID: Int) -> OutgoingMessage {
        var headers = headers
        headers["heldId"] = String(heldID)
        return OutgoingMessage(
            exchange: exchange, routingKey: routingKey, body: Array(body.utf8), messageID: messageId, type: messageName,
            headers: headers)
    }
}
