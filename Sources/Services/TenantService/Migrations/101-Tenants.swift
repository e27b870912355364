extension TenantService {
    /// Version 101. Applied migrations never change; a change is a new one.
    static let createTenants = """
        CREATE TABLE tenants (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            name text NOT NULL,
            phone_number_id text NOT NULL,
            genesys_integration_id text,
            status text NOT NULL CHECK (status IN ('active', 'suspended')),
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT tenants_phone_number_id UNIQUE (phone_number_id),
            CONSTRAINT tenants_genesys_integration_id UNIQUE (genesys_integration_id)
        );
        CREATE INDEX tenants_created ON tenants (created_at DESC, id DESC);
        """
}
