import ServiceKit
import SharedContract

extension SharedContract.Readiness {
    /// The readiness of a role as its contract has it.
    init(_ readiness: ServiceKit.Readiness, of service: SharedContract.ServiceName) {
        let status: ReadinessStatus =
            switch readiness.status {
            case .ready: .ready
            case .notReady: .notReady
            case .draining: .draining
            }
        self.init(
            status: status, service: service,
            dependencies: readiness.dependencies.map { dependency in
                DependencyResult(
                    name: dependency.name, status: DependencyStatus(dependency.status), required: dependency.isRequired,
                    latencyMilliseconds: dependency.latencyMilliseconds,
                    detail: dependency.detail.map { String($0.prefix(500)) })
            })
    }
}

extension DependencyStatus {
    fileprivate init(_ status: ServiceKit.Readiness.Dependency.Status) {
        switch status {
        case .up: self = .up
        case .degraded: self = .degraded
        case .down: self = .down
        }
    }
}
