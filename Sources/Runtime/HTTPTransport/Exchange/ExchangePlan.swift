import ContractRuntime
import HTTPTypes
import Synchronization

/// One exchange as it is handed to the engine: everything decided, nothing begun.
struct ExchangePlan: Sendable {
    /// Where the bytes of the request come from.
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        case pipe(RequestPipe, length: Int?)
    }

    let id: ExchangeID
    let lane: LaneID
    let address: WebAddress
    let method: HTTPRequest.Method
    let headers: HTTPFields
    let body: Body
    let options: RequestOptions
    let configuration: TransportConfiguration
    /// End of the time-out of the options, counted from the caller's call.
    let deadline: ContinuousClock.Instant
    let outcome: ExchangeOutcome
    let inbox: EngineInbox

    /// Whether sending it twice has the effect of sending it once (RFC 9110 §9.2.2).
    var isIdempotent: Bool {
        switch method {
        case .get, .head, .put, .delete, .options, .trace: true
        default: false
        }
    }

    /// Settles an exchange that never came onto the wire.
    func fail(_ code: TransportError.Code, _ reason: String) {
        outcome.settle(.failure(TransportError(code, reason: reason)))
        if case .pipe(let pipe, _) = body { pipe.close() }
    }
}

/// The one answer of an exchange, passed from the engine's thread to the task that waits for it; the first one counts.
final class ExchangeOutcome: Sendable {
    typealias Value = Result<ContractResponse, TransportError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case settled(Value)
        /// Handed over, and not kept: a streamed response ends its exchange when its last holder lets go of it.
        case taken
    }

    private let state = Mutex(State.open)

    var isSettled: Bool {
        state.withLock { state in
            switch state {
            case .settled, .taken: true
            case .open, .awaited: false
            }
        }
    }

    func settle(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .settled, .taken:
                return nil
            case .open:
                state = .settled(value)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            }
        }
        waiting?.resume(returning: value)
    }

    /// Waits for the answer; called once.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let settled: Value? = state.withLock { state in
                if case .settled(let value) = state {
                    state = .taken
                    return value
                }
                state = .awaited(continuation)
                return nil
            }
            if let settled { continuation.resume(returning: settled) }
        }
    }
}
