import Database
import Testing

@Suite("Transactions", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct TransactionTests {
    private struct Refusal: Error {
        let mark: Int
    }

    private func withTable(_ body: (DatabasePool) async throws -> Void) async throws {
        try await TestDatabase.withPool { pool in
            try await pool.execute(Statement("CREATE TABLE t (n bigint CONSTRAINT t_n_key UNIQUE)"))
            try await body(pool)
        }
    }

    private func insert(_ number: Int) -> Statement {
        Statement("INSERT INTO t VALUES ($1)", [.int(number)])
    }

    private func count(_ pool: DatabasePool) async throws -> Int {
        try await pool.query(Statement("SELECT n FROM t")).count
    }

    @Test("What the closure did is committed when it returns, and seen by nobody before")
    func commit() async throws {
        try await withTable { pool in
            let seen = try await pool.transaction { transaction in
                try await transaction.execute(insert(1))
                _ = try await transaction.batch([insert(2), insert(3)])
                #expect(try await count(pool) == 0)
                return try await transaction.query(Statement("SELECT n FROM t")).count
            }
            #expect(seen == 3)
            #expect(try await count(pool) == 3)
        }
    }

    @Test("A thrown error rolls back, is rethrown, and leaves the connection usable")
    func rollBack() async throws {
        try await withTable { pool in
            let error = try await #require(throws: Refusal.self) {
                try await pool.transaction { transaction in
                    try await transaction.execute(insert(1))
                    throw Refusal(mark: 7)
                }
            }
            #expect(error.mark == 7)
            let rows = try await count(pool)
            #expect(rows == 0)
            #expect(pool.statistics.connectionsOpened == 1)
        }
    }

    @Test("A caught failure of a statement can't be committed")
    func caughtFailure() async throws {
        try await withTable { pool in
            let error = try await databaseError {
                try await pool.transaction { transaction in
                    try await transaction.execute(insert(1))
                    let duplicate = try await databaseError { try await transaction.execute(insert(1)) }
                    #expect(duplicate.code == .uniqueViolation(constraint: "t_n_key"))
                    let after = try await databaseError { try await transaction.execute(insert(2)) }
                    #expect(after.code == .transactionEnded)
                }
            }
            #expect(error.code == .transactionEnded)
            #expect(try await count(pool) == 0)
            #expect(pool.statistics.connectionsOpened == 1)
        }
    }

    @Test("A transaction kept beyond its closure refuses statements")
    func escaped() async throws {
        try await withTable { pool in
            let escaped = try await pool.transaction { $0 }
            #expect(try await databaseError { try await escaped.execute(insert(1)) }.code == .transactionEnded)
            #expect(try await count(pool) == 0)
        }
    }

    @Test("Statements of one transaction asked for at once run one after the other")
    func concurrentStatements() async throws {
        try await withTable { pool in
            try await pool.transaction { transaction in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<50 { group.addTask { try await transaction.execute(insert(number)) } }
                    try await group.waitForAll()
                }
            }
            #expect(try await count(pool) == 50)
        }
    }

    @Test("Cancelling the task rolls its transaction back")
    func cancellation() async throws {
        try await withTable { pool in
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await pool.transaction { transaction in
                    try await transaction.execute(insert(1))
                    signal.finish()
                    try await transaction.execute(Statement("SELECT pg_sleep(30)"))
                }
            }
            for await _ in started {}
            task.cancel()
            let error = try await databaseError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(try await count(pool) == 0)
        }
    }

    @Test("Of two serialisable transactions that read what the other writes one fails and may be repeated")
    func serialization() async throws {
        try await withTable { pool in
            let copy = { (transaction: Transaction, number: Int) in
                let sum = try await transaction.query(Statement("SELECT coalesce(sum(n), 0) AS s FROM t"))
                try await transaction.execute(insert(try #require(sum.first).int("s") + number))
            }
            let error = try await databaseError {
                try await pool.transaction(isolation: .serializable) { first in
                    try await copy(first, 10)
                    try await pool.transaction(isolation: .serializable) { second in try await copy(second, 20) }
                }
            }
            #expect(error.code == .serializationFailure)
            #expect(error.isRetryable && !error.mayHaveRun)
            #expect(try await count(pool) == 1)
        }
    }

    @Test("Of two transactions that wait for each other one is told so")
    func deadlock() async throws {
        try await withTable { pool in
            _ = try await pool.batch([insert(1), insert(2)])
            let (firstHolds, first) = AsyncStream.makeStream(of: Void.self)
            let (secondHolds, second) = AsyncStream.makeStream(of: Void.self)
            typealias Signal = AsyncStream<Void>
            let attempt = { @Sendable (mine: Int, other: Int, told: Signal.Continuation, until: Signal) in
                do {
                    try await pool.transaction { transaction in
                        try await transaction.execute(Statement("UPDATE t SET n = n WHERE n = $1", [.int(mine)]))
                        told.finish()
                        for await _ in until {}
                        try await transaction.execute(Statement("UPDATE t SET n = n WHERE n = $1", [.int(other)]))
                    }
                    return nil as DatabaseError?
                } catch { return error as? DatabaseError }
            }
            async let one = attempt(1, 2, first, secondHolds)
            async let two = attempt(2, 1, second, firstHolds)
            let errors = await [one, two].compactMap(\.self)
            #expect(errors.map(\.code) == [.deadlock])
            #expect(errors.allSatisfy { $0.isRetryable })
        }
    }

    @Test("Constraints are told apart and named")
    func constraints() async throws {
        try await withTable { pool in
            try await pool.execute(
                Statement(
                    """
                    CREATE TABLE child (n bigint NOT NULL CONSTRAINT child_fk REFERENCES t (n),
                                        m bigint CONSTRAINT child_check CHECK (m > 0))
                    """
                )
            )
            try await pool.execute(insert(1))
            func code(_ statement: Statement) async throws -> DatabaseError.Code {
                try await databaseError { try await pool.execute(statement) }.code
            }
            #expect(try await code(insert(1)) == .uniqueViolation(constraint: "t_n_key"))
            #expect(
                try await code(Statement("INSERT INTO child VALUES (2, 1)"))
                    == .foreignKeyViolation(constraint: "child_fk")
            )
            #expect(
                try await code(Statement("INSERT INTO child VALUES (1, 0)"))
                    == .checkViolation(constraint: "child_check")
            )
            #expect(try await code(Statement("INSERT INTO child VALUES (null, 1)")) == .notNullViolation(column: "n"))
            #expect(try await code(Statement("SELECT * FROM absent")) == .undefinedTable)
            #expect(try await code(Statement("SELECT absent FROM t")) == .undefinedColumn)
            #expect(try await code(Statement("SELECT 1 / (n - 1) FROM t")) == .invalidValue)
            #expect(pool.statistics.connectionsOpened == 1)
        }
    }
}
