extension StateManager {
    /// Version 201. Applied migrations never change; a change is a new one.
    static let createConversationsAndMessages = """
        CREATE TABLE conversation_mappings (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            tenant_id uuid NOT NULL,
            wa_id text,
            user_id text,
            parent_user_id text,
            -- The number an agent dialled, where WhatsApp resolved it to another wa_id.
            dialled_address text,
            conversation_id text,
            contact_name text,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_activity_at timestamptz NOT NULL DEFAULT now(),
            last_inbound_at timestamptz,
            CONSTRAINT conversation_mappings_customer CHECK (wa_id IS NOT NULL OR user_id IS NOT NULL)
        );
        CREATE UNIQUE INDEX conversation_mappings_wa_id ON conversation_mappings (tenant_id, wa_id);
        CREATE UNIQUE INDEX conversation_mappings_user_id ON conversation_mappings (tenant_id, user_id);
        CREATE INDEX conversation_mappings_dialled_address ON conversation_mappings (tenant_id, dialled_address)
            WHERE dialled_address IS NOT NULL;
        CREATE INDEX conversation_mappings_conversation_id ON conversation_mappings (tenant_id, conversation_id)
            WHERE conversation_id IS NOT NULL;
        CREATE INDEX conversation_mappings_activity ON conversation_mappings (last_activity_at DESC, id DESC);

        CREATE TABLE message_tracking (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            tenant_id uuid NOT NULL,
            mapping_id uuid REFERENCES conversation_mappings (id),
            conversation_id text,
            meta_message_id text,
            genesys_message_id text,
            direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
            -- The id under which the message came; the key of its claim.
            platform_message_id text NOT NULL GENERATED ALWAYS AS (
                CASE direction WHEN 'inbound' THEN meta_message_id ELSE genesys_message_id END) STORED,
            status text NOT NULL CHECK (status IN
                ('claimed', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'dead_lettered')),
            message_type text NOT NULL,
            media_type text,
            media_url text,
            attempts integer NOT NULL DEFAULT 0,
            -- The attempt whose result is missing.
            open_attempt_id uuid,
            attempt_begun_at timestamptz,
            last_failure jsonb,
            trace_id text,
            archive_key text,
            occurred_at timestamptz,
            received_at timestamptz NOT NULL,
            -- When each state was reached, whatever the order in which that became known.
            accepted_at timestamptz,
            sent_at timestamptz,
            delivered_at timestamptz,
            read_at timestamptz,
            failed_at timestamptz,
            -- What happened, in order of recording, at most 200.
            events jsonb NOT NULL DEFAULT '[]',
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
        ) WITH (fillfactor = 80);
        CREATE UNIQUE INDEX message_tracking_claim
            ON message_tracking (tenant_id, direction, platform_message_id);
        CREATE INDEX message_tracking_meta_message_id ON message_tracking (meta_message_id);
        CREATE INDEX message_tracking_genesys_message_id ON message_tracking (genesys_message_id);
        CREATE INDEX message_tracking_mapping ON message_tracking (mapping_id, created_at DESC, id DESC);
        """
}
