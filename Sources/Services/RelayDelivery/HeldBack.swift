public import SharedContract
public import StateManagerContract

/// A message must wait for its tenant, for its number or behind others of its lane: it leaves the queue and keeps its place at
/// state-manager, so that one tenant's trouble takes no place from others and nothing counts as an attempt.
public struct HeldBack: Error {
    /// Why, where this message met it; the tenant is put on hold. Nil: it only follows others.
    public var cause: FailureCause?
    /// When to go on; nil: when the tenant is served again.
    public var retryAfterSeconds: Double?
    /// The tracked message that waits.
    public var trackingID: String?
    /// What to track it by, where it has to wait before anybody claims it.
    public var claim: ClaimRequest?
    /// Whom ``cause`` stops.
    public var scope = HoldScope.tenant
    /// The channel of the tenant that it travels through; nil for its first number.
    public var channelID: String?
    /// Whether it waits for itself alone and keeps nothing of its lane behind it.
    public var isAlone = false
    /// The platform that it waits for, where that is not the one of whoever holds it.
    public var platform: SharedContract.Platform?

    /// A message that follows others of its lane.
    /// - Parameter trackingID: The tracked message.
    public init(trackingID: String?) { self.trackingID = trackingID }

    /// A message whose tenant's credential is refused or missing.
    /// - Parameters:
    ///   - code: For programs, `credential-refused`.
    ///   - reason: For people; holds no secret.
    public init(refusedCredential code: String, reason: String) {
        cause = FailureCause(disposition: .authentication, code: code, reason: reason)
    }

    /// What the tenant as a whole, or its number, has to wait for; nil for everything else.
    /// - Parameter longestWait: What is waited for in the lane.
    public init?(_ outcome: SendOutcome, trackingID: String?, longestWait: Duration) {
        switch outcome {
        case .authentication(let failure): self.init(failure, trackingID)
        case .throttled(let failure):
            guard failure.scope == .tenant || failure.scope == .number,
                .seconds(failure.retryAfterSeconds) > longestWait
            else { return nil }
            self.init(trackingID: trackingID)
            scope = failure.scope == .number ? .number : .tenant
            cause = FailureCause(disposition: .throttled, reason: failure.reason ?? "throttled")
            retryAfterSeconds = failure.retryAfterSeconds
        case .accepted, .transient, .permanent, .unknown: return nil
        }
    }

    /// What a receipt has to wait for; nil if it was taken or given up. It waits alone: whatever follows in the lane is
    /// worth more, and a later status makes it superfluous.
    public init?(_ outcome: SignalOutcome) {
        switch outcome {
        case .authentication(let failure): self.init(failure, nil)
        case .throttled(let failure):
            self.init(trackingID: nil)
            retryAfterSeconds = max(failure.retryAfterSeconds, 0.5)
        case .accepted, .transient, .permanent, .unknown: return nil
        }
        isAlone = true
    }

    private init(_ failure: SendAuthenticationFailure, _ trackingID: String?) {
        self.init(trackingID: trackingID)
        cause = FailureCause(disposition: .authentication, code: failure.code, reason: failure.reason)
    }
}
