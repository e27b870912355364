extension StateManager {
    /// Version 208. What a person needs to see and to mend: the words of a message, when it reached each state, and
    /// quarantined updates that can be looked into and routed again.
    static let extendThreadsAndQuarantine = """
        ALTER TABLE message_tracking ADD COLUMN text text;
        CREATE INDEX conversation_mappings_parent_user_id ON conversation_mappings (parent_user_id)
            WHERE parent_user_id IS NOT NULL;

        CREATE OR REPLACE FUNCTION tracking_document(m message_tracking) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT jsonb_strip_nulls(jsonb_build_object(
                'id', m.id, 'tenantId', m.tenant_id, 'mappingId', m.mapping_id,
                'conversationId', m.conversation_id, 'metaMessageId', m.meta_message_id,
                'genesysMessageId', m.genesys_message_id, 'direction', m.direction, 'status', m.status,
                'messageType', m.message_type, 'text', m.text, 'mediaType', m.media_type, 'mediaUrl', m.media_url,
                'attempts', m.attempts, 'lastFailure', m.last_failure, 'traceId', m.trace_id,
                'archiveKey', m.archive_key, 'occurredAt', utc_text(m.occurred_at),
                'receivedAt', utc_text(m.received_at), 'acceptedAt', utc_text(m.accepted_at))
                || jsonb_build_object(
                'sentAt', utc_text(m.sent_at), 'deliveredAt', utc_text(m.delivered_at),
                'readAt', utc_text(m.read_at), 'failedAt', utc_text(m.failed_at),
                'createdAt', utc_text(m.created_at), 'updatedAt', utc_text(m.updated_at)))
        $$;

        -- Conversations whose customer's number or name has `words` in it, or that `words` is an id of: of the customer,
        -- of the conversation, or of a message in it.
        CREATE FUNCTION find_conversations(tenant uuid, words text) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
            SELECT c.id FROM conversation_mappings c
            WHERE (tenant IS NULL OR c.tenant_id = tenant) AND (
                strpos(lower(c.contact_name), lower(btrim(words))) > 0
                OR length(regexp_replace(words, '[^0-9]', '', 'g')) >= 3 AND words !~ '[A-Za-z]'
                    AND strpos(c.wa_id || ' ' || coalesce(c.dialled_address, ''),
                        regexp_replace(words, '[^0-9]', '', 'g')) > 0
                OR btrim(words) IN (c.user_id, c.parent_user_id, c.conversation_id, c.id::text))
            UNION
            SELECT m.mapping_id FROM message_tracking m
            WHERE (m.meta_message_id = btrim(words) OR m.genesys_message_id = btrim(words)
                OR m.id = CASE WHEN btrim(words) ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                    THEN btrim(words)::uuid END)
                AND m.mapping_id IS NOT NULL AND (tenant IS NULL OR m.tenant_id = tenant)
        $$;

        -- Keeps the words of a message that was just claimed; what was kept once stays.
        CREATE FUNCTION keep_text(tracking message_tracking, words text)
        RETURNS message_tracking LANGUAGE plpgsql AS $$
        DECLARE
            result message_tracking := tracking;
        BEGIN
            IF tracking.text IS NULL AND words IS NOT NULL THEN
                UPDATE message_tracking SET text = words WHERE id = tracking.id RETURNING * INTO result;
            END IF;
            RETURN result;
        END $$;

        ALTER TABLE quarantined_updates
            ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
            ADD COLUMN content json,
            -- The message that routes it again, `{exchange, routingKey, messageName, payload}`.
            ADD COLUMN replay json,
            ADD COLUMN headers json,
            ADD COLUMN changed_by text,
            ADD COLUMN note text,
            ADD COLUMN updated_at timestamptz NOT NULL DEFAULT clock_timestamp();
        CREATE INDEX quarantined_updates_open ON quarantined_updates (created_at, id) WHERE state = 'open';

        CREATE FUNCTION quarantine_document(q quarantined_updates) RETURNS json LANGUAGE sql STABLE AS $$
            SELECT json_strip_nulls(json_build_object(
                'id', q.id, 'state', q.state, 'platform', q.platform, 'reason', q.reason, 'tenantId', q.tenant_id,
                'addressee', q.addressee, 'field', q.field, 'violations', q.violations,
                'receivedAt', utc_text(q.received_at), 'archiveKey', q.archive_key,
                'isReplayable', q.replay IS NOT NULL, 'note', q.note,
                'createdAt', utc_text(q.created_at), 'updatedAt', utc_text(q.updated_at)))
        $$;
        """
}
