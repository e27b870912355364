import AgentPortal
import AuditLog
import Database
import StateManager
import TenantService

/// What the tables of all services need, in the one order in which a database takes them.
enum RelayMigrations {
    static let all = (TenantService.migrations + StateManager.migrations + AgentPortal.migrations + AuditLog.migrations)
        .sorted { $0.version < $1.version }
}
