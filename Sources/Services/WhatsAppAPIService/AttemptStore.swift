import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerBatches
import StateManagerContract

/// state-manager could not be asked or told something.
struct StateManagerUnavailable: DisposedError, Hashable {
    /// For logs.
    let cause: String

    /// Both operations may be repeated: they are keyed by attempt.
    var disposition: Disposition { .transient }
}

/// Intents and results of one message's attempts, kept by state-manager.
struct AttemptStore: Sendable {
    let client: StateManagerClient
    let batches: StateManagerBatches
    let trackingID: String
    let traceparent: String

    /// Records the intent to send.
    /// - Throws: ``StateManagerUnavailable``.
    func begin(_ attemptID: String, reconciled: Bool) async throws -> BeginSendResult {
        let item = BeginSendRequest(trackingId: trackingID, attemptId: attemptID, reconciled: reconciled)
        return try await answered("beginSends") { try await batches.begins(item, traceparent: traceparent) }
    }

    /// Records a result.
    /// - Throws: ``StateManagerUnavailable``.
    func complete(_ attemptID: String, _ outcome: SendOutcome) async throws {
        let item = CompleteSendRequest(trackingId: trackingID, attemptId: attemptID, outcome: outcome)
        _ = try await answered("completeSends") { try await batches.completions(item, traceparent: traceparent) }
    }

    /// What is known of the message; nil: nothing.
    /// - Throws: ``StateManagerUnavailable``.
    func tracking(of tenantID: String) async throws -> MessageTracking? {
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
