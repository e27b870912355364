extension StateManager {
    /// Version 321. Holds of one number of a tenant, and single held messages that go on by themselves.
    ///
    /// A hold has a line: empty for the whole tenant, else the channel, or the tenant's id for its first number, as
    /// conversations have it. Messages that were held before this version count as the first number's. The functions that hold
    /// and release are those of version 322.
    static let createHoldsOfNumbers = """
        ALTER TABLE tenant_holds ADD line text NOT NULL DEFAULT '';
        ALTER TABLE tenant_holds DROP CONSTRAINT tenant_holds_pkey;
        ALTER TABLE tenant_holds ADD PRIMARY KEY (tenant_id, platform, line);

        ALTER TABLE held_messages ADD line text;
        UPDATE held_messages SET line = tenant_id::text;
        ALTER TABLE held_messages ALTER line SET NOT NULL;
        -- Sent although its tenant or number is on hold, once.
        ALTER TABLE held_messages ADD is_released boolean NOT NULL DEFAULT false;
        DROP INDEX held_messages_tenant;
        CREATE INDEX held_messages_line ON held_messages (tenant_id, platform, line, id);

        -- Where a message travels.
        CREATE FUNCTION line_of(item jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT coalesce(item ->> 'channelId', item ->> 'tenantId')
        $$;

        -- The message of the same lane that has to go first; null if there is none.
        CREATE FUNCTION ahead(w held_messages) RETURNS bigint LANGUAGE sql STABLE AS $$
            SELECT o.id FROM held_messages o WHERE o.tenant_id = w.tenant_id
                AND o.lane = w.lane AND o.lane <> 'alone' AND o.id < w.id ORDER BY o.id LIMIT 1
        $$;

        -- The contract's `HeldMessage`.
        CREATE FUNCTION held_document(w held_messages) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT jsonb_strip_nulls(jsonb_build_object(
                'heldId', w.id, 'tenantId', w.tenant_id,
                'channelId', CASE WHEN w.line <> w.tenant_id::text THEN w.line END, 'platform', w.platform,
                'state', CASE WHEN w.published_at IS NOT NULL OR w.is_released THEN 'onItsWay'
                    WHEN h.cause IS NOT NULL THEN 'waiting' ELSE 'following' END,
                'cause', h.cause, 'trackingId', w.tracking_id, 'messageName', w.message_name, 'exchange', w.exchange,
                'heldAt', utc_text(w.held_at), 'behind', ahead(w)))
            FROM (SELECT 1) AS one LEFT JOIN LATERAL (
                SELECT cause FROM tenant_holds o WHERE o.tenant_id = w.tenant_id AND o.platform = w.platform
                AND o.line IN ('', w.line) ORDER BY o.line LIMIT 1) AS h ON true
        $$;
        """
}
