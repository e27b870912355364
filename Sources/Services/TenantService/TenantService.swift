import ContractRuntime
import Database
import Logging
import ServiceKit
import TenantServiceContract

/// Owns the tenants and their credentials, and tells the other services whose a number or an integration is.
public struct TenantService: TenantServiceHandler {
    let database: DatabasePool
    let routeCache: RouteCache
    let vault: CredentialVault
    let operations: OperationsAnswers
    let logger: Logger

    /// Creates the service.
    /// - Parameters:
    ///   - database: Where its tables are; ``migrations`` must have been applied.
    ///   - cache: Takes `phone:…` and `integration:…`; losing it costs speed only.
    ///   - cipher: Encrypts the credentials (ENCRYPTION_KEYS).
    ///   - operations: Health and metrics of the process.
    ///   - logger: For what goes wrong.
    public init(
        database: DatabasePool,
        cache: any CacheStore,
        cipher: EnvelopeCipher,
        operations: OperationsAnswers,
        logger: Logger
    ) {
        self.database = database
        routeCache = RouteCache(store: cache, logger: logger)
        vault = CredentialVault(cipher: cipher)
        self.operations = operations
        self.logger = logger
    }

    /// Its routes; it has no background work.
    public var assembly: ServiceAssembly { ServiceAssembly(routes: routes.map(\.answeringUnavailable)) }
}
