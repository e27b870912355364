import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists the tenants on hold and those whose messages follow.
    public func listHolds(_ input: ListHolds.Input, _ context: RequestContext) async throws -> ListHolds.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT jsonb_strip_nulls(jsonb_build_object(
                    'tenantId', tenant_id, 'platform', platform,
                    'state', CASE WHEN h.cause IS NULL THEN 'releasing'
                        WHEN h.cause ->> 'disposition' = 'throttled' THEN 'throttled' ELSE 'parked' END,
                    'cause', h.cause, 'since', utc_text(h.since), 'nextTrialAt', utc_text(h.trial_at),
                    'trials', h.trials, 'heldMessages', coalesce(w.number, 0), 'oldestHeldAt', utc_text(w.oldest)
                    )) AS document
                FROM tenant_holds h FULL JOIN (
                    SELECT tenant_id, platform, count(*) AS number, min(held_at) AS oldest
                    FROM held_messages GROUP BY tenant_id, platform) w USING (tenant_id, platform)
                WHERE $1::uuid IS NULL OR tenant_id = $1
                ORDER BY coalesce(h.since, w.oldest), tenant_id, platform LIMIT 100
                """,
                [.optional(input.tenantId, Parameter.uuid)]
            )
        )
        return .ok(HoldList(items: try rows.map { try $0.document("document") }))
    }

    /// Ends the hold of a tenant; its messages follow.
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
