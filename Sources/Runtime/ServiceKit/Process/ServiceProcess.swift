public import Logging
public import ServiceLifecycle
import Synchronization

/// Composes the long-lived parts of a process and ends them in the right order.
///
/// On SIGTERM or SIGINT: readiness turns off; all intakes stop accepting, at the same time, and finish what they have in
/// hand; then resources close, the last one first. What is not done in time is cancelled.
public struct ServiceProcess: Sendable {
    /// A long-lived part.
    public struct Part: Sendable {
        /// For logs.
        public let name: String
        let service: any Service

        /// - Parameters:
        ///   - name: For logs.
        ///   - service: Returns once graceful shutdown was triggered and it has finished; returning before counts as failure.
        public init(_ name: String, _ service: any Service) {
            self.name = name
            self.service = service
        }

        /// A part that is cancelled to stop, like a consumer: cancellation stops new work and `run` returns when the work
        /// in hand is done.
        public static func cancellable(_ name: String, run: @escaping @Sendable () async throws -> Void) -> Part {
            Part(name, CancelledToStop(body: run))
        }

        /// Something that is only closed at the end.
        public static func closing(_ name: String, close: @escaping @Sendable () async -> Void) -> Part {
            Part(name, ClosedAtEnd(close: close))
        }
    }

    private let resources: [Part]
    private let intakes: [Part]
    private let health: [HealthRegistry]
    private let drainLimit: Duration
    private let unreadyDelay: Duration
    private let logger: Logger

    /// Composes a process.
    /// - Parameters:
    ///   - resources: Pools and connections, in the order of starting; closed in the opposite order, after the intakes.
    ///   - intakes: HTTP servers, consumers and timers: what brings in work.
    ///   - health: Registries whose readiness is turned off first; one a role in this process.
    ///   - drainLimit: Longest time to finish everything; default 30 s.
    ///   - unreadyDelay: Time between turning readiness off and stopping the intakes, so that a load balancer notices;
    ///     default none.
    ///   - logger: For start and end.
    public init(
        resources: [Part] = [],
        intakes: [Part],
        health: [HealthRegistry],
        drainLimit: Duration = .seconds(30),
        unreadyDelay: Duration = .zero,
        logger: Logger
    ) {
        self.resources = resources
        self.intakes = intakes
        self.health = health
        self.drainLimit = drainLimit
        self.unreadyDelay = unreadyDelay
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, until `stop` returns, or until a part fails.
    /// - Parameters:
    ///   - handlesSignals: Whether signals end the process; off where several processes are one in a test.
    ///   - stop: Returns when the process is to end; by default it never does.
    /// - Returns: The exit code: 0 if everything ended in order, 1 if a part failed or the drain limit passed.
    public func run(handlesSignals: Bool = true, until stop: (@Sendable () async -> Void)? = nil) async -> Int32 {
        let start = ContinuousClock.now
        let record = DrainRecord()
        let gate = ReadinessGate(health: health, delay: unreadyDelay, logger: logger)
        // The group stops its services from the last to the first.
        let intake = Part("intakes", SimultaneousParts(parts: intakes, record: record))
        let parts = resources + (intakes.isEmpty ? [] : [intake]) + [Part("readiness", gate)]
        var configuration = ServiceGroupConfiguration(
            services: parts.map { .init(service: $0.service, serviceName: $0.name) },
            gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [],
            logger: Self.quiet(logger)
        )
        if let stop {
            configuration.services.append(
                .init(
                    service: StopRequest(stop: stop),
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "stop"
                )
            )
        }
        configuration.maximumGracefulShutdownDuration = drainLimit + unreadyDelay
        configuration.maximumCancellationDuration = handlesSignals ? .seconds(5) : nil
        do {
            try await ServiceGroup(configuration: configuration).run()
            if record.wasCancelled {
                logger.error("the drain limit passed; what was in hand was cancelled")
                return 1
            }
            logger.info("stopped", metadata: ["uptime": .string("\(ContinuousClock.now - start)")])
            return 0
        } catch {
            logger.error("ended by an error", error: error)
            return 1
        }
    }

    /// The group's own lines are of interest only when something is wrong.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}

/// A part returned although nobody asked it to.
struct PartEnded: Error, CustomStringConvertible {
    let name: String
    var description: String { "\(name) ended by itself" }
}

/// Whether intakes had to be cancelled, which the group does not report.
private final class DrainRecord: Sendable {
    private let cancelled = Atomic(false)

    var wasCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func noteCancellation() { cancelled.store(true, ordering: .releasing) }
}

/// Turns readiness off as the first step of the shutdown.
private struct ReadinessGate: Service {
    let health: [HealthRegistry]
    let delay: Duration
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        for registry in health { registry.beginDraining() }
        logger.info("draining")
        if delay > .zero { try? await Task.sleep(for: delay) }
    }
}

/// Runs parts side by side, so that all of them stop at the same time.
private struct SimultaneousParts: Service {
    let parts: [ServiceProcess.Part]
    let record: DrainRecord

    func run() async throws {
        defer { if Task.isCancelled { record.noteCancellation() } }
        try await withThrowingTaskGroup(of: String.self) { group in
            for part in parts {
                group.addTask {
                    try await part.service.run()
                    return part.name
                }
            }
            for try await name in group where !Task.isShuttingDownGracefully && !Task.isCancelled {
                throw PartEnded(name: name)
            }
        }
    }
}

/// Turns graceful shutdown into cancellation.
private struct CancelledToStop: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await body() }
        } catch  where Task.isShuttingDownGracefully && Disposition.isCancellation(error) {
            return
        }
    }
}

/// Returns when the process is to end, or when it ends for another reason.
private struct StopRequest: Service {
    let stop: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await stop() }
    }
}

/// Waits for the end and closes.
private struct ClosedAtEnd: Service {
    let close: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
