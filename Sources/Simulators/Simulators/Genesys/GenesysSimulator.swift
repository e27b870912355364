import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
public import ServiceKit
import SimulatorContract

/// Genesys Cloud as far as Open Messaging goes: tokens, integrations, the inbound API, conversations, webhooks with
/// signature and retries, and the control interface.
public struct GenesysSimulator: Sendable {
    private let guarded: GuardedRoutes
    private let platform: GenesysPlatform
    private let openMessaging: GenesysOpenMessaging
    private let management: GenesysManagement
    private let control: GenesysControl
    private let deliveries: WebhookDeliverer

    /// Creates a simulator without integrations.
    /// - Parameters:
    ///   - configuration: Its own settings.
    ///   - world: Time, chance and the network.
    ///   - operations: What its health and metrics endpoints answer.
    public init(configuration: GenesysSimulatorConfiguration, world: SimulatorWorld, operations: OperationsAnswers) {
        let journal = Journal(now: world.now)
        let faults = FaultPlan(configuration.faults, fraction: { world.fraction })
        let platform = GenesysPlatform(configuration: configuration, world: world)
        self.platform = platform
        let front = GenesysFront(platform: platform, world: world)
        deliveries = WebhookDeliverer(
            style: .genesys,
            policy: .genesys(scale: configuration.retryTimeScale, retries: configuration.webhookRetries),
            world: world,
            journal: journal
        )
        let agents = GenesysAgents(platform: platform, deliveries: deliveries)
        openMessaging = GenesysOpenMessaging(platform: platform, front: front, journal: journal, agents: agents)
        management = GenesysManagement(platform: platform, front: front, agents: agents)
        control = GenesysControl(
            platform: platform,
            agents: agents,
            journal: journal,
            faults: faults,
            deliveries: deliveries,
            operations: operations
        )
        guarded = GuardedRoutes(front: front, faults: faults, journal: journal, sleep: world.sleep)
    }

    /// Its routes and the job that delivers webhooks.
    public var assembly: ServiceAssembly {
        ServiceAssembly(
            routes: guarded.guarding(
                openMessaging.routes + management.routes + [GenesysFiles(platform: platform).route]) + control.routes,
            jobs: [ServiceAssembly.Job(name: "webhooks") { await deliveries.run() }]
        )
    }
}
