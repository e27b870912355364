import MediaFiles
import ObjectStorage
public import ServiceKit
public import SharedContract

/// Why a file could not be had, and whether trying again may help.
public struct MediaProblem: DisposedError, Hashable {
    /// The cause, for programs.
    public let code: MediaFailureCode
    /// The cause, for people; holds no address and no content.
    public let reason: String
    /// What to do.
    public let disposition: Disposition
    /// Whether whoever issued the token refuses it as such or what it may do, which says nothing of the file.
    public private(set) var isTokenRefused = false
    /// Whether the token itself is good and lacks a permission.
    public private(set) var lacksPermission = false

    private init(_ code: MediaFailureCode, _ reason: String, _ disposition: Disposition?) {
        self.code = code
        self.reason = reason
        self.disposition = disposition ?? .permanent(code: code.rawValue, reason: reason)
    }

    /// A problem that stays.
    public static func lasting(_ code: MediaFailureCode, _ reason: String) -> MediaProblem { .init(code, reason, nil) }

    /// The token is refused by who issued it.
    /// - Parameter lacksPermission: Whether the token itself is good and lacks a permission.
    public static func tokenRefused(_ reason: String, lacksPermission: Bool = false) -> MediaProblem {
        var problem = lasting(.mediaDenied, reason)
        problem.isTokenRefused = true
        problem.lacksPermission = lacksPermission
        return problem
    }

    /// A problem that may pass.
    /// - Parameter after: Not before this time has passed; nil: whenever.
    public static func passing(
        _ code: MediaFailureCode, _ reason: String, after wait: Duration? = nil
    ) -> MediaProblem { .init(code, reason, wait.map { .retryAfter($0) } ?? .transient) }

    /// As the contracts of the relay carry it.
    public func failure(of mediaType: SharedContract.MediaType, filename: String? = nil) -> MediaFailure {
        MediaFailure(mediaType: mediaType, code: code, reason: reason, filename: filename)
    }
}

extension MediaProblem {
    init(_ violation: CheckedStream.Violation, maximumBytes: Int) {
        switch violation {
        case .tooLarge: self = .tooLarge(maximumBytes: maximumBytes)
        case .damaged: self = .passing(.mediaDamaged, "the bytes are not those that were announced")
        case .late: self = .passing(.mediaUnreachable, "the file came too slowly")
        }
    }

    /// Larger than what is taken.
    public static func tooLarge(maximumBytes: Int) -> MediaProblem {
        .lasting(.mediaTooLarge, "the file has more than \(maximumBytes >> 20) MB")
    }

    init(_ error: StorageError) {
        self =
            error.isRetryable
            ? .passing(.mediaStorage, "the storage does not answer (\(error.code.rawValue))")
            : .lasting(.mediaStorage, "the storage refuses the file (\(error.code.rawValue))")
    }
}
