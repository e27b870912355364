import ContractRuntime
public import ServiceKit
public import SharedContract
public import StateManagerContract

/// state-manager could not be asked or told something.
public struct StateManagerUnavailable: DisposedError, Hashable {
    /// For logs.
    public let cause: String

    /// - Parameter cause: What was asked, and what came instead of an answer.
    public init(cause: String) { self.cause = cause }

    /// Both operations may be repeated: they are keyed by attempt.
    public var disposition: Disposition { .transient }
}

/// Intents and results of one message's attempts, kept by state-manager.
public struct AttemptStore: Sendable {
    private let client: StateManagerClient
    private let batches: StateManagerBatches
    private let trackingID: String
    private let traceparent: String

    /// Knows one message.
    /// - Parameters:
    ///   - client: Client with the internal token.
    ///   - batches: Gather what many messages ask at the same time.
    ///   - trackingID: The message's id in message_tracking.
    ///   - traceparent: Of the request that is being answered.
    public init(client: StateManagerClient, batches: StateManagerBatches, trackingID: String, traceparent: String) {
        self.client = client
        self.batches = batches
        self.trackingID = trackingID
        self.traceparent = traceparent
    }

    /// Records the intent to send.
    /// - Throws: ``StateManagerUnavailable``.
    public func begin(_ attemptID: String, reconciled: Bool) async throws -> BeginSendResult {
        let item = BeginSendRequest(trackingId: trackingID, attemptId: attemptID, reconciled: reconciled)
        return try await answered("beginSends") { try await batches.begins(item, traceparent: traceparent) }
    }

    /// Records a result.
    /// - Throws: ``StateManagerUnavailable``.
    public func complete(_ attemptID: String, _ outcome: SendOutcome) async throws {
        let item = CompleteSendRequest(trackingId: trackingID, attemptId: attemptID, outcome: outcome)
        _ = try await answered("completeSends") { try await batches.completions(item, traceparent: traceparent) }
    }

    /// What is known of the message; nil: nothing.
    /// - Throws: ``StateManagerUnavailable``.
    public func tracking(of tenantID: String) async throws -> MessageTracking? {
        try await repeated {
            let output: FindTracking.Output
            do {
                output = try await client.findTracking(
                    .init(tenantId: tenantID, id: trackingID), traceparent: traceparent)
            } catch { throw StateManagerUnavailable(cause: "no answer to findTracking") }
            switch output {
            case .ok(let tracking): return tracking
            case .notFound: return nil
            case .badRequest, .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
                throw StateManagerUnavailable(cause: "findTracking was refused")
            }
        }
    }

    private func answered<Value: Sendable>(_ name: String, _ operation: () async throws -> Value) async throws -> Value
    {
        try await repeated {
            do { return try await operation() } catch {
                if case .client = error as? StateManagerRefusal {
                    throw StateManagerUnavailable(cause: "no answer to \(name)")
                }
                throw StateManagerUnavailable(cause: "\(name) was refused")
            }
        }
    }

    private func repeated<Value: Sendable>(_ operation: () async throws -> Value) async throws -> Value {
        do { return try await withRetries(.short) { _ in try await operation() } } catch let given as RetriesExhausted {
            throw given.cause
        }
    }
}
