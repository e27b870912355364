import ContractRuntime
import Database
import SharedContract

extension Row {
    /// A row of `tenants`.
    func tenant() throws -> Tenant {
        Tenant(
            id: try uuid("id"),
            name: try text("name"),
            phoneNumberId: try text("phone_number_id"),
            genesysIntegrationId: try textOptional("genesys_integration_id"),
            status: try tenantStatus(),
            policy: try policy(),
            createdAt: try dateTime("created_at"),
            updatedAt: try dateTime("updated_at")
        )
    }

    /// How the tenant's messages are treated; nil where the defaults hold.
    func policy() throws -> MessagingPolicy? {
        guard let text = try jsonOptional("policy") else { return nil }
        return try MessagingPolicy(json: Array(text.utf8))
    }

    /// A row of `tenant_channels`.
    func channel() throws -> Channel {
        Channel(
            id: try uuid("id"),
            tenantId: try uuid("tenant_id"),
            name: try text("name"),
            phoneNumberId: try text("phone_number_id"),
            displayPhoneNumber: try textOptional("display_phone_number"),
            wabaId: try textOptional("waba_id"),
            genesysIntegrationId: try textOptional("genesys_integration_id"),
            status: try tenantStatus(),
            createdAt: try dateTime("created_at"),
            updatedAt: try dateTime("updated_at")
        )
    }

    /// A row of the view `tenant_routes`.
    func route() throws(DatabaseError) -> TenantRoute {
        TenantRoute(
            tenantId: try uuid("tenant_id"),
            status: try tenantStatus(),
            channelId: try uuidOptional("channel_id"),
            phoneNumberId: try text("phone_number_id"),
            genesysIntegrationId: try textOptional("genesys_integration_id")
        )
    }

    /// A time in UTC with milliseconds.
    func dateTime(_ column: String) throws(DatabaseError) -> DateTime {
        let microseconds = try timestamp(column).microsecondsSinceEpoch
        return DateTime(millisecondsSinceEpoch: Int64((Double(microseconds) / 1_000).rounded(.down)))
    }

    private func tenantStatus() throws(DatabaseError) -> TenantStatus {
        guard let status = TenantStatus(rawValue: try text("status")) else {
            throw DatabaseError(.invalidRow, reason: "column status holds a word that the contract does not know")
        }
        return status
    }
}
