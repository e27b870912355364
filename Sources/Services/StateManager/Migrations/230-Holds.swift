extension StateManager {
    /// Version 230. Tenants that a platform does not serve, and their messages that wait.
    ///
    /// A held message keeps its place in its lane: while its row exists, later messages of the lane are held behind it,
    /// and the rows of a tenant are published again in the order of their ids. A row goes away only when its message has
    /// been dealt with, so that nothing overtakes it on the way.
    static let createHolds = """
        CREATE TABLE tenant_holds (
            tenant_id uuid NOT NULL,
            platform text NOT NULL CHECK (platform IN ('whatsapp', 'genesys')),
            cause jsonb NOT NULL,
            since timestamptz NOT NULL DEFAULT clock_timestamp(),
            -- When the next message is sent on trial; for throttling, when the hold ends.
            trial_at timestamptz NOT NULL,
            -- The held message that is on trial now.
            trial_id bigint,
            trials integer NOT NULL DEFAULT 0,
            PRIMARY KEY (tenant_id, platform)
        );

        CREATE TABLE held_messages (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id uuid NOT NULL,
            platform text NOT NULL,
            lane text NOT NULL,
            tracking_id uuid,
            message_id text NOT NULL,
            exchange text NOT NULL,
            routing_key text NOT NULL,
            message_name text NOT NULL,
            headers json NOT NULL,
            body text NOT NULL,
            not_before timestamptz,
            held_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            -- When it was published again; null while it waits.
            published_at timestamptz,
            UNIQUE (exchange, message_id)
        );
        CREATE INDEX held_messages_tenant ON held_messages (tenant_id, platform, id);
        CREATE INDEX held_messages_lane ON held_messages (tenant_id, platform, lane, id);

        -- Whether a message may not be sent now: its tenant is on hold and it is not the one on trial, or messages of
        -- its lane that were held before it have not been dealt with.
        CREATE FUNCTION must_wait(tenant uuid, receiver text, item jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE
            own bigint := item ->> 'heldId';
        BEGIN
            RETURN EXISTS (
                SELECT 1 FROM tenant_holds h WHERE h.tenant_id = tenant AND h.platform = receiver
                AND (own IS NULL OR h.trial_id IS DISTINCT FROM own))
            OR item ? 'lane' AND EXISTS (
                SELECT 1 FROM held_messages w WHERE w.tenant_id = tenant AND w.platform = receiver
                AND w.lane = item ->> 'lane' AND (own IS NULL OR w.id < own));
        END $$;

        -- Takes the contract's `HoldRequest`; answers the held message's id.
        CREATE FUNCTION hold_message(item jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            tenant uuid := item ->> 'tenantId';
            receiver text := item ->> 'platform';
            cause jsonb := item -> 'cause';
            wait interval := make_interval(secs => coalesce((item ->> 'retryAfterSeconds')::double precision, 0));
            kept bigint;
        BEGIN
            INSERT INTO held_messages (
                tenant_id, platform, lane, tracking_id, message_id, exchange, routing_key, message_name, headers, body,
                not_before)
            VALUES (
                tenant, receiver, item ->> 'lane', (item ->> 'trackingId')::uuid, item ->> 'messageId',
                item ->> 'exchange', item ->> 'routingKey', item ->> 'messageName', item -> 'headers', item ->> 'body',
                CASE WHEN cause IS NULL AND item ? 'retryAfterSeconds' THEN clock_timestamp() + wait END)
            ON CONFLICT (exchange, message_id) DO UPDATE SET
                published_at = NULL, not_before = excluded.not_before
            RETURNING id INTO kept;

            UPDATE message_tracking SET updated_at = clock_timestamp(), events = with_event(events, jsonb_build_object(
                'kind', 'held', 'failure', cause))
            WHERE id = (item ->> 'trackingId')::uuid AND events -> -1 ->> 'kind' <> 'held';

            IF cause IS NULL THEN
                -- The one on trial waits for something else; another trial comes.
                UPDATE tenant_holds SET trial_id = NULL, trial_at = clock_timestamp() + interval '15 seconds'
                    WHERE tenant_id = tenant AND platform = receiver AND trial_id = kept;
            ELSIF cause ->> 'disposition' = 'throttled' THEN
                INSERT INTO tenant_holds AS h (tenant_id, platform, cause, trial_at)
                VALUES (tenant, receiver, cause, clock_timestamp() + wait)
                ON CONFLICT (tenant_id, platform) DO UPDATE SET
                    trial_id = CASE WHEN h.trial_id = kept THEN NULL ELSE h.trial_id END,
                    trial_at = CASE WHEN h.cause ->> 'disposition' = 'throttled' OR h.trial_id = kept
                        THEN greatest(h.trial_at, excluded.trial_at) ELSE h.trial_at END;
            ELSE
                INSERT INTO tenant_holds AS h (tenant_id, platform, cause, trial_at)
                VALUES (tenant, receiver, cause, clock_timestamp() + interval '15 seconds')
                ON CONFLICT (tenant_id, platform) DO UPDATE SET
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

        -- Removes held messages that have been dealt with, and ends the holds that one of them was the trial of.
        CREATE FUNCTION settle_held(settled bigint[]) RETURNS bigint LANGUAGE sql AS $$
            WITH gone AS (DELETE FROM held_messages WHERE id = ANY (settled) RETURNING id),
            ended AS (DELETE FROM tenant_holds WHERE trial_id IN (SELECT id FROM gone))
            SELECT count(*) FROM gone
        $$;

        -- Marks as published, and answers, what is due: messages on trial, and the first `most` of each tenant that is
        -- not on hold. One caller at a time; the others get nothing.
        CREATE FUNCTION take_due(most integer) RETURNS SETOF held_messages LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT pg_try_advisory_xact_lock(hashtext(current_schema() || '.held_messages')) THEN RETURN; END IF;
            -- Whose messages were dealt with otherwise; and throttling that is over.
            DELETE FROM tenant_holds h WHERE h.trial_at <= clock_timestamp() AND (
                h.cause ->> 'disposition' = 'throttled' OR NOT EXISTS (
                    SELECT 1 FROM held_messages w WHERE w.tenant_id = h.tenant_id AND w.platform = h.platform));
            -- Taken and never settled, for example given up by the broker: the claim keeps it from being sent twice.
            UPDATE held_messages SET published_at = NULL WHERE published_at < clock_timestamp() - interval '15 minutes';
            RETURN QUERY
                WITH due AS (
                    SELECT h.tenant_id, h.platform, (
                        SELECT w.id FROM held_messages w
                        WHERE w.tenant_id = h.tenant_id AND w.platform = h.platform ORDER BY w.id LIMIT 1) AS first
                    FROM tenant_holds h WHERE h.trial_at <= clock_timestamp() FOR UPDATE OF h
                ), started AS (
                    UPDATE tenant_holds h SET trial_id = due.first, trials = h.trials + 1,
                        trial_at = clock_timestamp() + interval '60 seconds'
                    FROM due WHERE h.tenant_id = due.tenant_id AND h.platform = due.platform
                    RETURNING h.trial_id
                )
                UPDATE held_messages w SET published_at = clock_timestamp() FROM started
                    WHERE w.id = started.trial_id RETURNING w.*;
            RETURN QUERY
                UPDATE held_messages w SET published_at = clock_timestamp()
                WHERE w.id IN (
                    SELECT head.id FROM (SELECT DISTINCT o.tenant_id, o.platform FROM held_messages o) AS owner,
                        LATERAL (
                            SELECT v.id, v.published_at, v.not_before FROM held_messages v
                            WHERE v.tenant_id = owner.tenant_id AND v.platform = owner.platform
                            ORDER BY v.id LIMIT most) AS head
                    WHERE head.published_at IS NULL AND (head.not_before IS NULL OR head.not_before <= clock_timestamp())
                        AND NOT EXISTS (SELECT 1 FROM tenant_holds h
                            WHERE h.tenant_id = owner.tenant_id AND h.platform = owner.platform))
                RETURNING w.*;
        END $$;
        """
}
