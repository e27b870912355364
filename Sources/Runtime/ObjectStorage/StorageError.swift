import ContractRuntime

/// Why an object storage call failed.
public struct StorageError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable {
        /// No such object or bucket.
        case notFound
        /// The key is unknown, its signature is refused, or it lacks the right.
        case accessDenied
        /// The server can't be reached, is overloaded, or failed.
        case unavailable
        /// The time-out passed.
        case timedOut
        /// The object or bucket is in a state that the call excludes.
        case preconditionFailed
        /// The object, or a part of the answer, is larger than allowed.
        case tooLarge
        /// The range lies outside of the object.
        case rangeNotSatisfiable
        /// The answer is not what the protocol says.
        case invalidResponse
        /// The call can't be made: bad bucket name, key, metadata or configuration.
        case invalidRequest
        /// The source of an upload failed or had another length than announced.
        case sourceFailed
        /// The calling task was cancelled.
        case cancelled
    }

    /// What happened.
    public let code: Code
    /// The call, in words: `put media-inbound/acme/2025/01/02/x.jpg`.
    public let operation: String
    /// For logs and people; contains no credentials and no signed URL.
    public let reason: String

    /// Whether the same call may succeed later. Every call here can be repeated without a second effect.
    public var isRetryable: Bool {
        switch code {
        case .unavailable, .timedOut: true
        default: false
        }
    }

    /// Creates an error.
    public init(_ code: Code, operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }

    init(_ error: TransportError, operation: String) {
        let code: Code =
            switch error.code {
            case .notConnected, .outcomeUnknown: .unavailable
            case .timedOutBeforeSending: .timedOut
            case .responseTooLarge: .tooLarge
            case .cancelled: .cancelled
            case .invalidRequest: .invalidRequest
            }
        self.init(code, operation: operation, reason: error.reason)
    }

    /// Reads a refusal: the status, and the code of the XML document if there is one.
    init(status: Int, document: XMLElement?, operation: String) {
        let name = document?.name == "Error" ? document?["Code"]?.text : nil
        let code: Code =
            switch (name, status) {
            case ("SlowDown", _), ("InternalError", _), ("ServiceUnavailable", _): .unavailable
            case ("RequestTimeout", _): .timedOut
            case ("NoSuchKey", _), ("NoSuchBucket", _), ("NoSuchUpload", _): .notFound
            case ("AccessDenied", _), ("SignatureDoesNotMatch", _), ("InvalidAccessKeyId", _),
                ("RequestTimeTooSkewed", _):
                .accessDenied
            case ("InvalidRange", _): .rangeNotSatisfiable
            case (_, 404): .notFound
            case (_, 401), (_, 403): .accessDenied
            case (_, 409), (_, 412): .preconditionFailed
            case (_, 413), ("EntityTooLarge", _): .tooLarge
            case (_, 416): .rangeNotSatisfiable
            case (_, 408): .timedOut
            case (_, 429), (_, 500...): .unavailable
            case (_, 400..<500): .invalidRequest
            default: .invalidResponse
            }
        self.init(code, operation: operation, reason: "status \(status)" + (name.map { ", \($0)" } ?? ""))
    }
}
