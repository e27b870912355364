public import ContractRuntime
public import RelayMessagingContract
import ServiceKit
public import SharedContract
public import StateManagerContract

/// Hands messages over to state-manager that must wait for their tenant, and says when those that waited are dealt with.
public struct HeldMessages: Sendable {
    private let platform: SharedContract.Platform
    private let stateManager: StateManagerClient
    private let makeID: @Sendable () -> String

    /// Creates the way to state-manager.
    /// - Parameters:
    ///   - platform: Which platform the messages wait for.
    ///   - stateManager: Client with the internal token.
    ///   - makeID: A new UUID, for messages without an id.
    public init(
        platform: SharedContract.Platform, stateManager: StateManagerClient, makeID: @escaping @Sendable () -> String
    ) {
        self.platform = platform
        self.stateManager = stateManager
        self.makeID = makeID
    }

    /// Stores a message; its delivery may be acknowledged when this has returned.
    /// - Throws: ``AttemptFailure``.
    public func keep(
        _ delivery: DeliveredMessage, _ headers: RelayHeaders, tenantID: String, because held: HeldBack, attempt: Int
    ) async throws {
        let message = OutgoingMessage(
            exchange: delivery.exchange, routingKey: delivery.routingKey, body: delivery.body,
            messageID: delivery.messageID, type: delivery.type, headers: delivery.headers)
        try await keep(message, headers, tenantID: tenantID, because: held, attempt: attempt)
    }

    /// Stores a message that is to be published when it may go on: a part of a delivery, whose other parts have places of
    /// their own.
    /// - Throws: ``AttemptFailure``.
    public func keep(
        _ message: OutgoingMessage, _ headers: RelayHeaders, tenantID: String, because held: HeldBack, attempt: Int
    ) async throws {
        let request = HoldRequest(
            tenantId: tenantID, platform: held.platform ?? platform, channelId: held.channelID, scope: held.scope,
            cause: held.cause, retryAfterSeconds: held.retryAfterSeconds,
            trackingId: held.trackingID, claim: held.claim, lane: held.isAlone ? "alone" : headers.lane,
            messageId: message.messageID ?? makeID(), exchange: message.exchange, routingKey: message.routingKey,
            messageName: message.type ?? "unknown", headers: message.headers,
            body: String(decoding: message.body, as: UTF8.self))
        let output: HoldMessage.Output
        do throws(ClientError) {
            output = try await stateManager.holdMessage(.init(body: request), traceparent: headers.traceparent)
        } catch { throw AttemptFailure.client(error, of: "state-manager", attempt: attempt) }
        guard case .ok = output else { throw AttemptFailure.unreachable("state-manager") }
    }

    /// Says that a message that was held is dealt with, so that those behind it may go.
    /// - Throws: ``AttemptFailure``.
    public func settle(_ heldID: Int, traceparent: String, attempt: Int) async throws {
        let output: SettleHeldMessages.Output
        do throws(ClientError) {
            output = try await stateManager.settleHeldMessages(
                .init(body: SettleRequest(heldIds: [heldID])), traceparent: traceparent)
        } catch { throw AttemptFailure.client(error, of: "state-manager", attempt: attempt) }
        guard case .ok = output else { throw AttemptFailure.unreachable("state-manager") }
    }
}
