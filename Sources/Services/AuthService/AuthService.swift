import AuthServiceContract
import ContractRuntime
import Logging
import ServiceKit
import TenantServiceContract

/// Hands out tokens and webhook secrets. The only service that asks tenant-service for credentials in the clear.
public struct AuthService: AuthServiceHandler {
    let credentials: CredentialReader
    let genesysTokens: GenesysTokens
    let whatsAppTokens: WhatsAppTokens
    let expiries: TokenExpiries
    let operations: OperationsAnswers

    /// Creates the service.
    /// - Parameters:
    ///   - tenants: Calls tenant-service with the internal token.
    ///   - cache: Takes `tenant:…:oauth:token` and `tenant:…:whatsapp:token`; losing it costs speed only.
    ///   - addresses: Where Genesys is, if not where the tenant's region says.
    ///   - transport: Makes the transport to a Genesys login host, given its base address; asked once an hour and host.
    ///   - operations: Health and metrics of the process.
    ///   - logger: For what goes wrong.
    ///   - now: Milliseconds since 1970.
    ///   - clock: What waits for another process that fetches the same token.
    public init(
        tenants: TenantServiceClient,
        cache: any CacheStore,
        addresses: GenesysAddresses = GenesysAddresses(),
        transport: @escaping @Sendable (String) -> any ClientTransport,
        operations: OperationsAnswers,
        logger: Logger,
        now: @escaping @Sendable () -> Int64 = { WallClock.millisecondsSinceEpoch },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        let credentials = CredentialReader(tenants: tenants)
        self.credentials = credentials
        genesysTokens = GenesysTokens(
            credentials: credentials,
            cache: cache,
            login: GenesysLogin(addresses: addresses, transport: transport),
            logger: logger,
            now: now,
            clock: clock
        )
        whatsAppTokens = WhatsAppTokens(credentials: credentials, cache: cache, logger: logger)
        expiries = TokenExpiries(metrics: operations.metrics, now: now)
        self.operations = operations
    }

    /// Its routes; it has no background work.
    public var assembly: ServiceAssembly { ServiceAssembly(routes: routes) }
}
