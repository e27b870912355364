public import ContractRuntime
public import ServiceKit
public import SharedContract
import StateManagerBatches

/// One attempt that led to nothing.
public struct AttemptFailure: DisposedError {
    /// What is recorded of it.
    public let cause: FailureCause
    /// When to try again.
    public let disposition: Disposition

    /// What the other service decided; nil if the platform took it.
    public init?(_ outcome: SendOutcome) {
        switch outcome {
        case .accepted: return nil
        case .throttled(let failure): self.init(failure)
        case .transient(let failure): self.init(failure)
        case .authentication(let failure): self.init(failure)
        case .permanent(let failure): self.init(failure)
        case .unknown(let failure): self.init(failure)
        }
    }

    /// What the other service decided; nil if the platform took it.
    public init?(_ outcome: SignalOutcome) {
        switch outcome {
        case .accepted: return nil
        case .throttled(let failure): self.init(failure)
        case .transient(let failure): self.init(failure)
        case .authentication(let failure): self.init(failure)
        case .permanent(let failure): self.init(failure)
        case .unknown(let failure): self.init(failure)
        }
    }

    private init(_ failure: SendThrottled) {
        cause = FailureCause(disposition: .throttled, reason: failure.reason ?? "throttled")
        disposition = .retryAfter(.milliseconds(Int64(failure.retryAfterSeconds * 1_000)))
    }

    private init(_ failure: SendTransientFailure) {
        cause = FailureCause(disposition: .transient, code: failure.code, reason: failure.reason)
        disposition = .transient
    }

    /// Never waited for in a lane: the tenant is put on hold before (``HeldBack``).
    private init(_ failure: SendAuthenticationFailure) {
        cause = FailureCause(disposition: .authentication, code: failure.code, reason: failure.reason)
        disposition = .authentication
    }

    private init(_ failure: SendPermanentFailure) {
        cause = FailureCause(disposition: .permanent, code: failure.code, reason: failure.reason)
        disposition = .permanent(code: failure.code, reason: failure.reason)
    }

    /// Tried again like any other: the service that sends finds out first what became of the attempt before.
    private init(_ failure: SendUnknownOutcome) {
        cause = FailureCause(disposition: .unknownOutcome, reason: failure.reason)
        disposition = .transient
    }

    private init(cause: FailureCause, disposition: Disposition) {
        self.cause = cause
        self.disposition = disposition
    }

    /// Whether a part of the relay itself gave no answer, so that no message gets through and none is at fault.
    public private(set) var isUnreachable = false

    /// A failure that no repetition mends.
    public static func permanent(code: String, reason: String) -> AttemptFailure {
        AttemptFailure(
            cause: FailureCause(disposition: .permanent, code: code, reason: reason),
            disposition: .permanent(code: code, reason: reason)
        )
    }

    /// A service of the relay that gives no answer.
    public static func unreachable(_ service: String) -> AttemptFailure {
        var failure = AttemptFailure(
            cause: FailureCause(disposition: .transient, code: service, reason: "\(service) gives no answer"),
            disposition: .transient
        )
        failure.isUnreachable = true
        return failure
    }

    /// A service of the relay that fails over this message. It is asked a few times and not for ever: the fault may be
    /// in the message.
    public static func failing(_ service: String, attempt: Int) -> AttemptFailure {
        let reason = "\(service) failed"
        return AttemptFailure(
            cause: FailureCause(disposition: .transient, code: service, reason: reason),
            disposition: attempt < 8 ? .transient : .permanent(code: service, reason: reason)
        )
    }

    /// What the runtime says about a call that gave no answer by contract.
    public static func client(_ error: ClientError, of service: String, attempt: Int) -> AttemptFailure {
        switch error {
        case .transport: unreachable(service)
        case .invalidRequest: permanent(code: "contract-violation", reason: "\(service)'s contract refuses the request")
        case .invalidResponse: failing(service, attempt: attempt)
        }
    }

    /// Why state-manager did not carry out what it was asked to.
    /// - Parameter subject: What was asked, for people: "claim".
    public static func stateManager(_ error: any Error, over subject: String, attempt: Int) -> AttemptFailure {
        switch error as? StateManagerRefusal {
        case .client(let error): client(error, of: "state-manager", attempt: attempt)
        case .unavailable: unreachable("state-manager")
        case .invalid: permanent(code: "contract-violation", reason: "state-manager refuses the \(subject)")
        case .failed, nil: failing("state-manager", attempt: attempt)
        }
    }
}
