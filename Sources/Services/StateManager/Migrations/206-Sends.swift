extension StateManager {
    /// Version 206. The intent protocol: a message is `sending` exactly while `open_attempt_id` waits for its result.
    static let createSendFunctions = """
        -- Takes an item of the contract's `BeginSendBatch`; answers one of its results.
        CREATE FUNCTION begin_send(item jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
        DECLARE
            own message_tracking;
            attempt uuid := item ->> 'attemptId';
            receiver_id text;
        BEGIN
            SELECT * INTO own FROM message_tracking WHERE id = (item ->> 'trackingId')::uuid FOR UPDATE;
            IF NOT FOUND THEN
                RETURN jsonb_build_object('begin', 'refused', 'trackingId', item ->> 'trackingId',
                    'reason', 'no message with this tracking id was claimed');
            END IF;
            IF own.status = 'sending' AND own.open_attempt_id <> attempt THEN
                IF NOT coalesce((item ->> 'reconciled')::boolean, false) THEN
                    RETURN jsonb_strip_nulls(jsonb_build_object(
                        'begin', 'unknownOutcome', 'trackingId', own.id, 'openAttemptId', own.open_attempt_id,
                        'begunAt', utc_text(own.attempt_begun_at), 'tracking', tracking_document(own),
                        'mapping', (SELECT mapping_document(c) FROM conversation_mappings c
                            WHERE c.id = own.mapping_id)));
                END IF;
                own.events := with_event(
                    own.events, jsonb_build_object('kind', 'reconciled', 'attemptId', own.open_attempt_id));
                own.status := 'claimed';
            END IF;
            IF own.status = 'claimed' THEN
                UPDATE message_tracking SET
                    status = 'sending', attempts = attempts + 1, open_attempt_id = attempt,
                    attempt_begun_at = clock_timestamp(), updated_at = clock_timestamp(),
                    events = with_event(own.events, jsonb_build_object('kind', 'sendBegun', 'attemptId', attempt))
                WHERE id = own.id RETURNING * INTO own;
            END IF;
            IF own.status = 'sending' THEN
                RETURN jsonb_build_object('begin', 'proceed', 'trackingId', own.id, 'attemptId', attempt,
                    'attempt', own.attempts);
            END IF;
            receiver_id := CASE own.direction WHEN 'inbound' THEN own.genesys_message_id ELSE own.meta_message_id END;
            IF own.status <> 'dead_lettered' AND receiver_id IS NOT NULL THEN
                RETURN jsonb_strip_nulls(jsonb_build_object('begin', 'alreadyAccepted', 'trackingId', own.id,
                    'platformMessageId', receiver_id, 'conversationId', own.conversation_id));
            END IF;
            RETURN jsonb_build_object('begin', 'refused', 'trackingId', own.id, 'status', own.status,
                'reason', 'the message is ' || own.status || ' and is not sent');
        END $$;

        -- The state that follows from what is known to have been reached. It depends on the facts alone, not on their
        -- order. `failed` gives way to proof of delivery; what was neither accepted nor failed stays as it is.
        CREATE FUNCTION reached_status(own message_tracking) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN own.read_at IS NOT NULL THEN 'read'
                WHEN own.delivered_at IS NOT NULL THEN 'delivered'
                WHEN own.failed_at IS NOT NULL THEN 'failed'
                WHEN own.sent_at IS NOT NULL THEN 'sent'
                WHEN own.accepted_at IS NOT NULL THEN 'accepted'
                ELSE own.status END
        $$;

        -- Writes a row back whose facts have changed.
        CREATE FUNCTION store_facts(own message_tracking) RETURNS message_tracking LANGUAGE plpgsql AS $$
        BEGIN
            own.status := reached_status(own);
            IF own.status NOT IN ('claimed', 'sending', 'failed', 'dead_lettered') THEN
                own.last_failure := NULL;
            END IF;
            IF own.status NOT IN ('sending', 'dead_lettered') THEN own.open_attempt_id := NULL; END IF;
            UPDATE message_tracking SET
                status = own.status, meta_message_id = own.meta_message_id,
                genesys_message_id = own.genesys_message_id, conversation_id = own.conversation_id,
                open_attempt_id = own.open_attempt_id, last_failure = own.last_failure,
                accepted_at = own.accepted_at, sent_at = own.sent_at, delivered_at = own.delivered_at,
                read_at = own.read_at, failed_at = own.failed_at, events = own.events, updated_at = clock_timestamp()
            WHERE id = own.id RETURNING * INTO own;
            RETURN own;
        END $$;

        -- Takes an item of the contract's `CompleteSendBatch`. `known` is false for a message that was never claimed.
        CREATE FUNCTION complete_send(
            item jsonb, OUT known boolean, OUT changed boolean, OUT tracking message_tracking,
            OUT mapping conversation_mappings)
        LANGUAGE plpgsql AS $$
        DECLARE
            own message_tracking;
            attempt uuid := item ->> 'attemptId';
            outcome jsonb := item -> 'outcome';
            kind text := outcome ->> 'outcome';
            conversation text := outcome ->> 'conversationId';
            recipient jsonb := outcome -> 'recipient';
            cause jsonb;
            event jsonb;
            before message_tracking;
        BEGIN
            changed := false;
            SELECT * INTO own FROM message_tracking WHERE id = (item ->> 'trackingId')::uuid FOR UPDATE;
            known := own.id IS NOT NULL;
            IF NOT known THEN RETURN; END IF;
            before := own;
            event := jsonb_build_object('attemptId', attempt, 'kind', CASE kind
                WHEN 'accepted' THEN 'sendAccepted' WHEN 'unknown' THEN 'sendUnknown' ELSE 'sendFailed' END);
            cause := jsonb_strip_nulls(jsonb_build_object(
                'disposition', CASE kind WHEN 'unknown' THEN 'unknownOutcome' ELSE kind END,
                'code', outcome ->> 'code', 'reason', coalesce(outcome ->> 'reason', 'the platform asked to wait')));
            IF kind = 'accepted' THEN
                own.accepted_at := coalesce(own.accepted_at, clock_timestamp());
                own.conversation_id := coalesce(conversation, own.conversation_id);
                IF own.direction = 'inbound' THEN
                    own.genesys_message_id := coalesce(own.genesys_message_id, outcome ->> 'platformMessageId');
                ELSE
                    own.meta_message_id := coalesce(own.meta_message_id, outcome ->> 'platformMessageId');
                END IF;
            ELSIF own.status = 'sending' AND own.open_attempt_id = attempt THEN
                own.last_failure := cause;
                IF kind = 'permanent' THEN
                    own.failed_at := clock_timestamp();
                ELSIF kind <> 'unknown' THEN
                    own.status := 'claimed';
                END IF;
            END IF;
            IF own IS DISTINCT FROM before THEN
                IF NOT own.events @> jsonb_build_array(event) THEN
                    own.events := with_event(own.events, event || CASE kind WHEN 'accepted' THEN '{}'::jsonb
                        ELSE jsonb_build_object('failure', cause) END);
                END IF;
                own := store_facts(own);
            END IF;
            tracking := own;
            changed := own.status <> before.status;
            IF kind = 'accepted' AND own.mapping_id IS NOT NULL THEN
                IF recipient IS NOT NULL THEN
                    mapping := complete_customer(own.mapping_id, recipient ->> 'waId', recipient ->> 'userId',
                        recipient ->> 'parentUserId');
                    tracking.mapping_id := mapping.id;
                END IF;
                IF conversation IS NOT NULL THEN
                    UPDATE conversation_mappings SET conversation_id = conversation
                        WHERE id = tracking.mapping_id AND conversation_id IS DISTINCT FROM conversation;
                END IF;
            END IF;
            SELECT * INTO mapping FROM conversation_mappings WHERE id = tracking.mapping_id;
        END $$;
        """
}
