import ContractRuntime
import Database
import ServiceKit

/// A user of the portal.
struct Person: Sendable, Hashable {
    let id: String
    let name: String
    let role: Role
    /// Whether the user chose a password already.
    let hasPassword: Bool
    let isDisabled: Bool
    /// Until when sign-ins are refused, after too many wrong passwords.
    let lockedUntil: DateTime?
    let lastSignIn: DateTime?
    let createdAt: DateTime
}

extension Row {
    /// A row of `portal_users`.
    func person() throws(DatabaseError) -> Person {
        Person(
            id: try uuid("id"), name: try text("name"), role: try role("role"), hasPassword: try bool("has_password"),
            isDisabled: try bool("is_disabled"), lockedUntil: try dateTimeOptional("locked_until"),
            lastSignIn: try dateTimeOptional("last_sign_in_at"), createdAt: try dateTime("created_at"))
    }

    private func role(_ column: String) throws(DatabaseError) -> Role {
        guard let role = Role(rawValue: try text(column)) else {
            throw DatabaseError(.invalidRow, reason: "column \(column) holds a word that is no role")
        }
        return role
    }

    func dateTime(_ column: String) throws(DatabaseError) -> DateTime {
        DateTime(millisecondsSinceEpoch: try timestamp(column).microsecondsSinceEpoch / 1_000)
    }

    func dateTimeOptional(_ column: String) throws(DatabaseError) -> DateTime? {
        try timestampOptional(column).map { DateTime(millisecondsSinceEpoch: $0.microsecondsSinceEpoch / 1_000) }
    }
}
