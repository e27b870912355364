import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists the tenants and numbers on hold and the tenants whose messages follow.
    public func listHolds(_ input: ListHolds.Input, _ context: RequestContext) async throws -> ListHolds.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT jsonb_strip_nulls(jsonb_build_object(
                    'tenantId', tenant_id, 'platform', platform,
                    'scope', CASE WHEN line = '' THEN 'tenant' WHEN line IS NOT NULL THEN 'number' END,
                    'channelId', CASE WHEN line NOT IN ('', tenant_id::text) THEN line END,
                    'state', CASE WHEN cause IS NULL THEN 'releasing'
                        WHEN cause ->> 'disposition' = 'throttled' THEN 'throttled' ELSE 'parked' END,
                    'cause', cause, 'since', utc_text(since), 'nextTrialAt', utc_text(trial_at),
                    'trials', trials, 'heldMessages', number, 'oldestHeldAt', utc_text(oldest))) AS document
                FROM (
                    SELECT h.tenant_id, h.platform, h.line, h.cause, h.since, h.trial_at, h.trials, w.number, w.oldest
                    FROM tenant_holds h, LATERAL (
                        SELECT count(*) AS number, min(held_at) AS oldest FROM held_messages m
                        WHERE m.tenant_id = h.tenant_id AND m.platform = h.platform AND h.line IN ('', m.line)) AS w
                    UNION ALL
                    SELECT m.tenant_id, m.platform, NULL, NULL, NULL, NULL, NULL, count(*), min(m.held_at)
                    FROM held_messages m WHERE NOT EXISTS (
                        SELECT FROM tenant_holds h WHERE h.tenant_id = m.tenant_id AND h.platform = m.platform
                        AND h.line IN ('', m.line))
                    GROUP BY m.tenant_id, m.platform
                ) AS holds
                WHERE $1::uuid IS NULL OR tenant_id = $1
                ORDER BY coalesce(since, oldest), tenant_id, platform, line LIMIT 100
                """,
                [.optional(input.tenantId, Parameter.uuid)]
            )
        )
        return .ok(HoldList(items: try rows.map { try $0.document("document") }))
    }

    /// Ends the holds of a tenant and of its numbers; their messages follow.
    public func releaseHold(_ input: ReleaseHold.Input, _ context: RequestContext) async throws -> ReleaseHold.Output {
        let rows = try await database.query(
            Statement(
                """
                WITH ended AS (
                    DELETE FROM tenant_holds WHERE tenant_id = $1 AND ($2::text IS NULL OR platform = $2)
                    RETURNING tenant_id)
                SELECT count(*) AS released FROM ended
                """,
                [.uuid(input.body.tenantId), .optional(input.body.platform?.rawValue, Parameter.text)]
            )
        )
        logger.notice(
            "a hold was ended by request",
            metadata: [
                "tenant_id": .string(input.body.tenantId), "by": .string(context.principal?.name ?? "unknown"),
            ]
        )
        return .ok(ReleaseResult(released: try rows.first?.int("released") ?? 0))
    }
}
