extension StateManager {
    /// Version 204. Who a customer is. The wa_id leads, because Genesys knows the customer by it; a business-scoped
    /// user id moves to the number it was seen with last.
    static let createCustomerFunctions = """
        -- Makes one mapping of two; `keeper` stays.
        CREATE FUNCTION absorb_mapping(keeper conversation_mappings, other conversation_mappings)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings;
        BEGIN
            UPDATE message_tracking SET mapping_id = keeper.id WHERE mapping_id = other.id;
            DELETE FROM conversation_mappings WHERE id = other.id;
            UPDATE conversation_mappings SET
                user_id = coalesce(other.user_id, keeper.user_id),
                parent_user_id = coalesce(other.parent_user_id, keeper.parent_user_id),
                dialled_address = coalesce(keeper.dialled_address, other.dialled_address),
                conversation_id = CASE WHEN other.last_activity_at > keeper.last_activity_at
                    THEN coalesce(other.conversation_id, keeper.conversation_id)
                    ELSE coalesce(keeper.conversation_id, other.conversation_id) END,
                contact_name = coalesce(keeper.contact_name, other.contact_name),
                created_at = least(keeper.created_at, other.created_at),
                last_activity_at = greatest(keeper.last_activity_at, other.last_activity_at),
                last_inbound_at = greatest(keeper.last_inbound_at, other.last_inbound_at)
            WHERE id = keeper.id RETURNING * INTO result;
            RETURN result;
        END $$;

        -- The mapping of a customer, found by either id, made where there is none, merged where there are two.
        CREATE FUNCTION resolve_customer(
            tenant uuid, number text, person text, parent text, name text, active_at timestamptz,
            inbound_at timestamptz)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            by_number conversation_mappings;
            by_person conversation_mappings;
            result conversation_mappings;
        BEGIN
            LOOP
                by_person := NULL;
                SELECT * INTO by_number FROM conversation_mappings
                    WHERE tenant_id = tenant AND wa_id = number FOR UPDATE;
                IF by_number.user_id IS DISTINCT FROM person THEN
                    SELECT * INTO by_person FROM conversation_mappings
                        WHERE tenant_id = tenant AND user_id = person FOR UPDATE;
                END IF;
                IF by_number.id IS NULL AND by_person.id IS NULL THEN
                    INSERT INTO conversation_mappings AS c
                        (tenant_id, wa_id, user_id, parent_user_id, contact_name, last_activity_at, last_inbound_at)
                    VALUES (tenant, number, person, parent, name, active_at, inbound_at)
                    ON CONFLICT DO NOTHING RETURNING * INTO result;
                    IF FOUND THEN RETURN result; END IF;
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

        -- The mapping after WhatsApp has told more about its customer. A number that differs from the dialled one takes
        -- its place (Brazil, Mexico); the dialled one keeps leading here.
        CREATE FUNCTION complete_customer(mapping uuid, number text, person text, parent text)
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
                    WHERE tenant_id = own.tenant_id AND wa_id = number FOR UPDATE;
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

        -- The mapping that a Genesys conversation or address belongs to, the conversation first; nothing is made.
        CREATE FUNCTION find_mapping(tenant uuid, conversation text, address text)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings;
            number text := ltrim(address, '+');
        BEGIN
            IF conversation IS NOT NULL THEN
                SELECT * INTO result FROM conversation_mappings
                    WHERE tenant_id = tenant AND conversation_id = conversation
                    ORDER BY last_activity_at DESC LIMIT 1;
                IF FOUND THEN RETURN result; END IF;
            END IF;
            SELECT * INTO result FROM conversation_mappings WHERE tenant_id = tenant AND wa_id = number;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings WHERE tenant_id = tenant AND user_id = address;
            IF FOUND THEN RETURN result; END IF;
            SELECT * INTO result FROM conversation_mappings
                WHERE tenant_id = tenant AND dialled_address = number ORDER BY last_activity_at DESC LIMIT 1;
            RETURN result;
        END $$;
        """
}
