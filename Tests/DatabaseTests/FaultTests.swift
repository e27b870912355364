import Database
import Testing

@Suite("Time-outs, cancellation and exhaustion", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct FaultTests {
    private let clock = ContinuousClock()

    /// How many statements with `marker` in their text run at the server.
    private func running(_ marker: String, _ pool: DatabasePool) async throws -> Int {
        let statement = Statement(
            """
            SELECT pid FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()
            """,
            [.text(marker)]
        )
        return try await pool.query(statement).count
    }

    private func untilStopped(_ marker: String, _ pool: DatabasePool) async throws -> Bool {
        try await eventually { try await running(marker, pool) == 0 }
    }

    @Test("A statement past its time is answered in time and stopped at the server")
    func timeOut() async throws {
        try await TestDatabase.withPool { pool in
            // The time-out covers the wait for a connection: have one.
            try await pool.check()
            let start = clock.now
            let error = try await databaseError {
                try await pool.execute(Statement("SELECT pg_sleep(30), 'timeOutMarker'"), timeout: .milliseconds(200))
            }
            #expect(error.code == .timedOut)
            #expect(error.isRetryable && error.mayHaveRun)
            #expect(start.duration(to: clock.now) < .seconds(20))
            #expect(try await untilStopped("timeOutMarker", pool))
        }
    }

    @Test("Cancelling the task answers at once and stops the statement at the server")
    func cancellation() async throws {
        try await TestDatabase.withPool { pool in
            let task = Task { try await pool.execute(Statement("SELECT pg_sleep(30), 'cancelMarker'")) }
            let isRunning = try await eventually { try await running("cancelMarker", pool) == 1 }
            #expect(isRunning)
            let start = clock.now
            task.cancel()
            #expect(try await databaseError { try await task.value }.code == .cancelled)
            #expect(start.duration(to: clock.now) < .seconds(20))
            #expect(try await untilStopped("cancelMarker", pool))
        }
    }

    @Test("A task cancelled before it asks gets no answer but the cancellation")
    func cancelledBefore() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.execute(Statement("CREATE TABLE t (n int)"))
            let error = try await databaseError {
                try await Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await pool.execute(Statement("SELECT pg_sleep(30)"))
                }.value
            }
            #expect(error.code == .cancelled)
        }
    }

    @Test("Callers beyond the bound of waiters are refused, and a waiter's time can pass")
    func exhaustion() async throws {
        var small = PoolConfiguration()
        small.maximumConnections = 1
        small.maximumWaiters = 2
        try await TestDatabase.withPool(small) { pool in
            try await pool.transaction { _ in
                let codes = await withTaskGroup(of: DatabaseError.Code?.self) { group in
                    for _ in 0..<10 {
                        group.addTask {
                            do throws(DatabaseError) {
                                try await pool.execute(Statement("SELECT 1"), timeout: .milliseconds(300))
                                return nil
                            } catch { return error.code }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.allSatisfy { $0 == .poolExhausted })
            }
            try await pool.check()
            #expect(pool.statistics.waiters == 0)
        }
    }

    @Test("Waiters are served in the order in which they came")
    func order() async throws {
        var small = PoolConfiguration()
        small.maximumConnections = 1
        try await TestDatabase.withPool(small) { pool in
            try await pool.execute(Statement("CREATE TABLE t (place serial, n bigint)"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.transaction { _ in
                    for number in 0..<20 {
                        group.addTask {
                            try await pool.execute(Statement("INSERT INTO t (n) VALUES ($1)", [.int(number)]))
                        }
                        let waits = try await eventually { pool.statistics.waiters > number }
                        #expect(waits)
                    }
                }
                try await group.waitForAll()
            }
            let numbers = try await pool.query(Statement("SELECT n FROM t ORDER BY place")).map { try $0.int("n") }
            #expect(numbers == Array(0..<20))
        }
    }

    @Test("A connection that the server ended while idle is replaced before anyone notices")
    func terminatedWhileIdle() async throws {
        try await TestDatabase.withPool { pool in
            let pid = try #require(try await pool.query(Statement("SELECT pg_backend_pid() AS pid")).first).int("pid")
            try await TestDatabase.withPool { other in
                try await other.execute(Statement("SELECT pg_terminate_backend($1::int)", [.int(pid)]))
                #expect(try await eventually { pool.statistics.connections == 0 })
            }
            try await pool.check()
            #expect(pool.statistics.connectionsOpened == 2)
        }
    }

    @Test("A connection that the server ends under a statement fails that statement alone")
    func terminatedWhileRunning() async throws {
        try await TestDatabase.withPool { pool in
            let error = try await databaseError {
                try await pool.execute(Statement("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"))
            }
            #expect(error.code == .unavailable)
            try await pool.check()
        }
    }

    @Test("COPY through the client is refused")
    func copy() async throws {
        try await TestDatabase.withPool { pool in
            _ = try await databaseError { try await pool.execute(Statement("COPY (SELECT 1) TO STDOUT")) }
            try await pool.check()
        }
    }
}

@Suite("Addresses of databases")
struct DatabaseAddressTests {
    @Test(
        "What is no address is refused, and the password is not repeated",
        arguments: [
            "", "mysql://u:hunter2@h/d", "postgres://u:hunter2%zz@h/d", "postgres://h/d?hunter2=1", "postgres://h\0",
        ]
    )
    func malformed(url: String) throws {
        let error = try #require(#expect(throws: DatabaseError.self) { _ = try DatabasePool(url: url) })
        #expect(error.code == .misconfigured)
        #expect(!error.reason.contains("hunter2"))
    }

    @Test("Without a server callers learn it soon")
    func noServer() async throws {
        // Nothing listens on port 1.
        let pool = try DatabasePool(url: "postgres://u:hunter2@127.0.0.1:1/d")
        for _ in 0..<3 {
            let error = try await databaseError { try await pool.check() }
            #expect(error.code == .unavailable)
            #expect(!error.mayHaveRun)
            #expect(!error.reason.contains("hunter2"))
        }
        await pool.close()
    }

    @Test(
        "A database that does not exist is a wrong configuration",
        .enabled(if: TestDatabase.isAvailable, TestDatabase.missing)
    )
    func noDatabase() async throws {
        let url = try #require(TestDatabase.url, TestDatabase.missing)
        let pool = try DatabasePool(url: url + (url.contains("?") ? "&" : "?") + "dbname=absent")
        #expect(try await databaseError { try await pool.check() }.code == .misconfigured)
        await pool.close()
    }
}

@Suite("A database server that is killed", .enabled(if: PrivatePostgres.isAvailable, "PostgreSQL 15 is not installed"))
struct DatabaseRestartTests {
    @Test("Statements under way fail as unavailable, and the next one succeeds when the server is back")
    func restart() async throws {
        let server = try PrivatePostgres()
        try server.start()
        let pool = try DatabasePool(url: server.url)
        try await untilAvailable(pool)
        try await pool.execute(Statement("CREATE TABLE t (n int)"))
        for _ in 0..<2 {
            let opened = pool.statistics.connectionsOpened
            let underWay = Task { try await pool.execute(Statement("SELECT pg_sleep(30)")) }
            let inTransaction = Task {
                try await pool.transaction { transaction in
                    try await transaction.execute(Statement("INSERT INTO t VALUES (1)"))
                    try await transaction.execute(Statement("SELECT pg_sleep(30)"))
                }
            }
            try await untilSleeping(2, pool)
            server.kill()
            let error = try await databaseError { try await underWay.value }
            #expect(error.code == .unavailable)
            #expect(error.mayHaveRun && error.isRetryable)
            #expect(try await databaseError { try await inTransaction.value }.code == .unavailable)
            // A check may still get a connection whose loss nobody noticed yet.
            var down = try await databaseError { try await pool.check() }
            for _ in 0..<20 where down.mayHaveRun { down = try await databaseError { try await pool.check() } }
            #expect(down.code == .unavailable)
            #expect(!down.mayHaveRun)
            try server.start()
            try await untilAvailable(pool)
            #expect(try await pool.query(Statement("SELECT n FROM t")).isEmpty)
            #expect(pool.statistics.connectionsOpened > opened)
        }
        await pool.close()
    }

    private func untilAvailable(_ pool: DatabasePool) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        while start.duration(to: clock.now) < .seconds(30) {
            do throws(DatabaseError) {
                return try await pool.check()
            } catch {
                try #require(error.isRetryable)
            }
        }
        Issue.record("the server did not come up")
    }

    private func untilSleeping(_ wanted: Int, _ pool: DatabasePool) async throws {
        let statement = Statement("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        #expect(try await eventually { try await pool.query(statement).count >= wanted })
    }
}
