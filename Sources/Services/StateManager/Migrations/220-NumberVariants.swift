extension StateManager {
    /// Version 220. One customer, one conversation: under whichever form of the number, after a change of number or user
    /// id, and always under the same address in Genesys.
    static let createNumberVariants = """
        -- The form by which numbers are compared. Brazil: accounts from before the ninth digit go without it (mobile
        -- numbers of then start with 6 to 9). Argentina: mobile numbers have a 9 behind the country code abroad, a 15
        -- behind the area code at home. Mexico: mobile numbers had a 1 behind the country code until 2020. WhatsApp names
        -- a customer by one form and may be dialled by another (send messages, December 2025).
        CREATE FUNCTION canonical_number(number text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN digits ~ '^55[1-9][0-9]9[6-9][0-9]{7}$' THEN left(digits, 4) || right(digits, 8)
                WHEN digits ~ '^549[0-9]{10}$' THEN '54' || right(digits, 10)
                WHEN digits ~ '^541115[0-9]{8}$' THEN '5411' || right(digits, 8)
                WHEN digits ~ '^54[23][0-9]{2}15[0-9]{7}$' THEN left(digits, 5) || right(digits, 7)
                WHEN digits ~ '^54[23][0-9]{3}15[0-9]{6}$' THEN left(digits, 6) || right(digits, 6)
                WHEN digits ~ '^521[0-9]{10}$' THEN '52' || right(digits, 10)
                ELSE digits END
            FROM (SELECT ltrim(number, '+') AS digits) AS form
        $$;

        ALTER TABLE conversation_mappings
            ADD COLUMN number_key text GENERATED ALWAYS AS (canonical_number(wa_id)) STORED,
            -- As whom Genesys knows the customer; see customer_addresses.
            ADD COLUMN genesys_address text,
            ADD COLUMN genesys_id_type text CHECK (genesys_id_type IN ('Phone', 'Opaque'));

        -- Every address under which Genesys has ever met a customer leads to the one mapping they have now.
        CREATE TABLE customer_addresses (
            tenant_id uuid NOT NULL,
            address text NOT NULL,
            mapping_id uuid NOT NULL REFERENCES conversation_mappings (id) ON DELETE CASCADE,
            PRIMARY KEY (tenant_id, address)
        );
        CREATE INDEX customer_addresses_mapping ON customer_addresses (mapping_id);

        -- Makes one mapping of two; `keeper` stays. The conversation, and with it the address, is that of the later
        -- activity.
        CREATE OR REPLACE FUNCTION absorb_mapping(keeper conversation_mappings, other conversation_mappings)
        RETURNS conversation_mappings LANGUAGE plpgsql AS $$
        DECLARE
            result conversation_mappings;
            is_later boolean := other.last_activity_at > keeper.last_activity_at;
        BEGIN
            UPDATE message_tracking SET mapping_id = keeper.id WHERE mapping_id = other.id;
            UPDATE customer_addresses SET mapping_id = keeper.id WHERE mapping_id = other.id;
            DELETE FROM conversation_mappings WHERE id = other.id;
            UPDATE conversation_mappings SET
                user_id = coalesce(other.user_id, keeper.user_id),
                parent_user_id = coalesce(other.parent_user_id, keeper.parent_user_id),
                dialled_address = coalesce(keeper.dialled_address, other.dialled_address),
                conversation_id = CASE WHEN is_later
                    THEN coalesce(other.conversation_id, keeper.conversation_id)
                    ELSE coalesce(keeper.conversation_id, other.conversation_id) END,
                genesys_address = CASE WHEN is_later
                    THEN coalesce(other.genesys_address, keeper.genesys_address)
                    ELSE coalesce(keeper.genesys_address, other.genesys_address) END,
                genesys_id_type = CASE WHEN is_later
                    THEN coalesce(other.genesys_id_type, keeper.genesys_id_type)
                    ELSE coalesce(keeper.genesys_id_type, other.genesys_id_type) END,
                contact_name = coalesce(keeper.contact_name, other.contact_name),
                created_at = least(keeper.created_at, other.created_at),
                last_activity_at = greatest(keeper.last_activity_at, other.last_activity_at),
                last_inbound_at = greatest(keeper.last_inbound_at, other.last_inbound_at)
            WHERE id = keeper.id RETURNING * INTO result;
            RETURN result;
        END $$;

        -- Mappings made before numbers were compared: two forms of one number become one mapping.
        DO $$
        DECLARE
            pair record;
        BEGIN
            LOOP
                SELECT keeper, other INTO pair
                    FROM conversation_mappings AS keeper JOIN conversation_mappings AS other
                    ON keeper.tenant_id = other.tenant_id AND keeper.number_key = other.number_key
                    AND (keeper.created_at, keeper.id) < (other.created_at, other.id) LIMIT 1;
                EXIT WHEN NOT FOUND;
                PERFORM absorb_mapping(pair.keeper, pair.other);
            END LOOP;
        END $$;
        DROP INDEX conversation_mappings_wa_id;
        CREATE UNIQUE INDEX conversation_mappings_number_key ON conversation_mappings (tenant_id, number_key);

        -- Genesys knows the mappings of before by number or user id.
        UPDATE conversation_mappings SET genesys_address = coalesce(wa_id, user_id),
            genesys_id_type = CASE WHEN wa_id IS NULL THEN 'Opaque' ELSE 'Phone' END;
        INSERT INTO customer_addresses (tenant_id, address, mapping_id)
            SELECT tenant_id, genesys_address, id FROM conversation_mappings;

        -- The address of a new mapping: the number, else the user id; where somebody else had the number before, one
        -- that is nobody's.
        CREATE FUNCTION choose_genesys_address() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            choice text;
        BEGIN
            FOREACH choice IN ARRAY ARRAY[NEW.wa_id, NEW.user_id,
                coalesce(NEW.wa_id, NEW.user_id) || '-' || left(NEW.id::text, 8)] LOOP
                CONTINUE WHEN choice IS NULL;
                INSERT INTO customer_addresses (tenant_id, address, mapping_id) VALUES (NEW.tenant_id, choice, NEW.id)
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
        CREATE TRIGGER choose_genesys_address AFTER INSERT ON conversation_mappings
            FOR EACH ROW EXECUTE FUNCTION choose_genesys_address();
        """
}
