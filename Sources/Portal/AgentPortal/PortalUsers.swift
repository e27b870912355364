import AuditLog
public import ContractRuntime
import Database

/// Users of the portal for the command line: the way to the first owner.
public struct PortalUsers: Sendable {
    private let store: PortalStore
    private let passwords = PasswordHasher()

    /// - Parameter database: Where the portal's tables are.
    public init(database: DatabasePool) { store = PortalStore(database: database) }

    /// Creates a user, or gives an existing one the role, and makes an invitation.
    /// - Returns: The path of the page on which the person chooses a password; it works once.
    public func invite(name: String, role: Role) async throws -> String {
        try await audited("inviteByCommand", name, detail: "as \(role.rawValue)") {
            "/invitations/" + (try await store.invite(try await person(name, role)))
        }
    }

    /// Creates a user with a password, or gives an existing one role and password.
    /// - Throws: ``PortalStartError`` if the password is too weak.
    public func put(name: String, role: Role, password: String) async throws {
        if let objection = PasswordPolicy.objection(to: password, repetition: password, name: name) {
            throw PortalStartError(reason: objection)
        }
        try await audited("setPasswordByCommand", name, detail: "as \(role.rawValue)") {
            let person = try await person(name, role)
            try await store.setPassword(hash: try await passwords.hash(password), of: person.id)
        }
    }

    /// Lets somebody sign in at once who is locked after wrong passwords, whoever entered them; the password stays.
    /// - Throws: ``PortalStartError`` if there is no such user.
    public func unlock(name: String) async throws {
        try await audited("unlockByCommand", name) {
            guard let person = try await store.person(name: name) else {
                throw PortalStartError(reason: "there is no user \(name)")
            }
            try await store.unlock(person)
        }
    }

    /// Keeps a user out and ends the sessions, or lets one in again.
    /// - Throws: ``PortalStartError`` if there is no such user, or it is the last owner who can sign in.
    public func set(isDisabled: Bool, name: String) async throws {
        try await audited(isDisabled ? "disableByCommand" : "enableByCommand", name) {
            guard let person = try await store.person(name: name) else {
                throw PortalStartError(reason: "there is no user \(name)")
            }
            if !isDisabled { return try await store.enable(person) }
            guard try await store.disable(person) else {
                throw PortalStartError(reason: "\(name) is the last owner who can sign in")
            }
        }
    }

    /// A user as the command line lists it.
    public struct Listed: Sendable, Hashable {
        /// Under which the user signs in.
        public let name: String
        /// What the user may do.
        public let role: Role
        /// `active`, `invited`, `locked` or `disabled`.
        public let state: String
        /// When the user signed in last.
        public let lastSignIn: DateTime?
    }

    /// Every user with role and state.
    public func list() async throws -> [Listed] {
        try await store.people().map { person in
            let state =
                person.isDisabled
                ? "disabled" : person.lockedUntil != nil ? "locked" : person.hasPassword ? "active" : "invited"
            return Listed(name: person.name, role: person.role, state: state, lastSignIn: person.lastSignIn)
        }
    }

    /// Does something that gives access, between the two halves of its entry in the audit log.
    private func audited<Value>(
        _ operation: String, _ name: String, detail: String? = nil, _ body: () async throws -> Value
    ) async throws -> Value {
        let trace = TraceContext.traceID(of: TraceContext.make())
        let entry = try await store.log.begin(
            Act(
                operation: operation, subject: PortalStore.normalised(name), detail: detail, way: .commandLine,
                actor: Act.commandLine, traceID: trace))
        do {
            let value = try await body()
            try await store.log.end(entry, status: 200)
            return value
        } catch {
            // What went wrong counts more than what could not be recorded of it; the entry is there, without an end.
            try? await store.log.end(entry, status: 400)
            throw error
        }
    }

    private func person(_ name: String, _ role: Role) async throws -> Person {
        if let objection = NamePolicy.objection(to: PortalStore.normalised(name)) {
            throw PortalStartError(reason: objection)
        }
        if let person = try await store.createPerson(name: name, role: role) { return person }
        guard let person = try await store.person(name: name) else {
            throw PortalStartError(reason: "there is no user \(name)")
        }
        guard try await store.setRole(role, of: person) else {
            throw PortalStartError(reason: "\(name) is the last owner who can sign in")
        }
        try await store.enable(person)
        return person
    }
}
