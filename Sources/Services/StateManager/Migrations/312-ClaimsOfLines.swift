extension StateManager {
    /// Version 312. The functions of version 221 that claim, with the channel of a message.
    static let createClaimsOfLines = """
        CREATE FUNCTION resolve_address(
            tenant uuid, channel uuid, conversation text, address text, active_at timestamptz)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings := find_mapping(coalesce(channel, tenant), conversation, address);
        BEGIN
            IF result.id IS NULL THEN
                IF address ~ '^\\+?[0-9]{5,20}$' THEN
                    result := resolve_customer(
                        tenant, channel, ltrim(address, '+'), NULL, NULL, NULL, active_at, NULL);
                ELSIF address ~ '^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$' THEN
                    result := resolve_customer(tenant, channel, NULL, address, NULL, NULL, active_at, NULL);
                ELSE
                    RETURN NULL;
                END IF;
            END IF;
            UPDATE conversation_mappings SET
                conversation_id = coalesce(conversation, conversation_id),
                last_activity_at = greatest(last_activity_at, active_at)
            WHERE id = result.id RETURNING * INTO result;
            RETURN result;
        END $$;

        CREATE OR REPLACE FUNCTION claim_message(
            item jsonb, OUT outcome text, OUT tracking message_tracking, OUT mapping conversation_mappings)
        LANGUAGE plpgsql AS $$
        DECLARE
            tenant uuid := item ->> 'tenantId';
            channel uuid := item ->> 'channelId';
            inbound boolean := item ->> 'direction' = 'inbound';
            customer jsonb := item -> 'customer';
            received timestamptz := item ->> 'receivedAt';
            occurred timestamptz := item ->> 'occurredAt';
        BEGIN
            IF inbound THEN
                -- Once only: later somebody else may have the old number.
                IF item ? 'formerly' AND NOT EXISTS (SELECT FROM message_tracking WHERE tenant_id = tenant
                    AND direction = 'inbound' AND platform_message_id = item ->> 'platformMessageId')
                THEN PERFORM move_customer(coalesce(channel, tenant), item -> 'formerly', customer); END IF;
                mapping := resolve_customer(
                    tenant, channel, customer ->> 'waId', customer ->> 'userId', customer ->> 'parentUserId',
                    nullif(customer ->> 'displayName', ''), received,
                    -- What WhatsApp says of a customer opens no customer service window.
                    CASE WHEN item ->> 'messageType' <> 'system' THEN coalesce(occurred, received) END);
            ELSE
                mapping := resolve_address(
                    tenant, channel, item ->> 'conversationId', item ->> 'customerAddress', received);
            END IF;

            INSERT INTO message_tracking (
                tenant_id, mapping_id, conversation_id, meta_message_id, genesys_message_id, direction, status,
                message_type, media_type, media_url, last_failure, failed_at, trace_id, archive_key, occurred_at,
                received_at, events)
            VALUES (
                tenant, mapping.id,
                CASE WHEN NOT inbound THEN coalesce(item ->> 'conversationId', mapping.conversation_id) END,
                CASE WHEN inbound THEN item ->> 'platformMessageId' END,
                CASE WHEN NOT inbound THEN item ->> 'platformMessageId' END,
                item ->> 'direction', CASE WHEN mapping.id IS NULL THEN 'failed' ELSE 'claimed' END,
                item ->> 'messageType', item ->> 'mediaType', item ->> 'mediaUrl',
                CASE WHEN mapping.id IS NULL THEN jsonb_build_object(
                    'disposition', 'permanent', 'code', 'unknown-customer',
                    'reason', 'no customer belongs to this conversation') END,
                CASE WHEN mapping.id IS NULL THEN clock_timestamp() END,
                item ->> 'traceId', item ->> 'archiveKey', occurred, received,
                with_event('[]', jsonb_build_object(
                    'kind', 'claimed', 'occurredAt', utc_text(occurred), 'traceId', item ->> 'traceId')))
            ON CONFLICT (tenant_id, direction, platform_message_id) DO NOTHING
            RETURNING * INTO tracking;
            IF FOUND THEN
                outcome := CASE WHEN mapping.id IS NULL THEN 'unresolved' ELSE 'claimed' END;
                RETURN;
            END IF;

            SELECT * INTO tracking FROM message_tracking
                WHERE tenant_id = tenant AND direction = item ->> 'direction'
                AND platform_message_id = item ->> 'platformMessageId' FOR UPDATE;
            outcome := CASE tracking.status
                WHEN 'claimed' THEN 'resumed' WHEN 'sending' THEN 'unknownOutcome' ELSE 'duplicate' END;
            IF outcome = 'resumed' THEN
                -- Replayed after the customer became known, or still nobody's.
                IF tracking.mapping_id IS NULL AND mapping.id IS NOT NULL THEN
                    UPDATE message_tracking SET mapping_id = mapping.id, updated_at = clock_timestamp()
                        WHERE id = tracking.id RETURNING * INTO tracking;
                ELSIF tracking.mapping_id IS NULL THEN
                    UPDATE message_tracking SET status = 'failed', failed_at = clock_timestamp(),
                        updated_at = clock_timestamp() WHERE id = tracking.id RETURNING * INTO tracking;
                END IF;
            ELSIF outcome = 'duplicate' THEN
                UPDATE message_tracking SET events = with_event(events, jsonb_build_object(
                    'kind', 'duplicateRefused', 'traceId', item ->> 'traceId'))
                    WHERE id = tracking.id RETURNING * INTO tracking;
            END IF;
            IF tracking.mapping_id IS NULL THEN
                outcome := 'unresolved';
                mapping := NULL;
            ELSIF mapping.id IS DISTINCT FROM tracking.mapping_id THEN
                SELECT * INTO mapping FROM conversation_mappings WHERE id = tracking.mapping_id;
            END IF;
        END $$;
        """
}
