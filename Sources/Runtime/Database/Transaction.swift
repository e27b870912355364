/// How far a transaction is kept apart from others (PostgreSQL 15, 13.2).
public enum TransactionIsolation: Sendable, Hashable {
    /// Each statement sees what was committed before it.
    case readCommitted
    /// All statements see the same moment; may fail with `serializationFailure`.
    case repeatableRead
    /// As if transactions ran one after the other; may fail with `serializationFailure`.
    case serializable

    var begin: Statement {
        switch self {
        case .readCommitted: Statement("BEGIN ISOLATION LEVEL READ COMMITTED")
        case .repeatableRead: Statement("BEGIN ISOLATION LEVEL REPEATABLE READ")
        case .serializable: Statement("BEGIN ISOLATION LEVEL SERIALIZABLE")
        }
    }
}

/// An open transaction, valid until the closure that got it ends; after that every call throws `transactionEnded`.
///
/// A failed statement ends the transaction for the server. Concurrent calls run one after the other.
public final class Transaction: Sendable {
    private let pool: DatabasePool
    private let lease: UInt64

    init(pool: DatabasePool, lease: UInt64) {
        self.pool = pool
        self.lease = lease
    }

    /// Runs one statement and returns its rows.
    public func query(
        _ statement: Statement,
        timeout: Duration? = nil
    ) async throws(DatabaseError) -> QueryResult {
        try await pool.run([statement], .lease(lease, endsIt: false), timeout: timeout).single()
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    public func execute(_ statement: Statement, timeout: Duration? = nil) async throws(DatabaseError) -> Int {
        try await query(statement, timeout: timeout).affectedRows
    }

    /// Runs statements in one round trip and returns their results in order, or throws what the first failing one met.
    public func batch(
        _ statements: [Statement],
        timeout: Duration? = nil
    ) async throws(DatabaseError) -> [QueryResult] {
        try await pool.run(statements, .lease(lease, endsIt: false), timeout: timeout)
    }

    /// Runs several commands without parameters, given in one text.
    func script(_ sql: String, timeout: Duration) async throws(DatabaseError) {
        try await pool.runScript(sql, in: lease, timeout: timeout)
    }
}
