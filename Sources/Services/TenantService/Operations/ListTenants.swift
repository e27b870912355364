import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Lists the tenants, newest first.
    public func listTenants(_ input: ListTenants.Input, _ context: RequestContext) async throws -> ListTenants.Output {
        let place = input.cursor.flatMap(TenantPlace.init(cursor:))
        guard input.cursor == nil || place != nil else {
            return .badRequest(.badRequest("`cursor` is not from an earlier answer", context))
        }
        let limit = input.limit ?? 50
        let rows = try await database.query(
            Statement(
                """
                SELECT *, (extract(epoch FROM created_at) * 1000000)::bigint AS microseconds FROM tenants
                WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
                    AND ($3::text IS NULL OR status = $3)
                    AND ($5::text IS NULL OR position(lower($5) in lower(name)) > 0
                        OR $5 IN (phone_number_id, genesys_integration_id, id::text)
                        OR EXISTS (SELECT FROM tenant_channels c WHERE c.tenant_id = tenants.id
                            AND (position(lower($5) in lower(c.name)) > 0
                                OR $5 IN (c.phone_number_id, c.genesys_integration_id, c.id::text))))
                ORDER BY created_at DESC, id DESC LIMIT $4
                """,
                [
                    .optional(place) {
                        .timestamp(Database.Timestamp(microsecondsSinceEpoch: Int64(clamping: $0.microseconds)))
                    },
                    .optional(place) { .uuid($0.id) }, .optional(input.status?.rawValue, Parameter.text),
                    .int(limit + 1), .optional(input.q, Parameter.text),
                ]
            )
        )
        let tenants = try rows.prefix(limit).map { try $0.tenant() }
        guard rows.count > limit else { return .ok(TenantPage(items: tenants)) }
        let last = rows[limit - 1]
        let next = TenantPlace(microseconds: try last.int("microseconds"), id: try last.uuid("id"))
        return .ok(TenantPage(items: tenants, nextCursor: next.cursor))
    }
}

/// A place in the list of tenants; tenants created later do not move it.
private struct TenantPlace {
    let microseconds: Int
    let id: String

    init(microseconds: Int, id: String) {
        self.microseconds = microseconds
        self.id = id
    }

    /// Reads a cursor; nil if it is none.
    init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int(parts[0]),
            ContractFormat.isValid("uuid", String(parts[1])) == true
        else { return nil }
        self.init(microseconds: microseconds, id: String(parts[1]))
    }

    var cursor: String { "\(microseconds)_\(id)" }
}
