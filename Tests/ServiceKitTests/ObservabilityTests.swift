import ContractJSON
import ContractRuntime
import CoreMetrics
import Logging
import ServiceKit
import Synchronization
import Testing

/// Keeps log lines.
final class LineSink: Sendable {
    private let kept = Mutex<[[UInt8]]>([])

    @Sendable func write(_ line: [UInt8]) { kept.withLock { $0.append(line) } }

    var texts: [String] { kept.withLock { $0 }.map { String(decoding: $0, as: UTF8.self) } }

    func values() throws -> [JSONValue] {
        try kept.withLock { $0 }.map { try JSONDocument(parsing: $0).withRoot(\.value) }
    }
}

@Suite("JSON logs")
struct JSONLogHandlerTests {
    @Test("a line is one JSON object with time, level, service, message and metadata")
    func line() throws {
        let sink = LineSink()
        var logger = Logger.json(service: "tenant-service", sink: sink.write)
        logger[metadataKey: "attempt"] = .stringConvertible(3)
        logger.warning(
            "said \"no\"\nand left",
            metadata: ["ratio": .stringConvertible(0.5), "message": "mine", "ids": ["a", "b"]]
        )
        #expect(sink.texts[0].hasSuffix("}\n") && sink.texts[0].filter { $0 == "\n" }.count == 1)
        let value = try sink.values()[0]
        #expect(DateTime(value["timestamp"]?.string ?? "") != nil)
        #expect(value["timestamp"]?.string?.hasSuffix("Z") == true && value["timestamp"]?.string?.count == 24)
        #expect(value["level"] == "warning")
        #expect(value["service"] == "tenant-service")
        #expect(value["message"] == "said \"no\"\nand left")
        #expect(value["metadata_message"] == "mine")
        #expect(value["attempt"] == 3)
        #expect(value["ratio"]?.number?.text == "0.5")
        #expect(value["ids"] == ["a", "b"])
    }

    @Test("lines below the level are not written")
    func level() {
        let sink = LineSink()
        let logger = Logger.json(service: "s", level: .notice, sink: sink.write)
        logger.info("no")
        logger.notice("yes")
        #expect(sink.texts.count == 1)
    }

    @Test("the context of the task is on every line, and what the call gives wins")
    func context() async throws {
        let sink = LineSink()
        let logger = Logger.json(service: "s", sink: sink.write)
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        await LogContext.with {
            $0.traceparent = traceparent
            $0.tenantID = "t1"
            $0.messageIDs["wamid"] = "wamid.A"
        } operation: {
            await LogContext.with {
                $0.messageIDs["wamid"] = "wamid.B"
            } operation: {
                logger.info("x")
            }
            logger.info("y", metadata: ["tenant_id": "t2"])
        }
        logger.info("z")
        let lines = try sink.values()
        #expect(lines[0]["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(lines[0]["wamid"] == "wamid.B")
        #expect(lines[0]["tenant_id"] == "t1")
        #expect(lines[1]["tenant_id"] == "t2")
        #expect(lines[2]["trace_id"] == nil)
    }

    @Test("a number becomes a pseudonym that is the same for the same number and key only")
    func redaction() {
        let redaction = Redaction(key: Secret("a key"))
        let pseudonym = redaction.phone("+49 151 00000089")
        #expect(pseudonym == redaction.phone("4915100000089"))
        #expect(pseudonym != Redaction(key: Secret("another")).phone("4915100000089"))
        #expect(pseudonym.hasPrefix("p_") && pseudonym.hasSuffix("…89") && !pseudonym.contains("151"))
        #expect(redaction.phone("123").hasSuffix("…"))
    }
}

@Suite("Metrics")
struct MetricRegistryTests {
    @Test("counters, gauges and histograms are written as Prometheus reads them")
    func exposition() {
        let registry = MetricRegistry()
        registry.increment(.webhookRequests, ["meta", "accepted"])
        registry.increment(.webhookRequests, ["meta", "accepted"], by: 2)
        registry.set(.deadLetters, to: 3.5)
        registry.observe(.webhookAcknowledgement, ["meta"], .milliseconds(7))
        registry.observe(.webhookAcknowledgement, ["meta"], .seconds(60))
        let text = registry.exposition()
        #expect(text.contains("# TYPE waba_webhook_requests_total counter\n"))
        #expect(text.contains("waba_webhook_requests_total{source=\"meta\",outcome=\"accepted\"} 3\n"))
        #expect(text.contains("# TYPE waba_dlq_messages gauge\nwaba_dlq_messages 3.5\n"))
        #expect(text.contains("waba_webhook_ack_seconds_bucket{source=\"meta\",le=\"0.005\"} 0\n"))
        #expect(text.contains("waba_webhook_ack_seconds_bucket{source=\"meta\",le=\"0.01\"} 1\n"))
        #expect(text.contains("waba_webhook_ack_seconds_bucket{source=\"meta\",le=\"10\"} 1\n"))
        #expect(text.contains("waba_webhook_ack_seconds_bucket{source=\"meta\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("waba_webhook_ack_seconds_sum{source=\"meta\"} 60.007\n"))
        #expect(text.contains("waba_webhook_ack_seconds_count{source=\"meta\"} 2\n"))
        #expect(text.hasSuffix("\n"))
    }

    @Test("label values are escaped")
    func escaping() {
        let registry = MetricRegistry()
        registry.increment(.retries, ["a\"b\\c\nd"])
        #expect(registry.exposition().contains(#"{class="a\"b\\c\nd"} 1"#))
    }

    @Test("a metric with too many label values counts the rest under other")
    func cardinality() {
        let registry = MetricRegistry()
        for index in 0..<1_010 { registry.increment(.retries, ["class-\(index)"]) }
        #expect(registry.value(.retries, ["other"]) == 10)
        #expect(registry.value(.retries, ["class-5"]) == 1)
    }

    @Test("libraries record through swift-metrics")
    func factory() {
        let registry = MetricRegistry()
        Counter(label: "hb.requests", dimensions: [("http-method", "GET")], factory: registry).increment(by: 2)
        Timer(label: "2nd.time", dimensions: [], factory: registry).recordNanoseconds(3_000_000)
        Gauge(label: "level", dimensions: [], factory: registry).record(4)
        Meter(label: "meter", dimensions: [], factory: registry).set(5)
        let text = registry.exposition()
        #expect(text.contains("hb_requests{http_method=\"GET\"} 2\n"))
        #expect(text.contains("_2nd_time_count 1\n"))
        #expect(text.contains("\nlevel 4\n"))
        #expect(text.contains("\nmeter 5\n"))
    }

    @Test("gauges can be set when the text is asked for")
    func collectors() {
        let registry = MetricRegistry()
        registry.collect { $0.set(.laneDepth, ["inbound.messages.0"], to: 9) }
        #expect(registry.exposition().contains("waba_lane_depth{queue=\"inbound.messages.0\"} 9\n"))
    }

    @Test("no increment of many tasks is lost")
    func concurrency() async {
        let registry = MetricRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<500 { registry.increment(.retries, ["x"]) } } }
        }
        #expect(registry.value(.retries, ["x"]) == 4_000)
    }

    @Test("names of metrics are unique and follow the conventions of their kinds")
    func names() {
        let all = MetricDefinition.all
        #expect(Set(all.map(\.name)).count == all.count)
        for metric in all {
            #expect(metric.name.hasPrefix("waba_"))
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
        }
    }
}

@Suite("Health")
struct HealthRegistryTests {
    struct Broken: Error {}

    @Test("a process without dependencies is ready")
    func empty() async {
        #expect(await HealthRegistry().readiness().status == .ready)
    }

    @Test("each dependency has its own result, and only required ones matter")
    func results() async {
        let health = HealthRegistry()
        health.register("postgres") {}
        health.register("redis", isRequired: false) { throw DependencyProblem.down("no answer") }
        health.register("s3") { throw DependencyProblem.degraded("slow") }
        var readiness = await health.readiness()
        #expect(readiness.status == .ready && readiness.httpStatus == 200)
        #expect(readiness.dependencies.map(\.name) == ["postgres", "redis", "s3"])
        #expect(readiness.dependencies.map(\.status) == [.up, .down, .degraded])
        #expect(readiness.dependencies[1].detail == "no answer")
        #expect(readiness.dependencies[0].latencyMilliseconds != nil)
        health.register("rabbitmq") { throw Broken() }
        readiness = await health.readiness()
        #expect(readiness.status == .notReady && readiness.httpStatus == 503)
        #expect(readiness.dependencies[3].detail == "the check failed with Broken")
    }

    @Test("a check that never answers is down when its time is over, even if it ignores its cancellation")
    func timeout() async {
        let health = HealthRegistry(timeout: .milliseconds(20))
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        health.register("postgres") { await Task.detached { for await _ in never {} }.value }
        let readiness = await health.readiness()
        #expect(readiness.status == .notReady)
        #expect(readiness.dependencies[0].latency == nil)
        #expect(readiness.dependencies[0].detail == "no answer within 0.02 seconds")
    }

    @Test("a result is used again for a second, then checked again")
    func caching() async {
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let health = HealthRegistry(now: { start + elapsed.withLock { $0 } })
        let checks = Mutex(0)
        health.register("postgres") { checks.withLock { $0 += 1 } }
        for _ in 0..<5 { _ = await health.readiness() }
        #expect(checks.withLock { $0 } == 1)
        elapsed.withLock { $0 = .milliseconds(1_001) }
        _ = await health.readiness()
        #expect(checks.withLock { $0 } == 2)
    }

    @Test("draining wins over ready")
    func draining() async {
        let health = HealthRegistry()
        health.register("postgres") {}
        health.beginDraining()
        let readiness = await health.readiness()
        #expect(readiness.status == .draining && readiness.httpStatus == 503)
    }
}

@Suite("Errors of handlers")
struct HandlerErrorTests {
    @Test("an error is logged with its operation and trace, and the caller learns only that there was one")
    func logged() async throws {
        let sink = LineSink()
        let route = Route(method: .get, template: "/", operationID: "failing", bodyLimit: 0) { _ in
            throw TransportError(.notConnected, reason: "refused")
        }
        let table = RouteTable(
            routes: [route],
            authenticator: BearerAuthenticator([:]),
            report: Logger.json(service: "s", sink: sink.write).handlerErrors
        )
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let response = await LogContext.with {
            $0.traceparent = traceparent
        } operation: {
            await table.respond(to: ContractRequest(method: .get, target: "/"), traceparent: traceparent)
        }
        #expect(response.status == 500)
        let line = try #require(try sink.values().first)
        #expect(line["operation"] == "failing")
        #expect(line["disposition"] == "transient")
        #expect(line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(line["error"]?.string?.contains("refused") == true)
    }
}
