import AuthServiceContract
import ContractRuntime
import ServiceKit
import SharedContract

extension AuthService {
    /// Tells that the process runs.
    public func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(Liveness(service: .authService, version: operations.version, startedAt: operations.startedAt))
    }

    /// Tells whether the process takes work.
    public func getReadiness(
        _ input: GetReadiness.Input,
        _ context: RequestContext
    ) async throws -> GetReadiness.Output {
        let readiness = await operations.readiness()
        let document = SharedContract.Readiness(
            status: ReadinessStatus(rawValue: readiness.status.rawValue) ?? .notReady,
            service: .authService,
            dependencies: readiness.dependencies.map {
                DependencyResult(
                    name: $0.name,
                    status: DependencyStatus(rawValue: $0.status.rawValue) ?? .down,
                    required: $0.isRequired,
                    latencyMilliseconds: $0.latencyMilliseconds,
                    detail: $0.detail
                )
            }
        )
        return readiness.httpStatus == 200 ? .ok(document) : .serviceUnavailable(document)
    }

    /// All metrics of the process.
    public func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(operations.metricsText())
    }
}
