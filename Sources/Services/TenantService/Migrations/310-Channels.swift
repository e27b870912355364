extension TenantService {
    /// Version 310; the number goes on behind those of all services, because a database takes them in one order.
    ///
    /// `taken_addresses` keeps numbers and integrations apart across both tables; triggers write it, so that whatever
    /// changes a tenant or a channel meets its primary key.
    static let createChannels = """
        CREATE TABLE tenant_channels (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
            name text NOT NULL,
            phone_number_id text NOT NULL,
            display_phone_number text,
            waba_id text,
            genesys_integration_id text,
            status text NOT NULL CHECK (status IN ('active', 'suspended')),
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE INDEX tenant_channels_tenant ON tenant_channels (tenant_id, created_at, id);

        CREATE TABLE taken_addresses (
            kind text NOT NULL CHECK (kind IN ('number', 'integration')),
            address text NOT NULL,
            -- A tenant or a channel.
            owner uuid NOT NULL,
            PRIMARY KEY (kind, address)
        );
        CREATE INDEX taken_addresses_owner ON taken_addresses (owner);

        CREATE FUNCTION take_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                DELETE FROM taken_addresses WHERE owner = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO taken_addresses (kind, address, owner) VALUES ('number', NEW.phone_number_id, NEW.id);
                IF NEW.genesys_integration_id IS NOT NULL THEN
                    INSERT INTO taken_addresses (kind, address, owner)
                        VALUES ('integration', NEW.genesys_integration_id, NEW.id);
                END IF;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER take_addresses AFTER INSERT OR DELETE OR UPDATE OF phone_number_id, genesys_integration_id
            ON tenants FOR EACH ROW EXECUTE FUNCTION take_addresses();
        CREATE TRIGGER take_addresses AFTER INSERT OR DELETE OR UPDATE OF phone_number_id, genesys_integration_id
            ON tenant_channels FOR EACH ROW EXECUTE FUNCTION take_addresses();
        INSERT INTO taken_addresses (kind, address, owner)
            SELECT 'number', phone_number_id, id FROM tenants UNION ALL
            SELECT 'integration', genesys_integration_id, id FROM tenants WHERE genesys_integration_id IS NOT NULL;

        -- Every number with its integration, first ones and channels.
        CREATE VIEW tenant_routes AS
            SELECT id AS tenant_id, NULL::uuid AS channel_id, status, phone_number_id, genesys_integration_id
                FROM tenants
            UNION ALL
            SELECT c.tenant_id, c.id, CASE WHEN t.status = 'active' THEN c.status ELSE t.status END,
                c.phone_number_id, c.genesys_integration_id
                FROM tenant_channels c JOIN tenants t ON t.id = c.tenant_id;
        """
}
