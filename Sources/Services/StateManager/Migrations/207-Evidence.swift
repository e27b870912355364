extension StateManager {
    /// Version 207. What the platforms report about a message after it was handed to them.
    static let createEvidenceFunctions = """
        -- Takes an item of the contract's `StatusBatch` (about an outbound message) or `ReceiptBatch` (about an inbound
        -- one). `known` is false for a message that was never claimed.
        CREATE FUNCTION record_evidence(
            item jsonb, evidence text, OUT known boolean, OUT changed boolean, OUT tracking message_tracking,
            OUT mapping conversation_mappings)
        LANGUAGE plpgsql AS $$
        DECLARE
            own message_tracking;
            before message_tracking;
            tenant uuid := item ->> 'tenantId';
            reported text := item ->> 'status';
            at_time timestamptz := coalesce(item ->> 'occurredAt', item ->> 'receivedAt');
            customer jsonb := item -> 'customer';
            event jsonb;
        BEGIN
            changed := false;
            IF evidence = 'status' THEN
                SELECT * INTO own FROM message_tracking
                    WHERE id = (item ->> 'trackingId')::uuid AND tenant_id = tenant
                    AND direction = 'outbound' FOR UPDATE;
                IF own.id IS NULL THEN
                    SELECT * INTO own FROM message_tracking
                        WHERE meta_message_id = item ->> 'wamid' AND tenant_id = tenant AND direction = 'outbound'
                        ORDER BY created_at LIMIT 1 FOR UPDATE;
                END IF;
            ELSE
                SELECT * INTO own FROM message_tracking
                    WHERE genesys_message_id = item ->> 'genesysMessageId' AND tenant_id = tenant
                    AND direction = 'inbound' ORDER BY created_at LIMIT 1 FOR UPDATE;
                IF own.id IS NULL THEN
                    SELECT * INTO own FROM message_tracking
                        WHERE platform_message_id = item ->> 'wamid' AND tenant_id = tenant
                        AND direction = 'inbound' FOR UPDATE;
                END IF;
            END IF;
            known := own.id IS NOT NULL;
            IF NOT known THEN RETURN; END IF;
            before := own;

            -- Whatever a platform says of a message proves that it took it.
            own.accepted_at := least(own.accepted_at, at_time);
            IF evidence = 'status' THEN
                own.meta_message_id := coalesce(own.meta_message_id, item ->> 'wamid');
            ELSE
                own.genesys_message_id := coalesce(own.genesys_message_id, item ->> 'genesysMessageId');
                own.conversation_id := coalesce(own.conversation_id, item ->> 'conversationId');
            END IF;
            CASE reported
                WHEN 'sent' THEN own.sent_at := least(own.sent_at, at_time);
                WHEN 'delivered' THEN own.delivered_at := least(own.delivered_at, at_time);
                WHEN 'read' THEN own.read_at := least(own.read_at, at_time);
                WHEN 'failed' THEN
                    -- Of several failures the earliest counts, so that their order does not matter.
                    IF own.failed_at IS NULL OR (at_time, (item -> 'failure')::text)
                        < (own.failed_at, own.last_failure::text) THEN
                        own.last_failure := item -> 'failure';
                    END IF;
                    own.failed_at := least(own.failed_at, at_time);
                ELSE NULL;
            END CASE;

            event := jsonb_strip_nulls(jsonb_build_object('kind', evidence || 'Reported', 'status', reported,
                'failure', item -> 'failure', 'occurredAt', utc_text((item ->> 'occurredAt')::timestamptz)));
            IF NOT own.events @> jsonb_build_array(event) THEN
                own.events := with_event(own.events, event || jsonb_build_object('traceId', item ->> 'traceId'));
            END IF;
            IF own IS DISTINCT FROM before THEN own := store_facts(own); END IF;
            tracking := own;
            changed := own.status <> before.status;

            IF customer IS NOT NULL AND own.mapping_id IS NOT NULL THEN
                mapping := complete_customer(own.mapping_id, customer ->> 'waId', customer ->> 'userId',
                    customer ->> 'parentUserId');
                tracking.mapping_id := mapping.id;
            END IF;
            IF before.accepted_at IS NULL AND item ? 'conversationId' THEN
                UPDATE conversation_mappings SET conversation_id = item ->> 'conversationId' WHERE id = own.mapping_id;
            END IF;
            SELECT * INTO mapping FROM conversation_mappings WHERE id = tracking.mapping_id;
        END $$;
        """
}
