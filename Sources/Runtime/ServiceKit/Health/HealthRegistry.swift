import Synchronization

/// Knows whether a process takes work: its dependencies and whether it drains.
public final class HealthRegistry: Sendable {
    /// Checks a dependency: returns if it works; throws ``DependencyProblem`` to say why not, or any other error.
    public typealias Check = @Sendable () async throws -> Void

    private struct Dependency: Sendable {
        let name: String
        let isRequired: Bool
        let check: Check
    }

    private struct State {
        var dependencies: [Dependency] = []
        var isDraining = false
    }

    private let state = Mutex(State())
    private let timeout: Duration
    private let results: ExpiringCache<String, Readiness.Dependency>

    /// Creates a registry without dependencies: ready.
    /// - Parameters:
    ///   - timeout: Longest time of a check; default 2 s.
    ///   - freshness: How long a result is used again; default 1 s.
    ///   - now: The time.
    public init(
        timeout: Duration = .seconds(2),
        freshness: Duration = .seconds(1),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.timeout = timeout
        results = ExpiringCache(capacity: 64, lifetime: freshness, now: now)
    }

    /// Adds a dependency; one of that name is replaced.
    /// - Parameters:
    ///   - name: For example `postgres`.
    ///   - isRequired: Whether the process is not ready without it.
    ///   - check: Checks it; cancelled when its time is over.
    public func register(_ name: String, isRequired: Bool = true, check: @escaping Check) {
        let dependency = Dependency(name: name, isRequired: isRequired, check: check)
        state.withLock { state in
            if let index = state.dependencies.firstIndex(where: { $0.name == name }) {
                state.dependencies[index] = dependency
            } else {
                state.dependencies.append(dependency)
            }
        }
        results.remove(name)
    }

    /// From now on the process is not ready. Can't be undone.
    public func beginDraining() { state.withLock { $0.isDraining = true } }

    /// Whether the process was told to stop.
    public var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Checks all dependencies at the same time, in at most the time-out.
    public func readiness() async -> Readiness {
        let dependencies = state.withLock { $0.dependencies }
        var checked = await withTaskGroup(of: (Int, Readiness.Dependency).self) { group in
            for (index, dependency) in dependencies.enumerated() {
                group.addTask { (index, await self.result(dependency)) }
            }
            var results: [(Int, Readiness.Dependency)] = []
            for await result in group { results.append(result) }
            return results
        }
        checked.sort { $0.0 < $1.0 }
        let results = checked.map(\.1)
        let isReady = results.allSatisfy { !$0.isRequired || $0.status != .down }
        return Readiness(status: isDraining ? .draining : isReady ? .ready : .notReady, dependencies: results)
    }

    private func result(_ dependency: Dependency) async -> Readiness.Dependency {
        let timeout = timeout
        do {
            return try await results.value(for: dependency.name) { await Self.check(dependency, timeout) }
        } catch {
            return Readiness.Dependency(
                name: dependency.name,
                status: .down,
                isRequired: dependency.isRequired,
                detail: "the check was cancelled"
            )
        }
    }

    private static func check(_ dependency: Dependency, _ timeout: Duration) async -> Readiness.Dependency {
        let start = ContinuousClock.now
        var status = Readiness.Dependency.Status.up
        var detail: String?
        do {
            try await Deadline.run(within: timeout, dependency.check)
        } catch let problem as DependencyProblem {
            status = problem.status
            detail = problem.detail
        } catch is Deadline.Passed {
            let result = Readiness.Dependency(
                name: dependency.name,
                status: .down,
                isRequired: dependency.isRequired,
                detail: "no answer within \(timeout)"
            )
            return result
        } catch {
            status = .down
            // Only the type: an error's text may hold an address.
            detail = "the check failed with \(type(of: error))"
        }
        return Readiness.Dependency(
            name: dependency.name,
            status: status,
            isRequired: dependency.isRequired,
            latency: ContinuousClock.now - start,
            detail: detail
        )
    }
}

/// Why a dependency does not work as it should.
public struct DependencyProblem: Error, Sendable, Hashable {
    /// Down or degraded.
    public let status: Readiness.Dependency.Status
    /// Shown to whoever asks for readiness: without addresses and secrets.
    public let detail: String

    private init(_ status: Readiness.Dependency.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    /// It does not work.
    public static func down(_ detail: String) -> DependencyProblem { DependencyProblem(.down, detail) }
    /// It works, but not as it should.
    public static func degraded(_ detail: String) -> DependencyProblem { DependencyProblem(.degraded, detail) }
}
