extension TenantService {
    /// Version 102. `credentials` holds the envelope and what may be shown of it, see `StoredCredential`.
    static let createTenantCredentials = """
        CREATE TABLE tenant_credentials (
            tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
            credential_type text NOT NULL CHECK (credential_type IN ('whatsapp', 'genesys')),
            credentials jsonb NOT NULL,
            -- Counts the changes, so that a key rotation never overwrites a newer credential.
            version bigint NOT NULL DEFAULT 1,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant_id, credential_type)
        );
        """
}
