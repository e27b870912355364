extension StateManager {
    /// Version 321. Holds of one number of a tenant, and single held messages that go on by themselves.
    ///
    /// A hold has a line: empty for the whole tenant, else the channel, or the tenant's id for its first number, as
    /// conversations have it. Messages that were held before this version count as the first number's.
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

        -- Whether a message may not be sent now: its tenant or its number is on hold and it is neither the one on trial
        -- nor released, or messages of its lane that were held before it have not been dealt with.
        CREATE OR REPLACE FUNCTION must_wait(tenant uuid, receiver text, item jsonb) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        DECLARE
            own bigint := item ->> 'heldId';
        BEGIN
            RETURN EXISTS (
                SELECT 1 FROM tenant_holds h WHERE h.tenant_id = tenant AND h.platform = receiver
                AND h.line IN ('', line_of(item))
                AND (own IS NULL OR h.trial_id IS DISTINCT FROM own
                    AND NOT EXISTS (SELECT 1 FROM held_messages w WHERE w.id = own AND w.is_released)))
            OR item ? 'lane' AND EXISTS (
                SELECT 1 FROM held_messages w WHERE w.tenant_id = tenant AND w.platform = receiver
                AND w.lane = item ->> 'lane' AND (own IS NULL OR w.id < own));
        END $$;

        CREATE OR REPLACE FUNCTION hold_message(item jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            tenant uuid := item ->> 'tenantId';
            receiver text := item ->> 'platform';
            cause jsonb := item -> 'cause';
            wait interval := make_interval(secs => coalesce((item ->> 'retryAfterSeconds')::double precision, 0));
            stopped text := CASE WHEN item ->> 'scope' = 'number' THEN line_of(item) ELSE '' END;
            kept bigint;
        BEGIN
            INSERT INTO held_messages (
                tenant_id, platform, line, lane, tracking_id, message_id, exchange, routing_key, message_name, headers,
                body, not_before)
            VALUES (
                tenant, receiver, line_of(item), item ->> 'lane', (item ->> 'trackingId')::uuid, item ->> 'messageId',
                item ->> 'exchange', item ->> 'routingKey', item ->> 'messageName', item -> 'headers', item ->> 'body',
                CASE WHEN cause IS NULL AND item ? 'retryAfterSeconds' THEN clock_timestamp() + wait END)
            ON CONFLICT (exchange, message_id) DO UPDATE SET
                published_at = NULL, is_released = false, not_before = excluded.not_before
            RETURNING id INTO kept;

            UPDATE message_tracking SET updated_at = clock_timestamp(), events = with_event(events, jsonb_build_object(
                'kind', 'held', 'failure', cause))
            WHERE id = (item ->> 'trackingId')::uuid AND events -> -1 ->> 'kind' <> 'held';

            IF cause IS NULL THEN
                -- The one on trial waits for something else; another trial comes.
                UPDATE tenant_holds SET trial_id = NULL, trial_at = clock_timestamp() + interval '15 seconds'
                    WHERE tenant_id = tenant AND platform = receiver AND trial_id = kept;
            ELSIF cause ->> 'disposition' = 'throttled' THEN
                INSERT INTO tenant_holds AS h (tenant_id, platform, line, cause, trial_at)
                VALUES (tenant, receiver, stopped, cause, clock_timestamp() + wait)
                ON CONFLICT (tenant_id, platform, line) DO UPDATE SET
                    trial_id = CASE WHEN h.trial_id = kept THEN NULL ELSE h.trial_id END,
                    trial_at = CASE WHEN h.cause ->> 'disposition' = 'throttled' OR h.trial_id = kept
                        THEN greatest(h.trial_at, excluded.trial_at) ELSE h.trial_at END;
            ELSE
                INSERT INTO tenant_holds AS h (tenant_id, platform, line, cause, trial_at)
                VALUES (tenant, receiver, stopped, cause, clock_timestamp() + interval '15 seconds')
                ON CONFLICT (tenant_id, platform, line) DO UPDATE SET
                    -- Others that were on their way when the tenant was parked say nothing new.
                    cause = CASE WHEN h.cause ->> 'disposition' = 'throttled' OR h.trial_id = kept
                        THEN excluded.cause ELSE h.cause END,
                    trial_at = CASE WHEN h.trial_id = kept
                        THEN clock_timestamp() + least(interval '60 seconds', interval '15 seconds' * (1 + h.trials))
                        WHEN h.cause ->> 'disposition' = 'throttled' THEN excluded.trial_at ELSE h.trial_at END,
                    trial_id = CASE WHEN h.trial_id = kept THEN NULL ELSE h.trial_id END;
            END IF;
            RETURN kept;
        END $$;

        -- Marks as published, and answers, what is due: messages on trial, released ones, and the first `most` of each
        -- number that is not on hold. One caller at a time; the others get nothing.
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
                        ORDER BY w.id LIMIT 1) AS first
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
                            ORDER BY v.id LIMIT most) AS head
                    WHERE head.published_at IS NULL AND (head.not_before IS NULL OR head.not_before <= clock_timestamp())
                        AND NOT EXISTS (SELECT 1 FROM tenant_holds h
                            WHERE h.tenant_id = owner.tenant_id AND h.platform = owner.platform
                            AND h.line IN ('', owner.line)))
                RETURNING w.*;
        END $$;

        -- The message of the same lane that has to go first; null if there is none.
        CREATE FUNCTION ahead(w held_messages) RETURNS bigint LANGUAGE sql STABLE AS $$
            SELECT o.id FROM held_messages o WHERE o.tenant_id = w.tenant_id AND o.platform = w.platform
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
