import ContractRuntime
import ServiceKit
import Synchronization

/// When the tokens that were handed out last end, for `/metrics`; the time that is left is counted when it is asked for.
final class TokenExpiries: Sendable {
    private let milliseconds = Mutex<[String: Int64]>([:])
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - metrics: Takes `token_expiry_seconds`.
    ///   - now: Milliseconds since 1970.
    init(metrics: MetricRegistry, now: @escaping @Sendable () -> Int64) {
        self.now = now
        metrics.collect { [weak self] in self?.write(to: $0) }
    }

    /// Notes a token of a tenant's Genesys organisation.
    func note(_ expiresAt: DateTime, of tenantID: String) {
        milliseconds.withLock { $0[tenantID] = expiresAt.millisecondsSinceEpoch }
    }

    private func write(to metrics: MetricRegistry) {
        let now = now()
        for (tenantID, end) in milliseconds.withLock({ $0 }) {
            metrics.set(.tokenExpiry, [tenantID, "genesys"], to: Double(max(0, end - now)) / 1_000)
        }
    }
}
