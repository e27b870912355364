import ContractRuntime
import ServiceKit
import Synchronization
import Testing

@testable import AuthService

@Suite("How long tokens are good")
struct TokenExpiryTests {
    @Test("the time that is left is counted when it is asked for, and never below 0")
    func remaining() {
        let metrics = MetricRegistry()
        let now = Clock(milliseconds: 1_000_000)
        let expiries = TokenExpiries(metrics: metrics) { now.milliseconds }
        #expect(!metrics.exposition().contains("token_expiry_seconds"))
        expiries.note(DateTime(millisecondsSinceEpoch: 1_090_000), of: "a tenant")
        #expect(
            metrics.exposition().contains("waba_token_expiry_seconds{tenant=\"a tenant\",platform=\"genesys\"} 90\n"))
        now.milliseconds = 1_060_000
        #expect(metrics.exposition().contains("platform=\"genesys\"} 30\n"))
        now.milliseconds = 2_000_000
        #expect(metrics.exposition().contains("platform=\"genesys\"} 0\n"))
    }

    private final class Clock: Sendable {
        private let value: Mutex<Int64>

        init(milliseconds: Int64) { value = Mutex(milliseconds) }

        var milliseconds: Int64 {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }
}
