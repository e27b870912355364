extension TenantService {
    /// Version 222; the number goes on behind those of all services, because a database takes them in one order.
    static let addMessagingPolicies = "ALTER TABLE tenants ADD COLUMN policy jsonb"
}
