public import AuthServiceContract
public import ContractRuntime
import SharedContract
import Synchronization

/// auth-service with webhook secrets and tokens in memory; everything else fails.
public final class FakeSecrets: AuthServiceHandler {
    private struct State {
        var secrets: [String: WebhookSecrets] = [:]
        var isDown = false
        var givesNoTokens = false
        var tokenFetches = 0
        var fetches = 0
        var whatsAppToken: WhatsAppToken?
        var genesysToken: GenesysToken?
    }

    private let state = Mutex(State())

    /// Without secrets.
    public init() {}

    /// Sets what verifies a tenant's webhooks.
    public func set(_ secrets: WebhookSecrets, of tenantID: String) {
        state.withLock { $0.secrets[tenantID] = secrets }
    }

    /// Sets the token of every tenant for the Graph API.
    public func set(_ token: WhatsAppToken) { state.withLock { $0.whatsAppToken = token } }

    /// Sets the token of every tenant for Genesys.
    public func set(_ token: GenesysToken) { state.withLock { $0.genesysToken = token } }

    /// From now on answers 503, or no longer.
    public func isDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// From now on answers 503 to those who ask for Genesys tokens, or no longer.
    public func givesNoTokens(_ givesNone: Bool) { state.withLock { $0.givesNoTokens = givesNone } }

    /// How often Genesys tokens were asked for.
    public var tokenFetchCount: Int { state.withLock { $0.tokenFetches } }

    /// How often secrets were fetched.
    public var fetchCount: Int { state.withLock { $0.fetches } }

    /// A client that calls it in this process, contract and token checked.
    public var client: AuthServiceClient {
        AuthServiceClient(
            transport: InProcessTransport { [self] in
                RouteTable(routes: self.routes, authenticator: InternalToken.authenticator)
            },
            credentials: InternalToken.credentials)
    }

    /// Answers the operation.
    public func getWebhookSecrets(
        _ input: GetWebhookSecrets.Input, _ context: RequestContext
    ) async throws -> GetWebhookSecrets.Output {
        state.withLock { state in
            state.fetches += 1
            if state.isDown { return .serviceUnavailable(.unavailable, retryAfter: nil) }
            return state.secrets[input.tenantId].map { .ok($0) } ?? .notFound(.notFound)
        }
    }

    /// Answers the operation.
    public func getGenesysToken(_ input: GetGenesysToken.Input, _ context: RequestContext) async throws
        -> GetGenesysToken.Output
    {
        state.withLock { state in
            state.tokenFetches += 1
            if state.givesNoTokens { return .serviceUnavailable(.unavailable, retryAfter: nil) }
            return state.genesysToken.map { .ok($0) } ?? .notFound(.notFound)
        }
    }

    /// Answers the operation.
    public func tryGenesysCredential(
        _ input: TryGenesysCredential.Input, _ context: RequestContext
    ) async throws -> TryGenesysCredential.Output { throw Unexpected() }

    /// Answers the operation.
    public func getWhatsAppToken(_ input: GetWhatsAppToken.Input, _ context: RequestContext) async throws
        -> GetWhatsAppToken.Output
    {
        state.withLock(\.whatsAppToken).map { .ok($0) } ?? .notFound(.notFound)
    }

    /// Answers the operation.
    public func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        throw Unexpected()
    }
}
