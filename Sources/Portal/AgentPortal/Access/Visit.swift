import ContractRuntime
import Synchronization

/// A request of a signed-in user.
struct Visit: Sendable {
    /// Who is signed in.
    let person: Person
    /// What every form of this session carries.
    let csrfToken: String
    /// Digest of the session's token.
    let sessionDigest: [UInt8]

    /// The visit that the running task serves, set by ``AccessGuard`` for every operation that asks for a session.
    @TaskLocal static var current: Visit?

    /// The visit of an operation that asks for a session.
    /// - Throws: ``PortalRefusal`` where it is called from one that does not: a fault of the contract.
    static func required() throws -> Visit {
        guard let current else { throw PortalRefusal.signInNeeded }
        return current
    }
}

/// What a handler adds to the audit entry of its request.
final class AuditNote: Sendable {
    private struct Content {
        var name: String?
        var subject: String?
        var detail: String?
    }

    private let content = Mutex(Content())

    /// The note of the running request; there is one for every request that changes something.
    @TaskLocal static var current: AuditNote?

    /// Adds to the entry. Never pass a secret or a message's text.
    /// - Parameters:
    ///   - name: Under which name somebody acts who is not signed in.
    ///   - subject: What was acted on.
    ///   - detail: What was done.
    static func add(name: String? = nil, subject: String? = nil, detail: String? = nil) {
        current?.content.withLock { content in
            if let name { content.name = name }
            if let subject { content.subject = subject }
            if let detail { content.detail = detail }
        }
    }

    var name: String? { content.withLock(\.name) }
    var subject: String? { content.withLock(\.subject) }
    var detail: String? { content.withLock(\.detail) }
}
