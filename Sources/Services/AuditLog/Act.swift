public import ContractRuntime

/// Something that changes something, as the audit log begins to tell it.
public struct Act: Sendable {
    /// How it came about.
    public enum Way: String, Sendable, CaseIterable {
        /// By somebody in the portal, signed in or not.
        case person
        /// By whoever has a key of the public API.
        case apiKey
        /// By a command that works on the database itself.
        case commandLine
    }

    /// Name of the command line among those who do something.
    public static let commandLine = "command line"

    /// Its id in the contract, or a word of that form.
    public var operation: String
    /// What is acted on, as far as it is known.
    public var subject: String
    /// What is done, as far as it is known. Never a secret or a message's text.
    public var detail: String?
    /// How it came about.
    public var way: Way
    /// Id of the portal's user; nil: it is none's, or nobody is signed in.
    public var userID: String?
    /// Who does it: a user, a key by its fingerprint, the command line; nil: nobody is signed in.
    public var actor: String?
    /// The client's address.
    public var address: String?
    /// Trace of the request.
    public var traceID: String

    /// Takes what is known at the beginning.
    public init(
        operation: String, subject: String, detail: String? = nil, way: Way, userID: String? = nil, actor: String?,
        address: String? = nil, traceID: String
    ) {
        self.operation = operation
        self.subject = subject
        self.detail = detail
        self.way = way
        self.userID = userID
        self.actor = actor
        self.address = address
        self.traceID = traceID
    }
}

/// An entry of the audit log.
public struct AuditEntry: Sendable {
    /// Its number; later ones have larger numbers.
    public let number: Int
    /// When it began.
    public let at: DateTime
    /// How it came about.
    public let way: Act.Way
    /// Who did it.
    public let actor: String?
    /// What was done.
    public let operation: String
    /// To what.
    public let subject: String?
    /// More about it.
    public let detail: String?
    /// HTTP status of the answer; nil while, or if for ever, it is not known how it ended.
    public let status: Int?
    /// The client's address.
    public let address: String?
    /// Trace of the request.
    public let traceID: String?
}
