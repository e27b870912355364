import Database
import Testing

@Suite("Statements on a pool", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct QueryTests {
    @Test("Rows are counted and changed ones reported")
    func affectedRows() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.execute(Statement("CREATE TABLE t (n bigint)"))
            #expect(
                try await pool.execute(
                    Statement("INSERT INTO t SELECT unnest($1)", [.intArray(Array(1...25))])
                ) == 25
            )
            #expect(try await pool.execute(Statement("UPDATE t SET n = n + 1 WHERE n > $1", [.int(20)])) == 5)
            #expect(try await pool.query(Statement("SELECT n FROM t")).count == 25)
            #expect(try await pool.execute(Statement("DELETE FROM t")) == 25)
            try await pool.check()
        }
    }

    @Test("A thousand callers share eight connections and each gets its own answer")
    func thousandCallers() async throws {
        try await TestDatabase.withPool(PoolConfiguration()) { pool in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<1_000 {
                    group.addTask {
                        let statement = Statement("SELECT $1 AS n, repeat('x', 100) AS padding", [.int(number)])
                        return try await pool.query(statement).first?.int("n") == number
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(pool.statistics.connectionsOpened <= 8)
            #expect(pool.statistics.connections >= 1)
        }
    }

    @Test("Types of parameters may differ between calls of one text, nulls included")
    func parameterTypes() async throws {
        var one = PoolConfiguration()
        one.maximumConnections = 1
        try await TestDatabase.withPool(one) { pool in
            for parameter in [.null, .int(7), .null, .text("7"), .int(7)] as [Parameter] {
                let row = try #require(try await pool.query(Statement("SELECT $1 || '' AS v", [parameter])).first)
                #expect(try row.textOptional("v") == (parameter == .null ? nil : "7"))
            }
        }
    }

    @Test("Each connection keeps the 256 statements used last and forgets the others at the server too")
    func preparedStatements() async throws {
        var one = PoolConfiguration()
        one.maximumConnections = 1
        try await TestDatabase.withPool(one) { pool in
            for number in 0..<300 { try await pool.execute(Statement(verbatim: "SELECT \(number) AS n")) }
            for _ in 0..<2 {
                let row = try #require(
                    try await pool.query(Statement("SELECT count(*) AS n FROM pg_prepared_statements")).first
                )
                #expect((255...257).contains(try row.int("n")))
            }
        }
    }

    @Test("A result of 32 MB and a parameter of 16 MB pass")
    func largeValues() async throws {
        try await TestDatabase.withPool { pool in
            let bytes = [UInt8](repeating: 0xA5, count: 16 << 20)
            let result = try await pool.query(Statement("SELECT length($1) AS n, $1 AS b", [.bytes(bytes)]))
            #expect(try result.first?.int("n") == bytes.count)
            #expect(try result.first?.bytes("b") == bytes)
        }
    }

    @Test("A change of the schema does not fail statements that were prepared before it")
    func stalePlans() async throws {
        var one = PoolConfiguration()
        one.maximumConnections = 1
        try await TestDatabase.withPool(one) { pool in
            try await pool.execute(Statement("CREATE TABLE t (a int)"))
            try await pool.execute(Statement("INSERT INTO t VALUES (1)"))
            #expect(try await pool.query(Statement("SELECT * FROM t")).columns == ["a"])
            try await pool.execute(Statement("ALTER TABLE t ADD COLUMN b int DEFAULT 2"))
            #expect(try await pool.query(Statement("SELECT * FROM t")).columns == ["a", "b"])
        }
    }

    @Test("A stray BEGIN does not reach the next caller")
    func strayTransaction() async throws {
        var one = PoolConfiguration()
        one.maximumConnections = 1
        try await TestDatabase.withPool(one) { pool in
            try await pool.execute(Statement("CREATE TABLE t (a int)"))
            try await pool.execute(Statement("BEGIN"))
            try await pool.execute(Statement("INSERT INTO t VALUES (1)"))
            #expect(try await pool.query(Statement("SELECT * FROM t")).count == 1)
            #expect(pool.statistics.connectionsOpened == 2)
        }
    }

    @Test("A closed pool refuses work and closing twice is harmless")
    func closing() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.check()
            #expect(try await eventually { pool.statistics.idleConnections == 1 })
            async let last = pool.query(Statement("SELECT pg_sleep(0.3), 5 AS n"))
            // Once the pool shows no idle connection again the statement runs.
            #expect(try await eventually { pool.statistics.idleConnections == 0 })
            await pool.close()
            #expect(try await last.first?.int("n") == 5)
            await pool.close()
            let error = try await databaseError { try await pool.check() }
            #expect(error.code == .unavailable)
            #expect(!error.mayHaveRun)
        }
    }
}

@Suite("Batches", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct BatchTests {
    @Test("A batch returns its results in order")
    func order() async throws {
        try await TestDatabase.withPool { pool in
            let results = try await pool.batch((0..<200).map { Statement("SELECT $1 AS n", [.int($0)]) })
            #expect(try results.map { try $0.first?.int("n") } == Array(0..<200))
            #expect(try await pool.batch([]).isEmpty)
        }
    }

    @Test("A failing statement takes the whole batch back and is named")
    func failure() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.execute(Statement("CREATE TABLE t (n bigint CONSTRAINT t_n_key UNIQUE)"))
            let insert = { (number: Int) in Statement("INSERT INTO t VALUES ($1)", [.int(number)]) }
            let error = try await databaseError {
                try await pool.batch([insert(1), insert(2), insert(1), insert(3)])
            }
            #expect(error.code == .uniqueViolation(constraint: "t_n_key"))
            #expect(error.reason.contains("statement 3"))
            #expect(try await pool.query(Statement("SELECT * FROM t")).isEmpty)
            #expect(try await pool.batch([insert(1), insert(2)]).map(\.affectedRows) == [1, 1])
        }
    }

    @Test("A batch whose text does not parse leaves the connection usable")
    func syntaxError() async throws {
        var one = PoolConfiguration()
        one.maximumConnections = 1
        try await TestDatabase.withPool(one) { pool in
            let error = try await databaseError {
                try await pool.batch([Statement("SELECT 1"), Statement("SELEKT 1"), Statement("SELECT 1")])
            }
            #expect(error.code == .other(sqlState: "42601"))
            #expect(try await pool.batch([Statement("SELECT 1"), Statement("SELECT 2 AS n")]).count == 2)
            #expect(pool.statistics.connectionsOpened == 1)
        }
    }

    @Test("Batches larger than the socket's buffers don't block")
    func large() async throws {
        try await TestDatabase.withPool { pool in
            let block = [UInt8](repeating: 7, count: 100_000)
            let statement = Statement("SELECT $1 AS b", [.bytes(block)])
            let results = try await pool.batch(Array(repeating: statement, count: 200))
            #expect(results.count == 200)
            #expect(try results.last?.first?.bytes("b") == block)
        }
    }

    @Test("A batch beyond the bound is refused")
    func bound() async throws {
        try await TestDatabase.withPool { pool in
            let error = try await databaseError {
                try await pool.batch(Array(repeating: Statement("SELECT 1"), count: 1_001))
            }
            #expect(error.code == .misconfigured)
        }
    }
}
