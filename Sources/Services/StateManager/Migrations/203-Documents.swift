extension StateManager {
    /// Version 203. Rows as the documents of the contract, so that a row is decoded and validated like any other
    /// document.
    static let createDocumentFunctions = """
        CREATE FUNCTION utc_text(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        $$;

        CREATE FUNCTION microseconds(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
            SELECT (extract(epoch FROM moment) * 1000000)::bigint
        $$;

        CREATE FUNCTION tracking_document(m message_tracking) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT jsonb_strip_nulls(jsonb_build_object(
                'id', m.id, 'tenantId', m.tenant_id, 'mappingId', m.mapping_id,
                'conversationId', m.conversation_id, 'metaMessageId', m.meta_message_id,
                'genesysMessageId', m.genesys_message_id, 'direction', m.direction, 'status', m.status,
                'messageType', m.message_type, 'mediaType', m.media_type, 'mediaUrl', m.media_url,
                'attempts', m.attempts, 'lastFailure', m.last_failure, 'traceId', m.trace_id,
                'archiveKey', m.archive_key, 'occurredAt', utc_text(m.occurred_at),
                'receivedAt', utc_text(m.received_at), 'acceptedAt', utc_text(m.accepted_at),
                'createdAt', utc_text(m.created_at), 'updatedAt', utc_text(m.updated_at)))
        $$;

        CREATE FUNCTION mapping_document(c conversation_mappings) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN c.id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
                'id', c.id, 'tenantId', c.tenant_id,
                'customer', jsonb_build_object(
                    'waId', c.wa_id, 'userId', c.user_id, 'parentUserId', c.parent_user_id,
                    'displayName', c.contact_name),
                'conversationId', c.conversation_id, 'contactName', c.contact_name,
                'createdAt', utc_text(c.created_at), 'lastActivityAt', utc_text(c.last_activity_at),
                'lastInboundAt', utc_text(c.last_inbound_at))) END
        $$;

        CREATE FUNCTION dead_letter_document(d dead_letters) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT jsonb_strip_nulls(jsonb_build_object(
                'id', d.id, 'state', d.state, 'tenantId', d.tenant_id, 'trackingId', d.tracking_id,
                'direction', d.direction, 'service', d.service, 'cause', d.cause, 'attempts', d.attempts,
                'firstFailedAt', utc_text(d.first_failed_at), 'failedAt', utc_text(d.failed_at),
                'traceId', d.trace_id, 'exchange', d.exchange, 'routingKey', d.routing_key,
                'messageName', d.message_name, 'replays', d.replays, 'note', d.note,
                'createdAt', utc_text(d.created_at), 'updatedAt', utc_text(d.updated_at)))
        $$;

        -- The event behind the others, unless it is the 201st.
        CREATE FUNCTION with_event(events jsonb, event jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN jsonb_array_length(events) < 200 THEN events || jsonb_build_array(
                jsonb_strip_nulls(event || jsonb_build_object('recordedAt', utc_text(clock_timestamp()))))
            ELSE events END
        $$;
        """
}
