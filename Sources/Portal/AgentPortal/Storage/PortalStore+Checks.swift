import ConnectionCheckContract
import Database

extension PortalStore {
    /// Keeps what checks found, in place of what they found before.
    func keep(_ reports: [(part: ConnectionChecker.Part, report: CheckReport)], of tenantID: String) async throws {
        _ = try await database.batch(
            reports.map { part, report in
                Statement(
                    """
                    INSERT INTO portal_check_reports (tenant_id, part, report) VALUES ($1, $2, $3)
                    ON CONFLICT (tenant_id, part) DO UPDATE SET report = excluded.report, checked_at = now()
                    """, [.uuid(tenantID), .text(part.rawValue), .jsonb(report.jsonValue.jsonText)])
            })
    }

    /// Keeps what checks of a channel found, in place of what they found before.
    func keep(_ reports: [(part: ConnectionChecker.Part, report: CheckReport)], ofChannel id: String) async throws {
        _ = try await database.batch(
            reports.map { part, report in
                Statement(
                    """
                    INSERT INTO portal_channel_reports (channel_id, part, report) VALUES ($1, $2, $3)
                    ON CONFLICT (channel_id, part) DO UPDATE SET report = excluded.report, checked_at = now()
                    """, [.uuid(id), .text(part.rawValue), .jsonb(report.jsonValue.jsonText)])
            })
    }

    /// What checks of a tenant found last.
    func reports(of tenantID: String) async throws -> [ConnectionChecker.Part: CheckReport] {
        try await reports(
            Statement("SELECT part, report FROM portal_check_reports WHERE tenant_id = $1", [.uuid(tenantID)]))
    }

    /// What checks of a channel found last.
    func reports(ofChannel id: String) async throws -> [ConnectionChecker.Part: CheckReport] {
        try await reports(
            Statement("SELECT part, report FROM portal_channel_reports WHERE channel_id = $1", [.uuid(id)]))
    }

    private func reports(_ statement: Statement) async throws -> [ConnectionChecker.Part: CheckReport] {
        let rows = try await database.query(statement)
        var reports: [ConnectionChecker.Part: CheckReport] = [:]
        for row in rows {
            guard let part = ConnectionChecker.Part(rawValue: try row.text("part")) else { continue }
            // A report of a version that knew other checks is forgotten.
            reports[part] = try? CheckReport(json: Array(try row.json("report").utf8))
        }
        return reports
    }

    /// What one check found last at every tenant: what needs attention first, then what ends soonest.
    func results(of check: CheckName) async throws -> [CheckedTenant] {
        let rows = try await database.query(
            Statement(
                """
                SELECT tenant_id, report FROM portal_check_reports, LATERAL (
                    SELECT item FROM jsonb_array_elements(report -> 'items') AS item WHERE item ->> 'check' = $1
                    LIMIT 1) AS found
                ORDER BY item ->> 'outcome' <> 'failed', item ->> 'expiresAt' NULLS LAST, tenant_id LIMIT 50
                """, [.text(check.rawValue)]))
        return try rows.compactMap { row in
            let report = try? CheckReport(json: Array(try row.json("report").utf8))
            guard let result = report?.items.first(where: { $0.check == check }) else { return nil }
            return CheckedTenant(tenantID: try row.uuid("tenant_id"), result: result)
        }
    }

    /// Tenants of which a part was checked in the last hours.
    func freshlyChecked(_ part: ConnectionChecker.Part, hours: Int) async throws -> Set<String> {
        let rows = try await database.query(
            Statement(
                """
                SELECT tenant_id FROM portal_check_reports
                WHERE part = $1 AND checked_at > now() - make_interval(hours => $2::integer)
                """, [.text(part.rawValue), .int(hours)]))
        return Set(try rows.map { try $0.uuid("tenant_id") })
    }
}

/// What a check found at a tenant.
struct CheckedTenant: Sendable {
    let tenantID: String
    let result: CheckResult
}
