import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerBatches

/// One attempt that led to nothing.
struct AttemptFailure: DisposedError {
    /// What is recorded of it.
    let cause: FailureCause
    /// When to try again.
    let disposition: Disposition

    /// What the other service decided; nil if the platform took it.
    init?(_ outcome: SendOutcome) {
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

    /// A failure that no repetition mends.
    static func permanent(code: String, reason: String) -> AttemptFailure {
        AttemptFailure(
            cause: FailureCause(disposition: .permanent, code: code, reason: reason),
            disposition: .permanent(code: code, reason: reason)
        )
    }

    /// A service of the relay that gives no answer.
    static func unreachable(_ service: String) -> AttemptFailure {
        AttemptFailure(
            cause: FailureCause(disposition: .transient, code: service, reason: "\(service) gives no answer"),
            disposition: .transient
        )
    }

    /// A service of the relay that fails over this message. It is asked a few times and not for ever: the fault may be
    /// in the message.
    static func failing(_ service: String, attempt: Int) -> AttemptFailure {
        let reason = "\(service) failed"
        return AttemptFailure(
            cause: FailureCause(disposition: .transient, code: service, reason: reason),
            disposition: attempt < 8 ? .transient : .permanent(code: service, reason: reason)
        )
    }

    /// What the runtime says about a call that gave no answer by contract.
    static func client(_ error: ClientError, of service: String, attempt: Int) -> AttemptFailure {
        switch error {
        case .transport: unreachable(service)
        case .invalidRequest: permanent(code: "contract-violation", reason: "\(service)'s contract refuses the request")
        case .invalidResponse: failing(service, attempt: attempt)
        }
    }

    /// Why state-manager did not carry out what it was asked to.
    /// - Parameter subject: What was asked, for people: "claim".
    static func stateManager(_ error: any Error, over subject: String, attempt: Int) -> AttemptFailure {
        switch error as? StateManagerRefusal {
        case .client(let error): client(error, of: "state-manager", attempt: attempt)
        case .unavailable: unreachable("state-manager")
        case .invalid: permanent(code: "contract-violation", reason: "state-manager refuses the \(subject)")
        case .failed, nil: failing("state-manager", attempt: attempt)
        }
    }
}

/// A message was given up.
struct GivenUp: Error {
    /// Why the last attempt failed.
    var cause: FailureCause
    /// How often it was tried.
    var attempts: Int
    /// When the first attempt failed.
    var firstFailedAt: DateTime?
    /// The tracked message that is given up with it.
    var trackingID: String?
}
