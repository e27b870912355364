import SharedContract

/// Why Genesys did not take something, or why nobody knows. Decided here and nowhere else; whoever reads the answer
/// acts on the kind alone.
enum PlatformFailure: Error, Sendable, Hashable {
    /// A budget is used up; nothing was sent.
    case throttled(afterSeconds: Double, reason: String, scope: SendThrottled.Scope = .recipient)
    /// May be repeated.
    case transient(code: String?, reason: String)
    /// Credentials are refused, also after one refresh.
    case authentication(code: String?, reason: String)
    /// Will never be taken.
    case permanent(code: String, reason: String)
    /// May or may not have been taken.
    case unknown(reason: String)

    /// As the outcome of a message.
    var sendOutcome: SendOutcome {
        switch self {
        case .throttled(let seconds, let reason, let scope):
            .throttled(.init(retryAfterSeconds: seconds, scope: scope, reason: reason))
        case .transient(let code, let reason): .transient(.init(code: code, reason: reason))
        case .authentication(let code, let reason): .authentication(.init(code: code, reason: reason))
        case .permanent(let code, let reason): .permanent(.init(code: code, reason: reason))
        case .unknown(let reason): .unknown(.init(reason: reason))
        }
    }

    /// As the outcome of a receipt or a typing signal.
    var signalOutcome: SignalOutcome {
        switch self {
        case .throttled(let seconds, let reason, let scope):
            .throttled(.init(retryAfterSeconds: seconds, scope: scope, reason: reason))
        case .transient(let code, let reason): .transient(.init(code: code, reason: reason))
        case .authentication(let code, let reason): .authentication(.init(code: code, reason: reason))
        case .permanent(let code, let reason): .permanent(.init(code: code, reason: reason))
        case .unknown(let reason): .unknown(.init(reason: reason))
        }
    }
}
