extension StateManager {
    /// Version 322. The functions of version 230, for holds of one number and for lanes whose messages wait for either platform.
    ///
    /// An agent's message with a file may wait for Genesys, which gives no token to fetch the file with, before it may have to
    /// wait for WhatsApp. It keeps its place in both: what was held once and must wait again keeps its row, and what is behind
    /// it in its lane waits whichever platform that is for.
    static let createLanesOfHolds = """
        CREATE INDEX held_messages_place ON held_messages (tenant_id, lane, id);
        DROP INDEX held_messages_lane;

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
                SELECT 1 FROM held_messages w WHERE w.tenant_id = tenant AND w.lane = item ->> 'lane'
                AND (own IS NULL OR w.id < own));
        END $$;

        -- Whether a message waits behind one that waits for the other platform.
        CREATE FUNCTION waits_elsewhere(held held_messages) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT held.lane <> 'alone' AND EXISTS (
                SELECT 1 FROM held_messages w WHERE w.tenant_id = held.tenant_id AND w.lane = held.lane
                AND w.id < held.id AND w.platform <> held.platform)
        $$;

        -- Stores the message of a `HoldRequest` in the place that it had when it was held before, else as the last.
        CREATE FUNCTION keep_held(item jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
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
                body, not_before)
            VALUES (
                (item ->> 'tenantId')::uuid, item ->> 'platform', line_of(item), item ->> 'lane',
                (item ->> 'trackingId')::uuid,
                item ->> 'messageId', item ->> 'exchange', item ->> 'routingKey', item ->> 'messageName',
                item -> 'headers', item ->> 'body', earliest)
            ON CONFLICT (exchange, message_id) DO UPDATE SET
                published_at = NULL, is_released = false, not_before = excluded.not_before
            RETURNING id INTO kept;
            RETURN kept;
        END $$;

        CREATE OR REPLACE FUNCTION hold_message(item jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            tenant uuid := item ->> 'tenantId';
            receiver text := item ->> 'platform';
            cause jsonb := item -> 'cause';
            wait interval := make_interval(secs => coalesce((item ->> 'retryAfterSeconds')::double precision, 0));
            stopped text := CASE WHEN item ->> 'scope' = 'number' THEN line_of(item) ELSE '' END;
            kept bigint := keep_held(item);
        BEGIN
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
                            AND NOT waits_elsewhere(w)
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
                                AND NOT waits_elsewhere(v)
                            ORDER BY v.id LIMIT most) AS head
                    WHERE head.published_at IS NULL AND (head.not_before IS NULL OR head.not_before <= clock_timestamp())
                        AND NOT EXISTS (SELECT 1 FROM tenant_holds h
                            WHERE h.tenant_id = owner.tenant_id AND h.platform = owner.platform
                            AND h.line IN ('', owner.line)))
                RETURNING w.*;
        END $$;
        """
}
