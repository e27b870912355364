extension StateManager {
    /// Version 320. The functions that every message runs through, in the language whose plans a connection keeps:
    /// PostgreSQL reads and plans the text of a function in SQL at each statement that cannot take it in as an expression.
    /// And a customer of whom nothing new is known is not locked, so that batches of many messages do not wait for each
    /// other.
    ///
    /// Indexes begin with what tells rows apart. Where the tenant came first, the server read all messages of a tenant to find
    /// one, until the table was analysed for the first time: it expected few behind any condition on two columns.
    static let makeFunctionsQuick = """
        DROP INDEX message_tracking_claim, message_tracking_meta_message_id, message_tracking_genesys_message_id;
        CREATE UNIQUE INDEX message_tracking_claim ON message_tracking (platform_message_id, tenant_id, direction);
        CREATE INDEX message_tracking_meta_message_id ON message_tracking (meta_message_id, tenant_id, direction);
        CREATE INDEX message_tracking_genesys_message_id ON message_tracking (genesys_message_id, tenant_id, direction);
        DROP INDEX conversation_mappings_number_key, conversation_mappings_user_id,
            conversation_mappings_conversation_id, conversation_mappings_dialled_address;
        CREATE UNIQUE INDEX conversation_mappings_number_key ON conversation_mappings (number_key, line);
        CREATE UNIQUE INDEX conversation_mappings_user_id ON conversation_mappings (user_id, line);
        CREATE INDEX conversation_mappings_conversation_id ON conversation_mappings (conversation_id, line)
            WHERE conversation_id IS NOT NULL;
        CREATE INDEX conversation_mappings_dialled_address ON conversation_mappings (dialled_address, line)
            WHERE dialled_address IS NOT NULL;

        CREATE OR REPLACE FUNCTION tracking_document(m message_tracking) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN jsonb_strip_nulls(jsonb_build_object(
                'id', m.id, 'tenantId', m.tenant_id, 'mappingId', m.mapping_id,
                'conversationId', m.conversation_id, 'metaMessageId', m.meta_message_id,
                'genesysMessageId', m.genesys_message_id, 'direction', m.direction, 'status', m.status,
                'messageType', m.message_type, 'text', m.text, 'mediaType', m.media_type, 'mediaUrl', m.media_url,
                'attempts', m.attempts, 'lastFailure', m.last_failure, 'traceId', m.trace_id,
                'archiveKey', m.archive_key, 'occurredAt', utc_text(m.occurred_at),
                'receivedAt', utc_text(m.received_at), 'acceptedAt', utc_text(m.accepted_at),
                'sentAt', utc_text(m.sent_at), 'deliveredAt', utc_text(m.delivered_at),
                'readAt', utc_text(m.read_at), 'failedAt', utc_text(m.failed_at),
                'createdAt', utc_text(m.created_at), 'updatedAt', utc_text(m.updated_at)));
        END $$;

        CREATE OR REPLACE FUNCTION mapping_document(c conversation_mappings) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
        BEGIN
            IF c.id IS NULL THEN RETURN NULL; END IF;
            RETURN jsonb_strip_nulls(jsonb_build_object(
                'id', c.id, 'tenantId', c.tenant_id, 'channelId', c.channel_id,
                'customer', jsonb_build_object(
                    'waId', c.wa_id, 'userId', c.user_id, 'parentUserId', c.parent_user_id,
                    'displayName', c.contact_name),
                'genesysAddress', CASE WHEN c.genesys_address IS NOT NULL THEN
                    jsonb_build_object('id', c.genesys_address, 'idType', c.genesys_id_type,
                        'nickname', c.contact_name) END,
                'conversationId', c.conversation_id, 'contactName', c.contact_name,
                'createdAt', utc_text(c.created_at), 'lastActivityAt', utc_text(c.last_activity_at),
                'lastInboundAt', utc_text(c.last_inbound_at)));
        END $$;

        CREATE OR REPLACE FUNCTION with_event(events jsonb, event jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            IF jsonb_array_length(events) >= 200 THEN RETURN events; END IF;
            RETURN events || jsonb_build_array(
                jsonb_strip_nulls(event || jsonb_build_object('recordedAt', utc_text(clock_timestamp()))));
        END $$;

        -- Only Argentina, Brazil and Mexico have variants, and their country codes begin alike.
        CREATE OR REPLACE FUNCTION canonical_number(number text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            digits text := ltrim(number, '+');
        BEGIN
            IF digits IS NULL OR left(digits, 1) <> '5' THEN RETURN digits; END IF;
            RETURN CASE
                WHEN digits ~ '^55[1-9][0-9]9[6-9][0-9]{7}$' THEN left(digits, 4) || right(digits, 8)
                WHEN digits ~ '^549[0-9]{10}$' THEN '54' || right(digits, 10)
                WHEN digits ~ '^541115[0-9]{8}$' THEN '5411' || right(digits, 8)
                WHEN digits ~ '^54[23][0-9]{2}15[0-9]{7}$' THEN left(digits, 5) || right(digits, 7)
                WHEN digits ~ '^54[23][0-9]{3}15[0-9]{6}$' THEN left(digits, 6) || right(digits, 6)
                WHEN digits ~ '^521[0-9]{10}$' THEN '52' || right(digits, 10)
                ELSE digits END;
        END $$;

        CREATE OR REPLACE FUNCTION complete_customer(mapping uuid, number text, person text, parent text)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            own conversation_mappings;
            other conversation_mappings;
        BEGIN
            SELECT * INTO own FROM conversation_mappings WHERE id = mapping;
            IF own.id IS NULL OR (coalesce(number, own.wa_id) IS NOT DISTINCT FROM own.wa_id
                AND coalesce(person, own.user_id) IS NOT DISTINCT FROM own.user_id
                AND coalesce(parent, own.parent_user_id) IS NOT DISTINCT FROM own.parent_user_id)
            THEN RETURN own; END IF;
            SELECT * INTO own FROM conversation_mappings WHERE id = mapping FOR UPDATE;
            IF own.id IS NULL THEN RETURN own; END IF;
            IF number IS NOT NULL AND own.wa_id IS DISTINCT FROM number THEN
                SELECT * INTO other FROM conversation_mappings
                    WHERE line = own.line AND number_key = canonical_number(number) AND id <> own.id FOR UPDATE;
                IF other.id IS NULL THEN
                    UPDATE conversation_mappings SET dialled_address = coalesce(wa_id, dialled_address), wa_id = number
                        WHERE id = own.id RETURNING * INTO own;
                ELSE
                    own.dialled_address := coalesce(own.wa_id, own.dialled_address);
                    own := absorb_mapping(other, own);
                END IF;
            END IF;
            RETURN resolve_customer(
                own.tenant_id, own.channel_id, own.wa_id, coalesce(person, own.user_id), parent, NULL,
                own.last_activity_at, NULL);
        END $$;
        """
}
