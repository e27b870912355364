import CPQ
import Glibc

/// Where and how to connect, checked once.
struct ConnectionAddress: Sendable {
    /// libpq's keywords and values. The URL comes first and is expanded; what follows overrides it.
    private let keywords: [String]
    private let values: [String]

    init(url: String, applicationName: String, idleTransactionTimeout: Duration) throws(DatabaseError) {
        guard !url.utf8.contains(0), url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw DatabaseError(.misconfigured, reason: "the database's address must begin with postgres://")
        }
        // libpq's explanation is left out: it quotes parts of the URL, the password among them.
        guard let parsed = PQconninfoParse(url, nil) else {
            throw DatabaseError(.misconfigured, reason: "the database's address is no valid PostgreSQL URL")
        }
        defer { PQconninfoFree(parsed) }
        let settings = [
            Self.value(of: "options", in: parsed), "-c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex",
            "-c idle_in_transaction_session_timeout=\(max(1, idleTransactionTimeout.wholeMilliseconds))",
        ]
        keywords = ["dbname", "options", "client_encoding", "fallback_application_name"]
        values = [url, settings.compactMap(\.self).joined(separator: " "), "UTF8", applicationName]
    }

    /// Begins a connection. The caller owns the handle. Nil only if memory is short. Resolves the host's name here.
    func start() -> OpaquePointer? {
        let keywordPointers = keywords.map { strdup($0) }
        let valuePointers = values.map { strdup($0) }
        // libpq copies what it keeps.
        defer { (keywordPointers + valuePointers).forEach { free($0) } }
        return PQconnectStartParams(
            keywordPointers.map { UnsafePointer($0) } + [nil],
            valuePointers.map { UnsafePointer($0) } + [nil],
            1
        )
    }

    /// The array ends with an entry without keyword.
    private static func value(of keyword: String, in options: UnsafeMutablePointer<PQconninfoOption>) -> String? {
        var entry = options
        while let name = entry.pointee.keyword {
            if String(cString: name) == keyword { return entry.pointee.val.map { String(cString: $0) } }
            entry += 1
        }
        return nil
    }
}

extension Duration {
    /// Rounded up, so that a wait never ends early; at most what fits into 32 bits.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
