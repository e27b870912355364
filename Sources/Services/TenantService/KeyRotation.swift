import Database
import ServiceKit
import SharedContract

/// Brings all stored credentials under the current encryption key, while the services run.
public struct KeyRotation: Sendable {
    /// What a rotation has done.
    public struct Report: Sendable, Hashable {
        /// Credentials encrypted again.
        public var rotated = 0
        /// Credentials that had the current key already.
        public var current = 0
        /// Credentials that changed meanwhile; the change encrypted them with the key of the running services.
        public var skipped = 0

        /// Nothing done.
        public init() {}
    }

    private static let batchSize = 100

    private let database: DatabasePool
    private let vault: CredentialVault

    /// Prepares a rotation.
    /// - Parameters:
    ///   - database: Where the credentials are.
    ///   - cipher: Knows the current key and those that earlier credentials were encrypted with.
    public init(database: DatabasePool, cipher: EnvelopeCipher) {
        self.database = database
        vault = CredentialVault(cipher: cipher)
    }

    /// Goes through all credentials once. After an error it can be run again and goes on where it got to.
    /// - Throws: ``DatabaseError``; ``EnvelopeError`` for a credential whose key is missing.
    public func run() async throws -> Report {
        var report = Report()
        var last: (tenantID: String, type: String)?
        while true {
            let rows = try await database.query(
                Statement(
                    """
                    SELECT tenant_id, credential_type, credentials, version FROM tenant_credentials
                    WHERE $1::uuid IS NULL OR (tenant_id, credential_type) > ($1, $2::text)
                    ORDER BY tenant_id, credential_type LIMIT $3
                    """,
                    [
                        .optional(last) { .uuid($0.tenantID) }, .optional(last) { .text($0.type) },
                        .int(Self.batchSize),
                    ]
                )
            )
            for row in rows { try await rotate(row, &report) }
            guard let row = rows.last else { return report }
            last = (try row.uuid("tenant_id"), try row.text("credential_type"))
        }
    }

    private func rotate(_ row: Row, _ report: inout Report) async throws {
        let tenantID = try row.uuid("tenant_id")
        let type = try row.credentialType()
        let stored = try StoredCredential(json: try row.json("credentials"))
        guard let rotated = try vault.rotate(stored, tenantID: tenantID, type: type) else {
            report.current += 1
            return
        }
        let changed = try await database.execute(
            Statement(
                """
                UPDATE tenant_credentials SET credentials = $4, version = version + 1
                WHERE tenant_id = $1 AND credential_type = $2 AND version = $3
                """,
                [
                    .uuid(tenantID), .text(type.rawValue), .int(try row.int("version")), .jsonb(rotated.jsonText),
                ]
            )
        )
        if changed == 1 { report.rotated += 1 } else { report.skipped += 1 }
    }
}
