import Database

extension AgentPortal {
    /// Everything that the tables of the portal need, in order; numbers 300 to 399.
    public static let migrations: [Migration] = [
        Migration(version: 301, name: "portal people and audit", sql: createPeopleAndAudit),
        Migration(version: 302, name: "portal check reports", sql: createCheckReports),
        Migration(version: 313, name: "portal check reports of channels", sql: createChannelReports),
        Migration(version: 323, name: "portal sign-in attempts", sql: createSignInAttempts),
        Migration(version: 342, name: "portal familiar places", sql: indexSignIns),
    ]

    /// Version 301. Applied migrations never change; a change is a new one.
    private static let createPeopleAndAudit = """
        CREATE TABLE portal_users (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            -- In lower case.
            name text NOT NULL UNIQUE,
            role text NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
            -- Null until the invitation is accepted.
            password_hash text,
            failed_attempts integer NOT NULL DEFAULT 0,
            locked_until timestamptz,
            is_disabled boolean NOT NULL DEFAULT false,
            last_sign_in_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        -- Of every token only the SHA-256 is stored.
        CREATE TABLE portal_sessions (
            token_digest bytea PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES portal_users (id) ON DELETE CASCADE,
            csrf_token text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_seen_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX portal_sessions_user ON portal_sessions (user_id);
        CREATE TABLE portal_invitations (
            user_id uuid PRIMARY KEY REFERENCES portal_users (id) ON DELETE CASCADE,
            token_digest bytea NOT NULL UNIQUE,
            expires_at timestamptz NOT NULL
        );
        -- Without foreign key: an entry outlives whom it is about.
        CREATE TABLE portal_audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            user_id uuid,
            user_name text,
            operation text NOT NULL,
            subject text,
            detail text,
            -- Null while it is not known how it ended.
            status integer,
            address text,
            trace_id text
        );
        CREATE INDEX portal_audit_user_name ON portal_audit (user_name, id DESC);
        """

    /// Version 302: what the checks of a tenant found last, by the service that ran them.
    private static let createCheckReports = """
        CREATE TABLE portal_check_reports (
            tenant_id uuid NOT NULL,
            part text NOT NULL,
            report jsonb NOT NULL,
            checked_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, part)
        );
        """

    /// Version 313: the same of channels.
    private static let createChannelReports = """
        CREATE TABLE portal_channel_reports (
            channel_id uuid NOT NULL,
            part text NOT NULL,
            report jsonb NOT NULL,
            checked_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (channel_id, part)
        );
        """

    /// Version 342: where a user has signed in from, found without reading what others tried.
    private static let indexSignIns = """
        CREATE INDEX portal_audit_sign_ins ON portal_audit (user_name, id DESC)
            WHERE operation = 'signIn' AND status = 303;
        """

    /// Version 323: wrong sign-ins of the last minutes, by address and by name.
    private static let createSignInAttempts = """
        CREATE TABLE portal_sign_in_attempts (
            key text PRIMARY KEY,
            attempts integer NOT NULL,
            -- When counting begins anew.
            until timestamptz NOT NULL
        );
        CREATE INDEX portal_sign_in_attempts_until ON portal_sign_in_attempts (until);
        """
}
