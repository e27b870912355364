public import ContractRuntime
public import ServiceKit
public import StateManagerContract

/// What a service asks of state-manager for many messages at the same time, gathered into the batches that its contract
/// takes: one request, one statement and one commit for all that waits.
public struct StateManagerBatches: Sendable {
    /// Claims of messages; those of one message's parts stay together.
    public let claims: CallBatcher<ClaimRequest, ClaimResult>
    /// Intents of attempts.
    public let begins: CallBatcher<BeginSendRequest, BeginSendResult>
    /// Results of attempts.
    public let completions: CallBatcher<CompleteSendRequest, TrackingResult>
    /// What WhatsApp reports of messages.
    public let statuses: CallBatcher<StatusReport, TrackingResult>
    /// What Genesys reports of messages.
    public let receipts: CallBatcher<ReceiptReport, TrackingResult>

    /// Creates batches that have sent nothing yet. All of them throw ``StateManagerRefusal``.
    /// - Parameter client: Client with the internal token.
    public init(_ client: StateManagerClient) {
        claims = Self.batcher { items, traceparent in
            switch try await client.claimMessages(.init(body: ClaimBatch(items: items)), traceparent: traceparent) {
            case .ok(let answer): return answer.results
            case .serviceUnavailable, .unauthorized: throw StateManagerRefusal.unavailable
            case .badRequest: throw StateManagerRefusal.invalid
            case .internalServerError, .undocumented: throw StateManagerRefusal.failed
            }
        }
        begins = Self.batcher { items, traceparent in
            switch try await client.beginSends(.init(body: BeginSendBatch(items: items)), traceparent: traceparent) {
            case .ok(let answer): return answer.results
            case .serviceUnavailable, .unauthorized: throw StateManagerRefusal.unavailable
            case .badRequest: throw StateManagerRefusal.invalid
            case .internalServerError, .undocumented: throw StateManagerRefusal.failed
            }
        }
        completions = Self.batcher { items, traceparent in
            let body = CompleteSendBatch(items: items)
            switch try await client.completeSends(.init(body: body), traceparent: traceparent) {
            case .ok(let answer): return answer.results
            case .serviceUnavailable, .unauthorized: throw StateManagerRefusal.unavailable
            case .badRequest: throw StateManagerRefusal.invalid
            case .internalServerError, .undocumented: throw StateManagerRefusal.failed
            }
        }
        statuses = Self.batcher { items, traceparent in
            switch try await client.recordStatuses(.init(body: StatusBatch(items: items)), traceparent: traceparent) {
            case .ok(let answer): return answer.results
            case .serviceUnavailable, .unauthorized: throw StateManagerRefusal.unavailable
            case .badRequest: throw StateManagerRefusal.invalid
            case .internalServerError, .undocumented: throw StateManagerRefusal.failed
            }
        }
        receipts = Self.batcher { items, traceparent in
            switch try await client.recordReceipts(.init(body: ReceiptBatch(items: items)), traceparent: traceparent) {
            case .ok(let answer): return answer.results
            case .serviceUnavailable, .unauthorized: throw StateManagerRefusal.unavailable
            case .badRequest: throw StateManagerRefusal.invalid
            case .internalServerError, .undocumented: throw StateManagerRefusal.failed
            }
        }
    }

    /// Most items of a request; the contract takes 100.
    static let maximumItems = 50

    private static func batcher<Item: Sendable, Output: Sendable>(
        _ call: @escaping CallBatcher<Item, Output>.Call
    ) -> CallBatcher<Item, Output> {
        CallBatcher(maximumItems: maximumItems, maximumCalls: 2) { error in
            (error as? StateManagerRefusal)?.mayBeOneItems ?? true
        } call: { items, traceparent in
            do { return try await call(items, traceparent) } catch let error as ClientError {
                throw StateManagerRefusal.client(error)
            }
        }
    }
}

/// Why state-manager gave no answer to a batch.
public enum StateManagerRefusal: Error, Sendable, Hashable {
    /// What the runtime says about a call that gave no answer by contract.
    case client(ClientError)
    /// It takes no requests now, or not ours.
    case unavailable
    /// It finds that an item breaks its contract.
    case invalid
    /// It failed over an item.
    case failed

    /// Whether items may be served that are sent by themselves.
    var mayBeOneItems: Bool {
        switch self {
        case .unavailable, .client(.transport): false
        case .invalid, .failed, .client(.invalidRequest), .client(.invalidResponse): true
        }
    }
}
