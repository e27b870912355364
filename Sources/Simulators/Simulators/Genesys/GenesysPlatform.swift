import ContractRuntime
import ServiceKit
import SimulatorContract

/// What exists on the simulated Genesys Cloud: OAuth clients and their tokens, integrations, conversations, messages.
/// Every OAuth client is an organisation of its own: it sees its integrations and their conversations, and nothing else.
actor GenesysPlatform {
    struct Client: Sendable {
        let id: String
        var secret: Secret
        var requestsPerMinute: Int
        var tokenLifetimeSeconds: Int
        /// What its roles allow; nil: everything.
        var permissions: Set<String>?
        /// Beginning of the current minute of the rate limit, and the calls in it.
        var minuteBeganAt: Int64 = 0
        var calls = 0
    }

    struct Integration: Sendable {
        let id: String
        var clientID: String
        var name: String
        var webhookURL: String
        var secret: Secret
        var headers: [String: String] = [:]
        var receipts = true
        var createdAt: Int64
        var modifiedAt: Int64
        /// When its creation is complete.
        var readyAt: Int64
        /// Id of the message flow bound to it.
        var flowID: String?
        /// Media types of customers' files that its supported content profile lets in; nil: the default profile, all.
        var inboundMediaTypes: [String]?
    }

    private struct Token {
        let clientID: String
        let expiresAt: Int64
    }

    let configuration: GenesysSimulatorConfiguration
    let world: SimulatorWorld
    private var clients: [String: Client] = [:]
    var integrations: [String: Integration] = [:]
    private var tokens: [String: Token] = [:]
    var conversations: [String: GenesysConversation] = [:]
    var openConversations: [GenesysConversation.Key: String] = [:]
    var messages: [String: GenesysMessage] = [:]
    /// Files that agents send, and attachments of customers that were fetched.
    var files = FileShelf()

    init(configuration: GenesysSimulatorConfiguration, world: SimulatorWorld) {
        self.configuration = configuration
        self.world = world
    }

    // MARK: Clients and tokens

    /// Gives a token to a client.
    /// - Returns: The token and its lifetime in seconds.
    func issueToken(client id: String, secret: String) throws(TokenRefusal) -> (token: String, lifetimeSeconds: Int) {
        guard let client = clients[id] else { throw .unknownClient }
        guard client.secret == Secret(secret) else { throw .wrongSecret }
        let token = world.urlSafeToken(86)
        tokens[token] = Token(
            clientID: id,
            expiresAt: world.now() + Int64(client.tokenLifetimeSeconds) * 1_000
        )
        // Recorded answers to clients with the default lifetime of 86,400 s say 86,399.
        return (token, max(1, client.tokenLifetimeSeconds - 1))
    }

    /// Why no token was given.
    enum TokenRefusal: String, Error {
        case unknownClient = "client not found"
        case wrongSecret = "authentication failed"
    }

    /// Judges a token and counts the call against its client's limit for the minute.
    func admit(token: String) throws(GenesysRefusal) {
        let now = world.now()
        guard let found = tokens[token], found.expiresAt > now, var client = clients[found.clientID] else {
            throw .badCredential
        }
        if now - client.minuteBeganAt >= 60_000 {
            client.minuteBeganAt = now
            client.calls = 0
        }
        client.calls += 1
        clients[client.id] = client
        guard client.calls <= client.requestsPerMinute else {
            let left = 60_000 - (now - client.minuteBeganAt)
            throw .rateLimit(retryAfterSeconds: Int((left + 999) / 1_000))
        }
    }

    /// Judges whether the roles of a token's client allow an operation.
    func authorize(_ operation: String, token: String) throws(GenesysRefusal) {
        guard let needed = GenesysPermissions.needed(for: operation),
            let granted = clientID(ofToken: token).flatMap({ clients[$0]?.permissions }), !granted.contains(needed)
        else { return }
        throw .missingPermission(needed)
    }

    func clientID(ofToken token: String?) -> String? { token.flatMap { tokens[$0]?.clientID } }

    func revoke(token: String?) {
        if let token { tokens[token] = nil }
    }

    // MARK: Integrations

    func put(_ settings: SimulatedIntegration, id: String) {
        let now = world.now()
        var client =
            clients[settings.clientId]
            ?? Client(
                id: settings.clientId,
                secret: Secret(""),
                requestsPerMinute: configuration.requestsPerMinute,
                tokenLifetimeSeconds: configuration.tokenLifetimeSeconds
            )
        client.secret = Secret(settings.clientSecret)
        client.requestsPerMinute = settings.requestsPerMinute ?? configuration.requestsPerMinute
        client.tokenLifetimeSeconds = settings.tokenLifetimeSeconds ?? configuration.tokenLifetimeSeconds
        client.permissions = settings.permissions.map { Set($0) }
        clients[client.id] = client
        var integration =
            integrations[id]
            ?? Integration(
                id: id,
                clientID: client.id,
                name: settings.name,
                webhookURL: settings.webhookUrl,
                secret: Secret(""),
                createdAt: now,
                modifiedAt: now,
                readyAt: now
            )
        integration.clientID = client.id
        integration.name = settings.name
        integration.webhookURL = settings.webhookUrl
        integration.secret = Secret(settings.webhookSecret)
        integration.receipts = settings.receipts
        integration.inboundMediaTypes = settings.inboundMediaTypes == ["*/*"] ? nil : settings.inboundMediaTypes
        integration.modifiedAt = now
        integrations[id] = integration
    }

    /// Begins the creation of an integration, which takes a while.
    func create(name: String, url: String, secret: String, headers: [String: String], client id: String) -> Integration
    {
        let now = world.now()
        let integration = Integration(
            id: world.uuid(),
            clientID: id,
            name: name,
            webhookURL: url,
            secret: Secret(secret),
            headers: headers,
            createdAt: now,
            modifiedAt: now,
            readyAt: now + configuration.integrationCreationMilliseconds
        )
        integrations[integration.id] = integration
        return integration
    }

    /// An integration of the token's client.
    func integration(_ id: String, token: String?) throws(GenesysRefusal) -> Integration {
        guard let integration = integrations[id], integration.clientID == clientID(ofToken: token) else {
            throw .notFound
        }
        return integration
    }

    /// An integration whoever asks.
    func integration(_ id: String) -> Integration? { integrations[id] }

    func integrations(token: String?) -> [Integration] {
        let client = clientID(ofToken: token)
        return integrations.values.filter { $0.clientID == client }.sorted {
            ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
        }
    }

    func update(_ integration: Integration) {
        var integration = integration
        integration.modifiedAt = world.now()
        integrations[integration.id] = integration
    }

    func delete(integration id: String) { integrations[id] = nil }

    func webhookAccount(_ id: String) -> WebhookAccount? {
        integrations[id].map { WebhookAccount(id: id, url: $0.webhookURL, secret: $0.secret, headers: $0.headers) }
    }

    /// Forgets everything but clients and integrations.
    func reset() {
        tokens = [:]
        conversations = [:]
        openConversations = [:]
        messages = [:]
        for id in clients.keys {
            clients[id]?.minuteBeganAt = 0
            clients[id]?.calls = 0
        }
    }
}
