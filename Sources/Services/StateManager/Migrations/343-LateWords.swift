extension StateManager {
    /// Version 343. The functions of versions 311 and 320 that complete and move customers: what a status or an answer says of
    /// its recipient completes who the customer is, and changes it no more once they said so themselves.
    ///
    /// A status names the number that its message went to. After a change of number it is the earlier one, which may be
    /// somebody else's by now: nothing may be sent there again.
    static let ignoreLateWords = """
        -- When a change of number or user id was followed.
        ALTER TABLE conversation_mappings ADD moved_at timestamptz;

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
            -- Who wrote or was announced is known; a number that an agent dialled may be of another form than WhatsApp's.
            IF own.last_inbound_at IS NOT NULL OR own.moved_at IS NOT NULL THEN
                IF canonical_number(number) <> own.number_key OR person <> own.user_id THEN RETURN own; END IF;
                number := coalesce(own.wa_id, number);
                parent := coalesce(own.parent_user_id, parent);
            END IF;
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

        CREATE OR REPLACE FUNCTION move_customer(of_line uuid, formerly jsonb, customer jsonb)
        RETURNS void LANGUAGE plpgsql AS $$
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
                parent_user_id = coalesce(customer ->> 'parentUserId', parent_user_id),
                moved_at = clock_timestamp()
            WHERE id = own.id;
        END $$;
        """
}
