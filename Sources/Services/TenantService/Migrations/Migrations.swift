import Database

extension TenantService {
    /// Everything that the tables of this service need, in order; numbers 100 to 199, and what came later
    /// where its number stands.
    public static let migrations: [Migration] = [
        Migration(version: 101, name: "tenants", sql: createTenants),
        Migration(version: 102, name: "tenant credentials", sql: createTenantCredentials),
        Migration(version: 222, name: "messaging policies", sql: addMessagingPolicies),
        Migration(version: 310, name: "channels", sql: createChannels),
    ]
}
