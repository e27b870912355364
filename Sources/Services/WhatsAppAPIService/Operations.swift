public import ContractRuntime
import ServiceKit
import SharedContract
public import WhatsAppAPIServiceContract

extension WhatsAppAPIService {
    /// Tells that the process runs.
    public func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(Liveness(service: .whatsappApiService, version: operations.version, startedAt: operations.startedAt))
    }

    /// Tells whether the process takes work.
    public func getReadiness(
        _ input: GetReadiness.Input,
        _ context: RequestContext
    ) async throws -> GetReadiness.Output {
        let readiness = await operations.readiness()
        let answer = SharedContract.Readiness(readiness, of: .whatsappApiService)
        return readiness.httpStatus == 200 ? .ok(answer) : .serviceUnavailable(answer)
    }

    /// The metrics of the process.
    public func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(operations.metricsText())
    }
}

extension SharedContract.Readiness {
    fileprivate init(_ readiness: ServiceKit.Readiness, of service: SharedContract.ServiceName) {
        let status: ReadinessStatus =
            switch readiness.status {
            case .ready: .ready
            case .notReady: .notReady
            case .draining: .draining
            }
        self.init(status: status, service: service, dependencies: readiness.dependencies.map(DependencyResult.init))
    }
}

extension DependencyResult {
    fileprivate init(_ dependency: ServiceKit.Readiness.Dependency) {
        let status: DependencyStatus =
            switch dependency.status {
            case .up: .up
            case .degraded: .degraded
            case .down: .down
            }
        self.init(
            name: dependency.name,
            status: status,
            required: dependency.isRequired,
            latencyMilliseconds: dependency.latencyMilliseconds,
            detail: dependency.detail
        )
    }
}
