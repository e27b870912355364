extension StateManager {
    /// Version 341. The functions of versions 321 and 322, with the place of a held message by when it was received.
    ///
    /// Messages of one lane are held by two services: those with a file by the one that accepts webhooks, the others when
    /// they are claimed. A text that came before a file may be held after it, or still be on its way to its claim. The
    /// relay's time of receipt tells which was first; those of one webhook are held one after the other.
    static let placeHeldMessagesByTime = """
        ALTER TABLE held_messages ADD received_at timestamptz;
        UPDATE held_messages w SET received_at = coalesce(
            (SELECT t.received_at FROM message_tracking t WHERE t.id = w.tracking_id), w.held_at);
        ALTER TABLE held_messages ALTER received_at SET NOT NULL;

        -- Whether a message may not be sent now: its tenant or its number is on hold and it is neither the one on trial
        -- nor released, or messages of its lane that came before it are held.
        CREATE OR REPLACE FUNCTION must_wait(tenant uuid, receiver text, item jsonb) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        DECLARE
            own bigint := item ->> 'heldId';
            own_place timestamptz;
        BEGIN
            IF own IS NOT NULL THEN
                SELECT received_at INTO own_place FROM held_messages WHERE id = own;
            END IF;
            RETURN EXISTS (
                SELECT 1 FROM tenant_holds h WHERE h.tenant_id = tenant AND h.platform = receiver
                AND h.line IN ('', line_of(item))
                AND (own IS NULL OR h.trial_id IS DISTINCT FROM own
                    AND NOT EXISTS (SELECT 1 FROM held_messages w WHERE w.id = own AND w.is_released)))
            OR item ? 'lane' AND EXISTS (
                SELECT 1 FROM held_messages w WHERE w.tenant_id = tenant AND w.lane = item ->> 'lane'
                AND CASE WHEN own_place IS NULL
                    THEN w.received_at <= (item ->> 'receivedAt')::timestamptz
                    ELSE (w.received_at, w.id) < (own_place, own) END);
        END $$;

        -- Whether a message waits behind one that waits for the other platform.
        CREATE OR REPLACE FUNCTION waits_elsewhere(held held_messages) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT held.lane <> 'alone' AND EXISTS (
                SELECT 1 FROM held_messages w WHERE w.tenant_id = held.tenant_id AND w.lane = held.lane
                AND (w.received_at, w.id) < (held.received_at, held.id) AND w.platform <> held.platform)
        $$;

        -- The message of the same lane that has to go first; null if there is none.
        CREATE OR REPLACE FUNCTION ahead(w held_messages) RETURNS bigint LANGUAGE sql STABLE AS $$
            SELECT o.id FROM held_messages o WHERE o.tenant_id = w.tenant_id
                AND o.lane = w.lane AND o.lane <> 'alone' AND (o.received_at, o.id) < (w.received_at, w.id)
                ORDER BY o.received_at, o.id LIMIT 1
        $$;

        -- Stores the message of a `HoldRequest` in the place that it had when it was held before, else by its time.
        CREATE OR REPLACE FUNCTION keep_held(item jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            earliest timestamptz := CASE WHEN NOT item ? 'cause' AND item ? 'retryAfterSeconds'
                THEN clock_timestamp() + make_interval(secs => (item ->> 'retryAfterSeconds')::double precision) END;
            kept bigint;
        BEGIN
            UPDATE held_messages SET
                platform = item ->> 'platform', line = line_of(item), is_released = false,
                tracking_id = coalesce((item ->> 'trackingId')::uuid, tracking_id),
                message_id = item ->> 'messageId', exchange = item ->> 'exchange', routing_key = item ->> 'routingKey',
                message_name = item ->> 'messageName', headers = item -> 'headers', body = item ->> 'body',
                published_at = NULL, not_before = earliest
            WHERE id = (item -> 'headers' ->> 'heldId')::bigint AND tenant_id = (item ->> 'tenantId')::uuid
            RETURNING id INTO kept;
            IF FOUND THEN
                -- Genesys served it on trial, and WhatsApp does not, or the other way about.
                DELETE FROM tenant_holds WHERE tenant_id = (item ->> 'tenantId')::uuid AND trial_id = kept
                    AND platform <> item ->> 'platform';
                RETURN kept;
            END IF;
            INSERT INTO held_messages (
                tenant_id, platform, line, lane, tracking_id, message_id, exchange, routing_key, message_name, headers,
                body, not_before, received_at)
            VALUES (
                (item ->> 'tenantId')::uuid, item ->> 'platform', line_of(item), item ->> 'lane',
                (item ->> 'trackingId')::uuid,
                item ->> 'messageId', item ->> 'exchange', item ->> 'routingKey', item ->> 'messageName',
                item -> 'headers', item ->> 'body', earliest, coalesce(
                    (SELECT received_at FROM message_tracking WHERE id = (item ->> 'trackingId')::uuid),
                    (item -> 'headers' ->> 'occurredAt')::timestamptz, clock_timestamp()))
            ON CONFLICT (exchange, message_id) DO UPDATE SET
                published_at = NULL, is_released = false, not_before = excluded.not_before
            RETURNING id INTO kept;
            RETURN kept;
        END $$;

        -- As in version 322, in the order of time.
        CREATE OR REPLACE FUNCTION take_due(most integer) RETURNS SETOF held_messages LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT pg_try_advisory_xact_lock(hashtext(current_schema() || '.held_messages')) THEN RETURN; END IF;
            -- Whose messages were dealt with otherwise; and throttling that is over.
            DELETE FROM tenant_holds h WHERE h.trial_at <= clock_timestamp() AND (
                h.cause ->> 'disposition' = 'throttled' OR NOT EXISTS (
                    SELECT 1 FROM held_messages w WHERE w.tenant_id = h.tenant_id AND w.platform = h.platform
                    AND h.line IN ('', w.line)));
            -- Taken and never settled, for example given up by the broker: the claim keeps it from being sent twice.
            UPDATE held_messages SET published_at = NULL WHERE published_at < clock_timestamp() - interval '15 minutes';
            RETURN QUERY
                WITH due AS (
                    SELECT h.tenant_id, h.platform, h.line, (
                        SELECT w.id FROM held_messages w
                        WHERE w.tenant_id = h.tenant_id AND w.platform = h.platform AND h.line IN ('', w.line)
                            -- Another hold would keep it back, and say nothing about this one.
                            AND NOT EXISTS (SELECT 1 FROM tenant_holds o WHERE o.tenant_id = h.tenant_id
                                AND o.platform = h.platform AND o.line IN ('', w.line) AND o.line <> h.line)
                            AND NOT waits_elsewhere(w)
                        ORDER BY w.received_at, w.id LIMIT 1) AS first
                    FROM tenant_holds h WHERE h.trial_at <= clock_timestamp() FOR UPDATE OF h
                ), started AS (
                    UPDATE tenant_holds h SET trial_id = due.first, trials = h.trials + 1,
                        trial_at = clock_timestamp() + interval '60 seconds'
                    FROM due WHERE h.tenant_id = due.tenant_id AND h.platform = due.platform AND h.line = due.line
                        AND due.first IS NOT NULL
                    RETURNING h.trial_id
                )
                UPDATE held_messages w SET published_at = clock_timestamp() FROM started
                    WHERE w.id = started.trial_id RETURNING w.*;
            RETURN QUERY
                UPDATE held_messages w SET published_at = clock_timestamp()
                WHERE w.is_released AND w.published_at IS NULL RETURNING w.*;
            RETURN QUERY
                UPDATE held_messages w SET published_at = clock_timestamp()
                WHERE w.id IN (
                    SELECT head.id FROM (SELECT DISTINCT o.tenant_id, o.platform, o.line FROM held_messages o) AS owner,
                        LATERAL (
                            SELECT v.id, v.published_at, v.not_before FROM held_messages v
                            WHERE v.tenant_id = owner.tenant_id AND v.platform = owner.platform AND v.line = owner.line
                                AND NOT waits_elsewhere(v)
                            ORDER BY v.received_at, v.id LIMIT most) AS head
                    WHERE head.published_at IS NULL
                        AND (head.not_before IS NULL OR head.not_before <= clock_timestamp())
                        AND NOT EXISTS (SELECT 1 FROM tenant_holds h
                            WHERE h.tenant_id = owner.tenant_id AND h.platform = owner.platform
                            AND h.line IN ('', owner.line)))
                RETURNING w.*;
        END $$;
        """
}
