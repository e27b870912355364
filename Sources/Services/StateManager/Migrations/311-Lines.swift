extension StateManager {
    /// Version 311. A customer who writes to several numbers of a tenant has a conversation with each. A line is what
    /// customers are told apart on: the channel, or the tenant itself where its first number is meant, so that what was
    /// stored before stays what it is.
    static let createLines = """
        ALTER TABLE conversation_mappings
            ADD COLUMN channel_id uuid,
            ADD COLUMN line uuid GENERATED ALWAYS AS (coalesce(channel_id, tenant_id)) STORED;
        DROP INDEX conversation_mappings_number_key;
        DROP INDEX conversation_mappings_user_id;
        DROP INDEX conversation_mappings_conversation_id;
        DROP INDEX conversation_mappings_dialled_address;
        CREATE UNIQUE INDEX conversation_mappings_number_key ON conversation_mappings (line, number_key);
        CREATE UNIQUE INDEX conversation_mappings_user_id ON conversation_mappings (line, user_id);
        CREATE INDEX conversation_mappings_conversation_id ON conversation_mappings (line, conversation_id)
            WHERE conversation_id IS NOT NULL;
        CREATE INDEX conversation_mappings_dialled_address ON conversation_mappings (line, dialled_address)
            WHERE dialled_address IS NOT NULL;

        -- Genesys tells customers apart by integration and address, so an address is one of a line.
        ALTER TABLE customer_addresses RENAME COLUMN tenant_id TO line;

        -- Their first argument gets another name, or they get one more.
        DROP FUNCTION find_mapping(uuid, text, text);
        DROP FUNCTION move_customer(uuid, jsonb, jsonb);
        DROP FUNCTION resolve_address(uuid, text, text, timestamptz);
        DROP FUNCTION resolve_customer(uuid, text, text, text, text, timestamptz, timestamptz);

        CREATE OR REPLACE FUNCTION choose_genesys_address() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            choice text;
        BEGIN
            FOREACH choice IN ARRAY ARRAY[NEW.wa_id, NEW.user_id,
                coalesce(NEW.wa_id, NEW.user_id) || '-' || left(NEW.id::text, 8)] LOOP
                CONTINUE WHEN choice IS NULL;
                INSERT INTO customer_addresses (line, address, mapping_id) VALUES (NEW.line, choice, NEW.id)
                    ON CONFLICT DO NOTHING;
                IF FOUND THEN
                    UPDATE conversation_mappings SET genesys_address = choice,
                        genesys_id_type = CASE WHEN choice = NEW.wa_id THEN 'Phone' ELSE 'Opaque' END
                        WHERE id = NEW.id;
                    RETURN NULL;
                END IF;
            END LOOP;
            RAISE EXCEPTION 'no address is left for mapping %', NEW.id;
        END $$;

        CREATE FUNCTION find_mapping(of_line uuid, conversation text, address text)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings;
        BEGIN
            IF conversation IS NOT NULL THEN
                SELECT * INTO result FROM conversation_mappings
                    WHERE line = of_line AND conversation_id = conversation
                    ORDER BY last_activity_at DESC LIMIT 1;
                IF FOUND THEN RETURN result; END IF;
            END IF;
            SELECT c.* INTO result FROM customer_addresses a JOIN conversation_mappings c ON c.id = a.mapping_id
                WHERE a.line = of_line AND a.address IN (find_mapping.address, ltrim(find_mapping.address, '+'))
                LIMIT 1;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings
                WHERE line = of_line AND number_key = canonical_number(address);
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings WHERE line = of_line AND user_id = address;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings
                WHERE line = of_line AND dialled_address = ltrim(address, '+')
                ORDER BY last_activity_at DESC LIMIT 1;
            RETURN result;
        END $$;

        CREATE FUNCTION resolve_customer(
            tenant uuid, channel uuid, number text, person text, parent text, name text, active_at timestamptz,
            inbound_at timestamptz)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            of_line uuid := coalesce(channel, tenant);
            by_number conversation_mappings;
            by_person conversation_mappings;
            result conversation_mappings;
            made uuid;
        BEGIN
            LOOP
                by_person := NULL;
                SELECT * INTO by_number FROM conversation_mappings
                    WHERE line = of_line AND number_key = canonical_number(number) FOR UPDATE;
                IF by_number.user_id IS DISTINCT FROM person THEN
                    SELECT * INTO by_person FROM conversation_mappings
                        WHERE line = of_line AND user_id = person FOR UPDATE;
                END IF;
                IF by_number.id IS NULL AND by_person.id IS NULL THEN
                    INSERT INTO conversation_mappings AS c
                        (tenant_id, channel_id, wa_id, user_id, parent_user_id, contact_name, last_activity_at,
                        last_inbound_at)
                    VALUES (tenant, channel, number, person, parent, name, active_at, inbound_at)
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

        CREATE FUNCTION move_customer(of_line uuid, formerly jsonb, customer jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            own conversation_mappings;
            other conversation_mappings;
            number text := customer ->> 'waId';
            person text := customer ->> 'userId';
        BEGIN
            SELECT * INTO own FROM conversation_mappings
                WHERE line = of_line AND (number_key = canonical_number(formerly ->> 'waId')
                    OR user_id = formerly ->> 'userId')
                ORDER BY (user_id IS NOT DISTINCT FROM formerly ->> 'userId') DESC LIMIT 1 FOR UPDATE;
            IF own.id IS NULL THEN RETURN; END IF;
            FOR other IN SELECT * FROM conversation_mappings
                WHERE line = of_line AND id <> own.id
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
                'id', c.id, 'tenantId', c.tenant_id, 'channelId', c.channel_id,
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
        """
}
