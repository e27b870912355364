extension StateManager {
    /// Version 221. The functions of version 204 and 205 with numbers compared by `canonical_number` and changes of
    /// number and user id followed.
    static let createCustomerMoves = """
        CREATE OR REPLACE FUNCTION resolve_customer(
            tenant uuid, number text, person text, parent text, name text, active_at timestamptz,
            inbound_at timestamptz)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            by_number conversation_mappings;
            by_person conversation_mappings;
            result conversation_mappings;
            made uuid;
        BEGIN
            LOOP
                by_person := NULL;
                SELECT * INTO by_number FROM conversation_mappings
                    WHERE tenant_id = tenant AND number_key = canonical_number(number) FOR UPDATE;
                IF by_number.user_id IS DISTINCT FROM person THEN
                    SELECT * INTO by_person FROM conversation_mappings
                        WHERE tenant_id = tenant AND user_id = person FOR UPDATE;
                END IF;
                IF by_number.id IS NULL AND by_person.id IS NULL THEN
                    INSERT INTO conversation_mappings AS c
                        (tenant_id, wa_id, user_id, parent_user_id, contact_name, last_activity_at, last_inbound_at)
                    VALUES (tenant, number, person, parent, name, active_at, inbound_at)
                    ON CONFLICT DO NOTHING RETURNING id INTO made;
                    IF FOUND THEN
                        -- Read again: its address was chosen after it was made.
                        SELECT * INTO result FROM conversation_mappings WHERE id = made;
                        RETURN result;
                    END IF;
                    -- Somebody else made it meanwhile: look again.
                    CONTINUE;
                END IF;
                IF by_number.id IS NOT NULL AND by_person.id IS NOT NULL THEN
                    IF by_person.wa_id IS NULL THEN
                        by_number := absorb_mapping(by_number, by_person);
                    ELSE
                        UPDATE conversation_mappings SET user_id = NULL WHERE id = by_person.id;
                    END IF;
                END IF;
                UPDATE conversation_mappings SET
                    wa_id = coalesce(number, wa_id),
                    user_id = coalesce(person, user_id),
                    parent_user_id = coalesce(parent, parent_user_id),
                    contact_name = coalesce(name, contact_name),
                    last_activity_at = greatest(last_activity_at, active_at),
                    last_inbound_at = greatest(last_inbound_at, inbound_at)
                WHERE id = coalesce(by_number.id, by_person.id) RETURNING * INTO result;
                RETURN result;
            END LOOP;
        END $$;

        CREATE OR REPLACE FUNCTION complete_customer(mapping uuid, number text, person text, parent text)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            own conversation_mappings;
            other conversation_mappings;
        BEGIN
            SELECT * INTO own FROM conversation_mappings WHERE id = mapping FOR UPDATE;
            IF own.id IS NULL OR (coalesce(number, own.wa_id) IS NOT DISTINCT FROM own.wa_id
                AND coalesce(person, own.user_id) IS NOT DISTINCT FROM own.user_id
                AND coalesce(parent, own.parent_user_id) IS NOT DISTINCT FROM own.parent_user_id)
            THEN RETURN own; END IF;
            IF number IS NOT NULL AND own.wa_id IS DISTINCT FROM number THEN
                SELECT * INTO other FROM conversation_mappings
                    WHERE tenant_id = own.tenant_id AND number_key = canonical_number(number) AND id <> own.id FOR UPDATE;
                IF other.id IS NULL THEN
                    UPDATE conversation_mappings SET dialled_address = coalesce(wa_id, dialled_address), wa_id = number
                        WHERE id = own.id RETURNING * INTO own;
                ELSE
                    own.dialled_address := coalesce(own.wa_id, own.dialled_address);
                    own := absorb_mapping(other, own);
                END IF;
            END IF;
            RETURN resolve_customer(
                own.tenant_id, own.wa_id, coalesce(person, own.user_id), parent, NULL, own.last_activity_at, NULL);
        END $$;

        CREATE OR REPLACE FUNCTION find_mapping(tenant uuid, conversation text, address text)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings;
        BEGIN
            IF conversation IS NOT NULL THEN
                SELECT * INTO result FROM conversation_mappings
                    WHERE tenant_id = tenant AND conversation_id = conversation
                    ORDER BY last_activity_at DESC LIMIT 1;
                IF FOUND THEN RETURN result; END IF;
            END IF;
            SELECT c.* INTO result FROM customer_addresses a JOIN conversation_mappings c ON c.id = a.mapping_id
                WHERE a.tenant_id = tenant AND a.address IN (find_mapping.address, ltrim(find_mapping.address, '+'))
                LIMIT 1;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings
                WHERE tenant_id = tenant AND number_key = canonical_number(address);
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings WHERE tenant_id = tenant AND user_id = address;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings
                WHERE tenant_id = tenant AND dialled_address = ltrim(address, '+')
                ORDER BY last_activity_at DESC LIMIT 1;
            RETURN result;
        END $$;

        -- The customer's mapping follows them to a new number or user id. The old number is free for whoever gets it
        -- next; the address in Genesys stays. A new number makes a new user id (business-scoped user ids, 2026), so the
        -- old one is forgotten.
        CREATE FUNCTION move_customer(tenant uuid, formerly jsonb, customer jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            own conversation_mappings;
            other conversation_mappings;
            number text := customer ->> 'waId';
            person text := customer ->> 'userId';
        BEGIN
            SELECT * INTO own FROM conversation_mappings
                WHERE tenant_id = tenant AND (number_key = canonical_number(formerly ->> 'waId')
                    OR user_id = formerly ->> 'userId')
                ORDER BY (user_id IS NOT DISTINCT FROM formerly ->> 'userId') DESC LIMIT 1 FOR UPDATE;
            IF own.id IS NULL THEN RETURN; END IF;
            FOR other IN SELECT * FROM conversation_mappings
                WHERE tenant_id = tenant AND id <> own.id
                AND (number_key = canonical_number(number) OR user_id = person) FOR UPDATE
            LOOP
                own := absorb_mapping(own, other);
            END LOOP;
            UPDATE conversation_mappings SET
                wa_id = coalesce(number, wa_id),
                user_id = CASE WHEN number IS NULL THEN coalesce(person, user_id) ELSE person END,
                parent_user_id = coalesce(customer ->> 'parentUserId', parent_user_id)
            WHERE id = own.id;
        END $$;

        CREATE OR REPLACE FUNCTION mapping_document(c conversation_mappings) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN c.id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
                'id', c.id, 'tenantId', c.tenant_id,
                'customer', jsonb_build_object(
                    'waId', c.wa_id, 'userId', c.user_id, 'parentUserId', c.parent_user_id,
                    'displayName', c.contact_name),
                'genesysAddress', CASE WHEN c.genesys_address IS NOT NULL THEN
                    jsonb_build_object('id', c.genesys_address, 'idType', c.genesys_id_type,
                        'nickname', c.contact_name) END,
                'conversationId', c.conversation_id, 'contactName', c.contact_name,
                'createdAt', utc_text(c.created_at), 'lastActivityAt', utc_text(c.last_activity_at),
                'lastInboundAt', utc_text(c.last_inbound_at))) END
        $$;

        CREATE OR REPLACE FUNCTION claim_message(
            item jsonb, OUT outcome text, OUT tracking message_tracking, OUT mapping conversation_mappings)
        LANGUAGE plpgsql AS $$
        DECLARE
            tenant uuid := item ->> 'tenantId';
            inbound boolean := item ->> 'direction' = 'inbound';
            customer jsonb := item -> 'customer';
            received timestamptz := item ->> 'receivedAt';
            occurred timestamptz := item ->> 'occurredAt';
        BEGIN
            IF inbound THEN
                -- Once only: later somebody else may have the old number.
                IF item ? 'formerly' AND NOT EXISTS (SELECT FROM message_tracking WHERE tenant_id = tenant
                    AND direction = 'inbound' AND platform_message_id = item ->> 'platformMessageId')
                THEN PERFORM move_customer(tenant, item -> 'formerly', customer); END IF;
                mapping := resolve_customer(
                    tenant, customer ->> 'waId', customer ->> 'userId', customer ->> 'parentUserId',
                    nullif(customer ->> 'displayName', ''), received,
                    -- What WhatsApp says of a customer opens no customer service window.
                    CASE WHEN item ->> 'messageType' <> 'system' THEN coalesce(occurred, received) END);
            ELSE
                mapping := resolve_address(
                    tenant, item ->> 'conversationId', item ->> 'customerAddress', received);
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

        -- The options of structured messages, so that a choice comes back as its sender wants it.
        CREATE TABLE structured_messages (
            tenant_id uuid NOT NULL,
            genesys_message_id text NOT NULL,
            options jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, genesys_message_id)
        );
        """
}
