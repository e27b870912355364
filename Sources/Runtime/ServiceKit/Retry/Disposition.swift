import ContractRuntime
public import HTTPTypes

/// What to do about a failure, decided where it arises.
public enum Disposition: Sendable, Hashable {
    /// Throttled: try again, not before this time has passed.
    case retryAfter(Duration)
    /// May pass by itself: try again with growing waits.
    case transient
    /// The credentials of the tenant are refused: trying again helps only once they have changed.
    case authentication
    /// Will never succeed.
    /// - Parameters:
    ///   - code: A stable word or number for programs, for example a platform's error code.
    ///   - reason: For people; without payload and secrets.
    case permanent(code: String, reason: String)
    /// The other side may have acted: find out before trying again.
    case unknownOutcome

    /// A word for metrics and logs.
    public var label: String {
        switch self {
        case .retryAfter: "throttled"
        case .transient: "transient"
        case .authentication: "authentication"
        case .permanent: "permanent"
        case .unknownOutcome: "unknown_outcome"
        }
    }
}

/// An error that says what to do about it.
public protocol DisposedError: Error {
    /// What to do.
    var disposition: Disposition { get }
}

extension Disposition {
    /// What an error says itself, or what is known of the runtime's errors; anything else is permanent, since nothing is
    /// known about what it did.
    public init(of error: any Error) {
        switch error {
        case let error as any DisposedError: self = error.disposition
        case let error as TransportError: self = Self.of(error)
        case .transport(let error) as ClientError: self = Self.of(error)
        case .invalidRequest as ClientError:
            self = .permanent(code: "invalid-request", reason: "the request breaks its contract")
        case .invalidResponse as ClientError: self = .unknownOutcome
        case let error as MessagingError:
            self = error.isRetryable ? .transient : .permanent(code: error.code.rawValue, reason: error.reason)
        default: self = .permanent(code: "unexpected", reason: "an unexpected error of type \(type(of: error))")
        }
    }

    private static func of(_ error: TransportError) -> Disposition {
        switch error.code {
        case .notConnected, .timedOutBeforeSending: .transient
        case .outcomeUnknown, .responseTooLarge, .cancelled: .unknownOutcome
        case .invalidRequest: .permanent(code: error.code.rawValue, reason: error.reason)
        }
    }

    /// What a refusing HTTP status means for an operation that may be repeated; nil for a status below 400.
    public init?(status: Int, headers: HTTPFields = [:]) {
        let wait = headers[.retryAfter].flatMap { RetryAfter.seconds($0) }.map { Duration.seconds(min($0, 86_400)) }
        switch status {
        case ..<400: return nil
        case 429: self = .retryAfter(wait ?? .seconds(1))
        case 401, 403: self = .authentication
        case 408, 425, 500...: self = wait.map(Disposition.retryAfter) ?? .transient
        default: self = .permanent(code: "http-\(status)", reason: "refused with HTTP status \(status)")
        }
    }
}

extension Disposition {
    /// Whether an error of the runtime says that the task was cancelled.
    static func isCancellation(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError: true
        case let error as TransportError: error.code == .cancelled
        case .transport(let error) as ClientError: error.code == .cancelled
        case let error as MessagingError: error.code == .cancelled
        default: false
        }
    }
}
