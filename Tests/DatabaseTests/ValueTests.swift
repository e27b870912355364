import Database
import Testing

@Suite("Values on the way to the server and back", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct ValueTests {
    @Test("Every kind of value comes back as it was sent")
    func roundTrip() async throws {
        try await TestDatabase.withPool { pool in
            let id = "0b8f1c1e-6d2a-4f6b-9a57-0d3a5f1c2b3d"
            let moment = Timestamp(microsecondsSinceEpoch: 1_795_374_245_123_456)
            let result = try await pool.query(
                Statement(
                    """
                    SELECT $1 AS t, $2 AS i, $3 AS d, $4 AS b, $5 AS u, $6 AS ts, $7 AS j, $8 AS by, $9 AS ta,
                           $10 AS ia, $11 AS ua, $12::text AS n
                    """,
                    [
                        .text("Grüße 👋🏽 \u{202E}"), .int(.min), .double(-0.1), .bool(true), .uuid(id),
                        .timestamp(moment),
                        .jsonb(#"{"a":[1,null,"ä"]}"#), .bytes([0, 255, 39, 92, 0]),
                        .textArray(["", "a,b", "say \"hi\"", "back\\slash", "NULL", "{}", "ü", " x "]),
                        .intArray([1, -2]), .uuidArray([id]), .null,
                    ]
                )
            )
            let row = try #require(result.first)
            #expect(try row.text("t") == "Grüße 👋🏽 \u{202E}")
            #expect(try row.int("i") == .min)
            #expect(try row.double("d") == -0.1)
            #expect(try row.bool("b"))
            #expect(try row.uuid("u") == id)
            #expect(try row.timestamp("ts") == moment)
            #expect(try row.json("j") == #"{"a": [1, null, "ä"]}"#)
            #expect(try row.bytes("by") == [0, 255, 39, 92, 0])
            #expect(
                try row.textArray("ta") == ["", "a,b", "say \"hi\"", "back\\slash", "NULL", "{}", "ü", " x "]
            )
            #expect(try row.text("ia") == "{1,-2}")
            #expect(try row.text("ua") == "{\(id)}")
            #expect(try row.textOptional("n") == nil)
            #expect(try row.isNull("n"))
            #expect(result.columns == ["t", "i", "d", "b", "u", "ts", "j", "by", "ta", "ia", "ua", "n"])
        }
    }

    @Test("Empty values are not null")
    func emptyValues() async throws {
        try await TestDatabase.withPool { pool in
            let row = try #require(
                try await pool.query(
                    Statement("SELECT $1 AS t, $2 AS b, $3 AS a", [.text(""), .bytes([]), .textArray([])])
                ).first
            )
            #expect(try row.text("t") == "")
            #expect(try row.bytes("b") == [])
            #expect(try row.textArray("a") == [])
        }
    }

    @Test(
        "What looks like SQL stays a value",
        arguments: ["'; DROP TABLE victims; --", "$1", "\\'; SELECT 1", "x' OR '1'='1", "%s%n", "/*", "\u{2019}; --"]
    )
    func injection(text: String) async throws {
        try await TestDatabase.withPool { pool in
            try await pool.execute(Statement("CREATE TABLE victims (name text, names text[], document jsonb)"))
            try await pool.execute(
                Statement(
                    "INSERT INTO victims VALUES ($1, $2, jsonb_build_object('v', $1))",
                    [.text(text), .textArray([text])]
                )
            )
            let rows = try await pool.query(
                Statement("SELECT name, names, document->>'v' AS v FROM victims WHERE name = $1", [.text(text)])
            )
            #expect(rows.count == 1)
            #expect(try rows.first?.text("name") == text)
            #expect(try rows.first?.textArray("names") == [text])
            #expect(try rows.first?.text("v") == text)
        }
    }

    @Test("A NUL character in a text is refused and not cut off")
    func nulCharacter() async throws {
        try await TestDatabase.withPool { pool in
            let error = try await databaseError {
                try await pool.query(Statement("SELECT $1 AS t", [.text("secret\0tail")]))
            }
            #expect(error.code == .invalidValue)
            #expect(!error.reason.contains("secret"))
            let nulInSQL = try await databaseError { try await pool.query(Statement(verbatim: "SELECT 1\0 AS t")) }
            #expect(nulInSQL.code == .misconfigured)
        }
    }

    @Test("A broken value's error does not repeat the value")
    func errorsHoldNoValues() async throws {
        try await TestDatabase.withPool { pool in
            let cast = try await databaseError {
                try await pool.query(Statement("SELECT $1::int AS i", [.text("top secret")]))
            }
            #expect(cast.code == .invalidValue)
            let uuid = try await databaseError { try await pool.query(Statement("SELECT $1", [.uuid("top secret")])) }
            #expect(uuid.code == .invalidValue)
            try await pool.execute(Statement("CREATE TABLE t (id text PRIMARY KEY)"))
            try await pool.execute(Statement("INSERT INTO t VALUES ($1)", [.text("top secret")]))
            let duplicate = try await databaseError {
                try await pool.execute(Statement("INSERT INTO t VALUES ($1)", [.text("top secret")]))
            }
            for error in [cast, uuid, duplicate] { #expect(!"\(error)".contains("secret")) }
        }
    }

    @Test("Timestamps are read to the microsecond at any offset and date")
    func timestamps() async throws {
        try await TestDatabase.withPool { pool in
            let row = try #require(
                try await pool.query(
                    Statement(
                        """
                        SELECT timestamptz '1970-01-01 00:00:00+00' AS epoch,
                               timestamptz '1969-12-31 23:59:59.5Z' AS before,
                               timestamptz '2024-02-29 12:00:00.000001+05:30' AS leap, date '2000-03-01' AS day,
                               timestamp '0001-01-01 00:00:00' AS first, timestamptz 'infinity' AS never, 1 AS number
                        """
                    )
                ).first
            )
            #expect(try row.timestamp("epoch").microsecondsSinceEpoch == 0)
            #expect(try row.timestamp("before").microsecondsSinceEpoch == -500_000)
            #expect(try row.timestamp("leap").microsecondsSinceEpoch == 1_709_188_200_000_001)
            #expect(try row.timestamp("day").microsecondsSinceEpoch == 951_868_800_000_000)
            #expect(try row.timestamp("first").microsecondsSinceEpoch == -62_135_596_800_000_000)
            #expect(throws: DatabaseError.self) { try row.timestamp("never") }
            #expect(throws: DatabaseError.self) { try row.timestamp("number") }
        }
    }

    @Test("A row says which column is missing, null or of another type")
    func rowErrors() async throws {
        try await TestDatabase.withPool { pool in
            let row = try #require(try await pool.query(Statement("SELECT 'a' AS t, null::int AS n")).first)
            for (read, column) in [
                ({ _ = try row.text("absent") }, "absent"), ({ _ = try row.int("n") }, "n"),
                ({ _ = try row.int("t") }, "t"), ({ _ = try row.bool("t") }, "t"), ({ _ = try row.json("t") }, "t"),
            ] as [(() throws -> Void, String)] {
                let error = try #require(#expect(throws: DatabaseError.self) { try read() })
                #expect(error.code == .invalidRow)
                #expect(error.reason.contains(column))
            }
            #expect(try row.intOptional("n") == nil)
        }
    }
}
