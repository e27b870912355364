import ContractRuntime
public import ServiceKit
import SimulatorContract
import WhatsAppGraphContract

/// Meta's side of WhatsApp: the Graph API as far as its contract goes, webhooks with signature, statuses and retries, and
/// the control interface.
public struct MetaSimulator: Sendable {
    private let guarded: GuardedRoutes
    private let graph: MetaGraph
    private let control: MetaControl
    private let statuses: StatusScheduler
    private let deliveries: WebhookDeliverer

    /// Creates a simulator without numbers.
    /// - Parameters:
    ///   - configuration: Its own settings.
    ///   - world: Time, chance and the network.
    ///   - operations: What its health and metrics endpoints answer.
    public init(configuration: MetaSimulatorConfiguration, world: SimulatorWorld, operations: OperationsAnswers) {
        let journal = Journal(now: world.now)
        let faults = FaultPlan(configuration.faults, fraction: { world.fraction })
        let platform = MetaPlatform(configuration: configuration, world: world)
        deliveries = WebhookDeliverer(
            style: .meta,
            policy: .meta(scale: configuration.retryTimeScale),
            world: world,
            journal: journal
        )
        statuses = StatusScheduler(
            platform: platform,
            deliveries: deliveries,
            configuration: configuration,
            world: world
        )
        graph = MetaGraph(
            platform: platform, statuses: statuses, journal: journal,
            verification: CallbackVerification(world: world, journal: journal))
        control = MetaControl(
            platform: platform,
            statuses: statuses,
            journal: journal,
            faults: faults,
            deliveries: deliveries,
            operations: operations,
            world: world
        )
        guarded = GuardedRoutes(
            front: MetaFront(platform: platform),
            faults: faults,
            journal: journal,
            sleep: world.sleep
        )
    }

    /// Its routes and the jobs that deliver webhooks and statuses.
    public var assembly: ServiceAssembly {
        ServiceAssembly(
            routes: guarded.guarding(graph.routes + [graph.downloadRoute]) + control.routes,
            jobs: [
                ServiceAssembly.Job(name: "webhooks") { await deliveries.run() },
                ServiceAssembly.Job(name: "statuses") { await statuses.run() },
            ]
        )
    }
}
