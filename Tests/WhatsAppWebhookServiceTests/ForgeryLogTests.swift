import ContractRuntime
import HTTPTypes
import Logging
import Synchronization
import Testing
import WebhookIntake

@Suite("Forged webhooks in the log")
struct ForgeryLogTests {
    private final class Lines: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let written: Lines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            written.lines.withLock { $0.append("\(event.level) \(event.message) " + fields.joined(separator: " ")) }
        }
    }

    private static func context(_ forwarded: String?, signature: String? = nil) -> RequestContext {
        var headers = HTTPFields()
        if let name = HTTPField.Name("X-Forwarded-For") { headers[name] = forwarded }
        if let name = HTTPField.Name("X-Hub-Signature-256") { headers[name] = signature }
        return RequestContext(traceparent: TraceContext.make(), headers: headers)
    }

    @Test("an address has a line now and then, which counts the ones between and tells nothing of what was sent")
    func sampled() {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Recorder(written: lines) }
        let time = Mutex(ContinuousClock.now)
        let log = ForgeryLog { time.withLock { $0 } }
        let tenant = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
        for _ in 0..<5 {
            log.refused(tenantID: tenant, Self.context("6.6.6.6, 192.0.2.1", signature: "sha256=abcdef"), logger)
        }
        log.refused(tenantID: nil, Self.context("192.0.2.2"), logger)
        #expect(lines.lines.withLock { $0.count } == 2)
        time.withLock { $0 += ForgeryLog.interval }
        log.refused(tenantID: "../../x\u{1B}[2J", Self.context("192.0.2.1"), logger)
        let found = lines.lines.withLock { $0 }
        #expect(found.count == 3)
        #expect(found[0].contains("remote=192.0.2.1") && found[0].contains("tenant_id=\(tenant)"))
        #expect(found[0].contains("no secret made its signature") && !found[0].contains("abcdef"))
        #expect(found[1].contains("remote=192.0.2.2") && found[1].contains("tenant_id=shared"))
        #expect(found[1].contains("it has no signature"))
        #expect(found[2].contains("since_last_line=5") && found[2].contains("tenant_id=no id"))
        #expect(!found.joined().contains("\u{1B}"))
    }

    @Test("what is no address is none, and a flood of addresses has a bound")
    func flood() {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Recorder(written: lines) }
        let time = Mutex(ContinuousClock.now)
        let log = ForgeryLog { time.withLock { $0 } }
        log.refused(tenantID: nil, Self.context("<script>"), logger)
        #expect(lines.lines.withLock { $0.last?.contains("remote=unknown") } == true)
        for number in 0..<3_000 {
            log.refused(tenantID: nil, Self.context("10.\(number / 256).\(number % 256).1"), logger)
        }
        #expect(lines.lines.withLock { $0.count } <= 1_002)
    }
}
