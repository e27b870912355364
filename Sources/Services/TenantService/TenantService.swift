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
    /// Lets messages that wait for a tenant's credential follow. It is not told what becomes of it: without it they are tried
    /// again within a minute.
    public typealias CredentialNews =
        @Sendable (_ tenantID: String, _ type: CredentialType, _ traceparent: String) async -> Void

    let database: DatabasePool
    let routeCache: RouteCache
    let vault: CredentialVault
    let trial: CredentialTrial
    let news: CredentialNews
    let operations: OperationsAnswers
    let logger: Logger

    /// Creates the service.
    /// - Parameters:
    ///   - database: Where its tables are; ``migrations`` must have been applied.
    ///   - cache: Takes `phone:…` and `integration:…`; losing it costs speed only.
    ///   - cipher: Encrypts the credentials (ENCRYPTION_KEYS).
    ///   - trial: Tries what is about to replace a credential, ``CredentialTrials``.
    ///   - news: Told of each credential that was stored.
    ///   - operations: Health and metrics of the process.
    ///   - logger: For what goes wrong.
    public init(
        database: DatabasePool,
        cache: any CacheStore,
        cipher: EnvelopeCipher,
        trial: @escaping CredentialTrial,
        news: @escaping CredentialNews,
        operations: OperationsAnswers,
        logger: Logger
    ) {
        self.database = database
        routeCache = RouteCache(store: cache, logger: logger)
        vault = CredentialVault(cipher: cipher)
        self.trial = trial
        self.news = news
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
