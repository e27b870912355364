/// Why a database operation failed. No parameter value ever stands in it.
public struct DatabaseError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: Sendable, Hashable {
        /// No connection, or it was lost, or the server is starting, stopping or out of resources.
        case unavailable
        /// The deadline passed, here or at the server.
        case timedOut
        /// The calling task was cancelled, or an operator cancelled the query.
        case cancelled
        /// Every connection is busy and the queue of waiters is full, or the deadline passed while waiting in it.
        case poolExhausted
        /// A unique or exclusion constraint refused the row.
        case uniqueViolation(constraint: String)
        /// A foreign key refused the row.
        case foreignKeyViolation(constraint: String)
        /// A check constraint refused the row.
        case checkViolation(constraint: String)
        /// A column that must have a value has none.
        case notNullViolation(column: String)
        /// The server could not serialise this transaction with others; the whole transaction can be retried.
        case serializationFailure
        /// The server broke a deadlock at this transaction's cost; the whole transaction can be retried.
        case deadlock
        /// The statement names a table that does not exist.
        case undefinedTable
        /// The statement names a column that does not exist.
        case undefinedColumn
        /// A value does not fit its type: out of range, bad UTF-8, a NUL character, no UUID.
        case invalidValue
        /// A row lacks a column, or the column holds null or another type than asked for.
        case invalidRow
        /// The transaction has already failed or ended.
        case transactionEnded
        /// A wrong address, credentials, database or privilege, or a call that can't be right.
        case misconfigured
        /// The applied migrations and the given ones do not agree.
        case migrationMismatch(version: Int)
        /// Any other answer of the server, with its SQLSTATE (PostgreSQL 15, appendix A).
        case other(sqlState: String)
    }

    /// What happened.
    public let code: Code
    /// For logs and people: names of tables, columns and constraints, never a value.
    public let reason: String
    /// Whether the server may have carried the statement out although it is reported as failed.
    public let mayHaveRun: Bool

    /// Creates an error.
    public init(_ code: Code, reason: String, mayHaveRun: Bool = false) {
        self.code = code
        self.reason = reason
        self.mayHaveRun = mayHaveRun
    }

    /// Whether the same work can succeed later. Look at `mayHaveRun` before repeating what is not idempotent.
    public var isRetryable: Bool {
        switch code {
        case .unavailable, .timedOut, .poolExhausted, .serializationFailure, .deadlock: true
        default: false
        }
    }

    /// The same failure with `context` in front of its reason.
    func within(_ context: String) -> DatabaseError {
        DatabaseError(code, reason: "\(context): \(reason)", mayHaveRun: mayHaveRun)
    }
}

extension DatabaseError: CustomStringConvertible {
    /// Code and reason.
    public var description: String { "\(code): \(reason)" }
}
