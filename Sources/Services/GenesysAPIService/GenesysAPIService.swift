public import AuthServiceContract
public import ContractRuntime
import FoundationEssentials
public import GenesysAPIServiceContract
public import Logging
public import PlatformBudget
public import ServiceKit
import StateManagerBatches
public import StateManagerContract

/// Sends to Genesys Cloud Open Messaging: token, intent, call, result. Holds what the operations of the contract need;
/// each operation has its own file.
///
/// A message is never sent twice by this service: see `SendMessage.swift` for what happens when a result is missing.
public struct GenesysAPIService: GenesysAPIServiceHandler {
    let stateManager: StateManagerClient
    let batches: StateManagerBatches
    let tokens: TokenSource
    /// The transport to a platform API, by its base address.
    let genesys: @Sendable (_ apiBaseURL: String) throws -> any ClientTransport
    let budget: RateBudget
    let operations: OperationsAnswers
    let policy: SendingPolicy
    /// The gateway as the platforms reach it; nil: checks of addresses are skipped.
    let publicBaseURL: String?
    let logger: Logger
    let clock: any Clock<Duration>
    let now: @Sendable () -> DateTime
    let makeID: @Sendable () -> String
    /// Results that state-manager could not take when they were known, by tracking id.
    let unrecorded = ExpiringCache<String, UnrecordedResult>(capacity: 10_000, lifetime: .seconds(86_400))
    /// When an attempt without a result was met first, by attempt id.
    let firstMet = ExpiringCache<String, DateTime>(capacity: 10_000, lifetime: .seconds(86_400))
    /// What integrations take, by integration.
    let attachmentRules = ExpiringCache<String, AttachmentRules>(capacity: 10_000, lifetime: .seconds(600))

    /// Creates the service.
    /// - Parameters:
    ///   - stateManager: Client with the internal token.
    ///   - authService: Client with the internal token.
    ///   - genesys: Gives the transport to a platform API by its base address; called for each request, so it keeps
    ///     what it makes.
    ///   - budget: Requests that the OAuth clients may make, shared by all instances.
    ///   - operations: Answers of `/healthz`, `/readyz` and `/metrics`; its metrics are counted on.
    ///   - policy: Time limits.
    ///   - publicBaseURL: The gateway as the platforms reach it; nil: checks of addresses are skipped.
    ///   - logger: Gets ids and codes, never content.
    ///   - clock: What waits for a call that comes back soon.
    ///   - now: The time of day.
    ///   - makeID: A new UUID.
    public init(
        stateManager: StateManagerClient,
        authService: AuthServiceClient,
        genesys: @escaping @Sendable (_ apiBaseURL: String) throws -> any ClientTransport,
        budget: RateBudget,
        operations: OperationsAnswers,
        policy: SendingPolicy = SendingPolicy(),
        publicBaseURL: String? = nil,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> DateTime = { WallClock.now },
        makeID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.stateManager = stateManager
        batches = StateManagerBatches(stateManager)
        self.tokens = TokenSource(authService: authService)
        self.genesys = genesys
        self.budget = budget
        self.operations = operations
        self.policy = policy
        self.publicBaseURL = publicBaseURL
        self.logger = logger
        self.clock = clock
        self.now = now
        self.makeID = makeID
    }

    /// The routes of the contract; there is no background work.
    public var assembly: ServiceAssembly { ServiceAssembly(routes: routes) }

    /// The log of a piece of work.
    func log(_ traceparent: String, tenantID: String, _ ids: [String: String] = [:]) -> Logger {
        var logger = logger
        let context = LogContext(traceparent: traceparent, tenantID: tenantID, messageIDs: ids)
        for (name, value) in context.metadata { logger[metadataKey: name] = value }
        return logger
    }
}

/// How long things may take.
public struct SendingPolicy: Sendable, Hashable {
    /// Longest time of one request to Genesys.
    public var requestTimeout: Duration
    /// How old an attempt without a result must be before its absence in the conversation says that it was not sent: a
    /// request that was given up may still be at work.
    public var settlingTime: Duration
    /// How long a receipt webhook may take to prove a send where no conversation can be looked into; counted from the
    /// attempt and from when this process met it first, whichever is later.
    public var evidenceWindow: Duration
    /// Most messages of a conversation that are looked into, the latest first; each costs a request of the budget.
    public var maximumLookups: Int
    /// Requests that an OAuth client may make in a minute, GENESYS_REQUESTS_PER_MINUTE.
    public var requestsPerMinute: Double
    /// How long a message waits here for its turn; when it would be longer, the lane is told to come back.
    public var budgetPatience: Duration

    /// Creates a policy; defaults: 10 s, 15 s, 30 s, 50 messages, 300 requests, 2 s.
    public init(
        requestTimeout: Duration = .seconds(10),
        settlingTime: Duration = .seconds(15),
        evidenceWindow: Duration = .seconds(30),
        maximumLookups: Int = 50,
        requestsPerMinute: Double = 300,
        budgetPatience: Duration = .seconds(2)
    ) {
        self.requestTimeout = requestTimeout
        self.settlingTime = settlingTime
        self.evidenceWindow = evidenceWindow
        self.maximumLookups = maximumLookups
        self.requestsPerMinute = requestsPerMinute
        self.budgetPatience = budgetPatience
    }
}
