extension StateManager {
    /// Version 202. Payloads are `json`, not `jsonb`: kept character for character, and any JSON string fits.
    static let createDeadLettersAndQuarantine = """
        CREATE TABLE dead_letters (
            id uuid PRIMARY KEY,
            state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
            tenant_id uuid,
            tracking_id uuid,
            direction text,
            service text NOT NULL,
            cause jsonb NOT NULL,
            violations json NOT NULL DEFAULT '[]',
            attempts integer NOT NULL,
            first_failed_at timestamptz,
            failed_at timestamptz NOT NULL,
            trace_id text,
            exchange text NOT NULL,
            routing_key text NOT NULL,
            message_name text NOT NULL,
            headers json NOT NULL,
            payload json NOT NULL,
            replays integer NOT NULL DEFAULT 0,
            replayed_at timestamptz,
            replayed_by text,
            discarded_at timestamptz,
            discarded_by text,
            note text,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE INDEX dead_letters_created ON dead_letters (created_at DESC, id DESC);
        CREATE INDEX dead_letters_tenant ON dead_letters (tenant_id, created_at DESC, id DESC);
        CREATE INDEX dead_letters_open ON dead_letters (created_at DESC, id DESC) WHERE state = 'open';
        CREATE INDEX dead_letters_tracking ON dead_letters (tracking_id, created_at DESC);

        CREATE TABLE quarantined_updates (
            id uuid PRIMARY KEY,
            platform text NOT NULL,
            reason text NOT NULL,
            tenant_id uuid,
            addressee text,
            field text,
            violations json NOT NULL DEFAULT '[]',
            received_at timestamptz NOT NULL,
            archive_key text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE INDEX quarantined_updates_created ON quarantined_updates (created_at DESC, id DESC);
        CREATE INDEX quarantined_updates_reason ON quarantined_updates (reason, created_at DESC, id DESC);
        """
}
