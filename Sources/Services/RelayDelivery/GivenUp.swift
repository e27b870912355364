public import ContractRuntime
public import SharedContract

/// A message was given up.
public struct GivenUp: Error {
    /// Why the last attempt failed.
    public var cause: FailureCause
    /// How often it was tried.
    public var attempts: Int
    /// When the first attempt failed.
    public var firstFailedAt: DateTime?
    /// The tracked message that is given up with it.
    public var trackingID: String?

    /// A message that is given up for good.
    public init(cause: FailureCause, attempts: Int, firstFailedAt: DateTime?, trackingID: String? = nil) {
        self.cause = cause
        self.attempts = attempts
        self.firstFailedAt = firstFailedAt
        self.trackingID = trackingID
    }
}
