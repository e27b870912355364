import AgentPortalContract
import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerContract
import Testing

@testable import AgentPortal

@Suite("Figures of the operations page")
struct MonitoringTests {
    private static func reading(_ metrics: MetricsReading?, at milliseconds: Int64 = 0) -> RelayReading {
        RelayReading(
            at: DateTime(millisecondsSinceEpoch: milliseconds),
            answers: [
                (name: .stateManager, readiness: nil, metrics: metrics),
                (name: .inboundTransformer, readiness: nil, metrics: metrics),
            ])
    }

    private static func metrics(process: Double, _ lines: String) -> MetricsReading {
        MetricsReading("process_start_time_seconds \(process)\n" + lines)
    }

    @Test("what a registry writes is read back, whatever stands in a label")
    func roundTrip() {
        let registry = MetricRegistry()
        let odd = "a\"b\\c,d}e\nf"
        registry.set(.rateBudgetRemaining, [odd, "meta", "meta:number:1"], to: -2.5)
        registry.set(.deadLetters, to: 3)
        registry.observe(.messageEndToEnd, ["inbound"], 0.2)
        let reading = MetricsReading(registry.exposition())
        #expect(
            reading.all("rate_budget_remaining").first?.labels
                == ["tenant": odd, "api": "meta", "budget": "meta:number:1"])
        #expect(reading.sum("rate_budget_remaining") == -2.5)
        #expect(reading.sum("dlq_messages") == 3)
        #expect(reading.sum("message_e2e_seconds_count") == 1)
    }

    @Test("lines of another form are left out")
    func broken() {
        let reading = MetricsReading(
            "waba_a{b=\"c} 1\nwaba_a{b} 2\nwaba_a\nwaba_a x\n# waba_a 3\nwaba_a{b=\"c\"} 4 170000\n")
        #expect(reading.all("a").map(\.value) == [4])
    }

    @Test("a rate is the growth of a process's counters in the last minute, and a restart is no growth")
    func rates() {
        var series = FigureSeries(capacity: 10)
        func count(_ value: Int) -> String {
            "waba_messages_total{direction=\"inbound\",type=\"text\",outcome=\"accepted\"} \(value)\n"
                + "waba_messages_total{direction=\"inbound\",type=\"read\",outcome=\"accepted\"} 1000\n"
                + "waba_messages_total{direction=\"inbound\",type=\"text\",outcome=\"refused\"} 1000\n"
        }
        for (index, (process, value)) in [(1.0, 100), (1.0, 110), (2.0, 50), (2.0, 51), (1.0, 110)].enumerated() {
            series.add(Self.reading(Self.metrics(process: process, count(value)), at: Int64(index) * 30_000))
        }
        // Of the first reading nobody knows when it was counted; whom no service tells of has no rate.
        #expect(series.samples.map(\.inboundPerMinute) == [nil, 10, 10, 1, 1])
        #expect(series.samples.map(\.outboundPerMinute) == [nil, nil, nil, nil, nil])
    }

    @Test("what no service tells is a gap and no zero, in the chart and on the page")
    func gaps() {
        var series = FigureSeries(capacity: 10)
        let counted = Self.metrics(process: 1, "waba_held_messages{platform=\"whatsapp\"} 0\nwaba_dlq_messages 2\n")
        series.add(Self.reading(counted))
        series.add(Self.reading(nil, at: 5_000))
        #expect(series.samples.map(\.held) == [0, nil])
        #expect(series.samples.map(\.deadLetters) == [2, nil])
        #expect(series.samples.map(\.quarantined) == [nil, nil])
        let content = OperationsContent(
            Self.reading(nil), sample: series.samples.last, holds: [], expiries: [], names: [:])
        #expect([content.inbound, content.held, content.deadLetters, content.queued] == ["–", "–", "–", "–"])
        #expect(content.lacksFigures && !content.hasDeadLetters)
    }

    @Test("only the latest samples are kept")
    func capacity() {
        var series = FigureSeries(capacity: 3)
        for index in 0..<5 { series.add(Self.reading(nil, at: Int64(index))) }
        #expect(series.samples.map(\.at.millisecondsSinceEpoch) == [2, 3, 4])
    }

    @Test("services of one process are counted once, those of several together")
    func processes() {
        let one = Self.metrics(process: 1, "waba_retries_total{class=\"transient\"} 5\n")
        let other = Self.metrics(process: 2, "waba_retries_total{class=\"transient\"} 5\n")
        func counted(_ all: [MetricsReading]) -> Double {
            RelayReading(
                at: DateTime(millisecondsSinceEpoch: 0),
                answers: all.map { (name: .stateManager, readiness: nil, metrics: $0) }
            ).counted.values.reduce(0) { $0 + ($1[.failures] ?? 0) }
        }
        #expect(counted([one, one]) == 5)
        #expect(counted([one, other]) == 10)
    }

    @Test("partitions of a queue are one line; one without consumers is said to be")
    func queues() throws {
        let text = """
            waba_queue_messages{queue="inbound.messages.0"} 2
            waba_queue_messages{queue="inbound.messages.1"} 3
            waba_queue_messages{queue="quarantine"} 0
            waba_queue_consumers{queue="inbound.messages.0"} 1
            waba_queue_consumers{queue="inbound.messages.1"} 1
            waba_queue_consumers{queue="quarantine"} 0
            waba_queue_age_seconds{queue="inbound.messages.0"} 1
            waba_queue_age_seconds{queue="inbound.messages.1"} 12
            """
        let reading = Self.reading(MetricsReading(text))
        #expect(
            reading.queues == [
                .init(name: "inbound.messages", partitions: 2, messages: 5, consumers: 2, ageSeconds: 12),
                .init(name: "quarantine", partitions: 1, messages: 0, consumers: 0, ageSeconds: nil),
            ])
        let content = OperationsContent(reading, sample: nil, holds: [], expiries: [], names: [:])
        #expect(content.queues.map(\.state) == ["behind", "no consumer"])
        #expect(content.queued == "5")
        #expect(content.services.map(\.state) == ["no answer", "no answer"])
        #expect(content.failing == 2)
    }

    @Test("what is away is said once, with what it means; queues that nobody can count are not said to flow")
    func troubles() {
        func readiness(_ broker: DependencyStatus) -> SharedContract.Readiness {
            SharedContract.Readiness(
                status: broker == .up ? .ready : .notReady, service: .stateManager,
                dependencies: [DependencyResult(name: "rabbitmq", status: broker, required: true)])
        }
        func content(_ broker: DependencyStatus) -> OperationsContent {
            let queue = MetricsReading(
                "waba_queue_messages{queue=\"quarantine\"} 0\nwaba_queue_consumers{queue=\"quarantine\"} 1\n")
            let reading = RelayReading(
                at: DateTime(millisecondsSinceEpoch: 0),
                answers: [
                    (name: .stateManager, readiness: readiness(broker), metrics: queue),
                    (name: .inboundTransformer, readiness: readiness(broker), metrics: nil),
                    (name: .genesysApiService, readiness: broker == .up ? readiness(.up) : nil, metrics: nil),
                ])
            return OperationsContent(
                reading, sample: nil, holds: broker == .up ? [] : nil, expiries: [], names: [:])
        }
        let well = content(.up)
        #expect(well.troubles.isEmpty && well.knowsHolds)
        #expect(well.queues.map(\.state) == ["flowing"])
        let ill = content(.down)
        #expect(ill.troubles.count == 2 && !ill.knowsHolds)
        #expect(ill.troubles.first?.hasPrefix("RabbitMQ does not answer 2 services.") == true)
        #expect(ill.troubles.last?.contains("messages to Genesys wait in their queues") == true)
        #expect(ill.queues.map(\.state) == ["not known now"])
    }

    @Test("times are said in the unit that fits")
    func durations() {
        #expect(
            [3, 600, 80_000, 6_000_000].map { OperationsContent.duration($0) } == ["3 s", "10 min", "22 h", "69 days"])
        #expect(
            [-2, 104, 2_500, 600_000, 90_000_000].map { AgentPortal.offset($0) }
                == ["−2 ms", "+104 ms", "+2.5 s", "+10 min", "+25 h"])
    }
}

@Suite("Selections of dead letters")
struct SelectionTests {
    @Test("calls go on while something is changed and something is left")
    func goingOn() {
        var change = SelectionChange()
        let goesOn = change.add([.replayed, .replayed], remaining: 5)
        #expect(goesOn)
        let ends = !change.add([.unavailable, .notOpen], remaining: 5)
        #expect(ends)
        #expect((change.changed, change.unchanged, change.remaining) == (2, 2, 5))
        var query = ListQuery()
        query.add("code", "a&b")
        query.add("service", nil)
        query.add("note", "")
        #expect(
            change.address("/dead-letters", verb: "replayed", query)
                == "/dead-letters?code=a%26b&replayed=2&unchanged=2&remaining=5")
    }

    @Test("what was done is told, and what was not")
    func notice() {
        #expect(ChangeNotice.text(replayed: nil, discarded: nil, unchanged: 3, remaining: 3) == nil)
        let whole = ChangeNotice.text(replayed: 2, discarded: nil, unchanged: nil, remaining: nil)
        #expect(whole?.kind == "success" && whole?.text == "2 replayed.")
        let partly = ChangeNotice.text(replayed: nil, discarded: 1, unchanged: 1, remaining: 4)
        #expect(partly?.kind == "warning" && partly?.text.contains("4 that match are still open") == true)
    }
}
