public import AuthServiceContract
public import ContractRuntime
import FoundationEssentials
public import Logging
public import PlatformBudget
public import ServiceKit
import StateManagerBatches
public import StateManagerContract
public import WhatsAppAPIServiceContract

/// Sends to the WhatsApp Cloud API: token, intent, call, result. Holds what the operations of the contract need; each
/// operation has its own file.
public struct WhatsAppAPIService: WhatsAppAPIServiceHandler {
    let stateManager: StateManagerClient
    let batches: StateManagerBatches
    let tokens: TokenSource
    let graph: any ClientTransport
    let budget: RateBudget
    let media: MediaUploads
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
    /// What is known of attempts without a result, by attempt id.
    let openAttempts = ExpiringCache<String, OpenAttempt>(capacity: 10_000, lifetime: .seconds(86_400))

    /// Creates the service.
    /// - Parameters:
    ///   - stateManager: Client with the internal token.
    ///   - authService: Client with the internal token.
    ///   - graph: Transport to the Graph API, META_GRAPH_BASE_URL.
    ///   - budget: Messages that the numbers may send, shared by all instances.
    ///   - media: Brings files to WhatsApp.
    ///   - operations: Answers of `/healthz`, `/readyz` and `/metrics`; its metrics are counted on.
    ///   - policy: Version of the Graph API and time limits.
    ///   - publicBaseURL: The gateway as the platforms reach it; nil: checks of addresses are skipped.
    ///   - logger: Gets ids and codes, never content.
    ///   - clock: What waits for a turn that comes soon.
    ///   - now: The time of day.
    ///   - makeID: A new UUID.
    public init(
        stateManager: StateManagerClient,
        authService: AuthServiceClient,
        graph: any ClientTransport,
        budget: RateBudget,
        media: MediaUploads,
        operations: OperationsAnswers,
        policy: SendingPolicy,
        publicBaseURL: String? = nil,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> DateTime = { WallClock.now },
        makeID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.stateManager = stateManager
        batches = StateManagerBatches(stateManager)
        self.tokens = TokenSource(authService: authService)
        self.graph = graph
        self.budget = budget
        self.media = media
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

/// Which Graph API is called, and how long things may take.
public struct SendingPolicy: Sendable, Hashable {
    /// Version in the path, META_GRAPH_VERSION, for example `v25.0`.
    public var graphVersion: String
    /// Longest time of one request to the Graph API.
    public var requestTimeout: Duration
    /// How long a status webhook may take to prove a send whose answer was lost; counted from the attempt and from when
    /// this process met it first, whichever is later. While statuses are recorded late, as much is added.
    public var evidenceWindow: Duration
    /// The same while no later status of any message was recorded, which would show that statuses come in.
    public var quietWindow: Duration
    /// Messages that a number may send in a second, META_NUMBER_MESSAGES_PER_SECOND.
    public var messagesPerSecond: Double
    /// Messages that a number may send to one customer in a minute, META_PAIR_MESSAGES_PER_MINUTE.
    public var pairMessagesPerMinute: Double
    /// How long a message waits here for its turn; when it would be longer, the lane is told to come back.
    public var budgetPatience: Duration

    /// Creates a policy; defaults: 10 s, 30 s, 5 minutes, 80 messages, 10 messages, 2 s.
    public init(
        graphVersion: String,
        requestTimeout: Duration = .seconds(10),
        evidenceWindow: Duration = .seconds(30),
        quietWindow: Duration = .seconds(300),
        messagesPerSecond: Double = 80,
        pairMessagesPerMinute: Double = 10,
        budgetPatience: Duration = .seconds(2)
    ) {
        self.graphVersion = graphVersion
        self.requestTimeout = requestTimeout
        self.evidenceWindow = evidenceWindow
        self.quietWindow = quietWindow
        self.messagesPerSecond = messagesPerSecond
        self.pairMessagesPerMinute = pairMessagesPerMinute
        self.budgetPatience = budgetPatience
    }
}
