import AuditLog
import ContractRuntime
import Database
import Logging
import ServiceKit
import SharedContract
import TenantServiceContract

/// Owns the tenants and their credentials, and tells the other services whose a number or an integration is.
public struct TenantService: TenantServiceHandler {
    /// Why a credential should not replace another; nil: its platform takes it.
    public typealias CredentialTrial = @Sendable (Credential, TrialSubject) async -> String?

    let database: DatabasePool
    let routeCache: RouteCache
    let vault: CredentialVault
    let trial: CredentialTrial
    let operations: OperationsAnswers
    let logger: Logger

    /// Creates the service.
    /// - Parameters:
    ///   - database: Where its tables are; ``migrations`` must have been applied.
    ///   - cache: Takes `phone:…` and `integration:…`; losing it costs speed only.
    ///   - cipher: Encrypts the credentials (ENCRYPTION_KEYS).
    ///   - trial: Tries what is about to replace a credential, ``CredentialTrials``.
    ///   - operations: Health and metrics of the process.
    ///   - logger: For what goes wrong.
    public init(
        database: DatabasePool,
        cache: any CacheStore,
        cipher: EnvelopeCipher,
        trial: @escaping CredentialTrial,
        operations: OperationsAnswers,
        logger: Logger
    ) {
        self.database = database
        routeCache = RouteCache(store: cache, logger: logger)
        vault = CredentialVault(cipher: cipher)
        self.trial = trial
        self.operations = operations
        self.logger = logger
    }

    /// Its routes; it has no background work. What a key of the public API changes stands in the audit log.
    public var assembly: ServiceAssembly {
        let log = AuditLog(database: database)
        return ServiceAssembly(
            routes: routes.map { $0.answeringUnavailable.recorded(in: log, logger: logger).answeringUnavailable })
    }
}
