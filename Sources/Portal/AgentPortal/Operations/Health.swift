import AgentPortalContract
import ContractRuntime
import ServiceKit
import SharedContract

extension AgentPortal {
    /// The process runs.
    public func getLiveness(
        _ input: AgentPortalContract.GetLiveness.Input, _ context: RequestContext
    ) async throws -> AgentPortalContract.GetLiveness.Output {
        .ok(Liveness(service: .agentPortal, version: operations.version, startedAt: operations.startedAt))
    }

    /// Whether it takes requests.
    public func getReadiness(
        _ input: AgentPortalContract.GetReadiness.Input, _ context: RequestContext
    ) async throws -> AgentPortalContract.GetReadiness.Output {
        let readiness = await operations.readiness()
        let answer = SharedContract.Readiness(
            status: ReadinessStatus(rawValue: readiness.status.rawValue) ?? .notReady, service: .agentPortal,
            dependencies: readiness.dependencies.map {
                DependencyResult(
                    name: $0.name, status: DependencyStatus(rawValue: $0.status.rawValue) ?? .down,
                    required: $0.isRequired, latencyMilliseconds: $0.latencyMilliseconds, detail: $0.detail)
            })
        return readiness.httpStatus == 200 ? .ok(answer) : .serviceUnavailable(answer)
    }

    /// All metrics.
    public func getMetrics(
        _ input: AgentPortalContract.GetMetrics.Input, _ context: RequestContext
    ) async throws -> AgentPortalContract.GetMetrics.Output {
        .ok(operations.metricsText())
    }
}
