import ContractRuntime
import Testing

@testable import MessageBroker

@Suite("The lane schedule")
struct LaneScheduleTests {
    private let start = ContinuousClock.now

    private func delivery(_ tag: UInt64, _ lane: String, _ text: String, redelivered: Bool = false) -> Delivery {
        Delivery(
            tag: tag,
            message: DeliveredMessage(
                queue: "q",
                exchange: "",
                routingKey: "k",
                body: Array(text.utf8),
                messageID: text,
                headers: ["lane": lane],
                redelivered: redelivered
            )
        )
    }

    private func take(_ schedule: inout LaneSchedule) throws -> LaneSchedule.Work {
        let work = schedule.next()
        return try #require(work)
    }

    private func drain(_ schedule: inout LaneSchedule) -> [UInt64] {
        var tags: [UInt64] = []
        while let work = schedule.next() { tags.append(work.delivery.tag) }
        return tags
    }

    @Test("one delivery of each lane can run at a time")
    func lanes() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        for (tag, lane) in [(1, "a"), (2, "a"), (3, "b")] {
            schedule.accept(delivery(UInt64(tag), lane, "\(tag)"), now: start)
        }
        let first = try take(&schedule)
        let second = try take(&schedule)
        #expect([first.delivery.tag, second.delivery.tag] == [1, 3])
        #expect(schedule.next() == nil)
        schedule.finish(first, .acknowledge, now: start)
        #expect(schedule.next()?.delivery.tag == 2)
        #expect(schedule.takeSettlements() == [.init(tag: 1, decision: .acknowledge)])
    }

    @Test("without a lane header the whole queue is one lane")
    func oneLane() {
        var schedule = LaneSchedule(laneHeader: nil, prefetch: 10)
        schedule.accept(delivery(1, "a", "1"), now: start)
        schedule.accept(delivery(2, "b", "2"), now: start)
        #expect(drain(&schedule) == [1])
    }

    @Test("a requeue takes the later deliveries of its lane along and holds up what comes before them again")
    func requeue() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        for tag in UInt64(1)...3 { schedule.accept(delivery(tag, "a", "\(tag)"), now: start) }
        schedule.finish(try take(&schedule), .requeue, now: start)
        #expect(schedule.takeSettlements() == [1, 2, 3].map { .init(tag: $0, decision: .requeue) })
        // A later message overtakes at the broker, then the old ones come in any order.
        schedule.accept(delivery(4, "a", "4"), now: start)
        schedule.accept(delivery(5, "a", "2", redelivered: true), now: start)
        #expect(schedule.next() == nil)
        schedule.accept(delivery(6, "a", "1", redelivered: true), now: start)
        schedule.accept(delivery(7, "a", "3", redelivered: true), now: start)
        var handled: [String] = []
        while let work = schedule.next() {
            handled.append(work.delivery.message.messageID ?? "")
            schedule.finish(work, .acknowledge, now: start)
        }
        #expect(handled == ["1", "2", "3", "4"])
        #expect(!schedule.hasGaps)
    }

    @Test("what waits behind a gap goes back when it uses up the prefetch count")
    func makesRoom() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 1)
        schedule.accept(delivery(1, "a", "1"), now: start)
        schedule.finish(try take(&schedule), .requeue, now: start)
        schedule.accept(delivery(2, "a", "2"), now: start)
        #expect(schedule.takeSettlements() == [1, 2].map { .init(tag: $0, decision: .requeue) })
    }

    @Test("a gap whose message never comes again is closed after its limit")
    func closesGaps() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        schedule.accept(delivery(1, "a", "1"), now: start)
        schedule.finish(try take(&schedule), .requeue, now: start)
        schedule.accept(delivery(2, "a", "2"), now: start)
        schedule.closeOldGaps(now: start + LaneSchedule.gapLimit - .milliseconds(1))
        #expect(schedule.next() == nil)
        schedule.closeOldGaps(now: start + LaneSchedule.gapLimit)
        #expect(schedule.next()?.delivery.tag == 2)
    }

    @Test("decisions about deliveries of a lost subscription are dropped, and their lane stays busy until then")
    func generations() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        schedule.accept(delivery(1, "a", "1"), now: start)
        let old = try take(&schedule)
        schedule.startGeneration()
        schedule.accept(delivery(1, "a", "1", redelivered: true), now: start)
        #expect(schedule.next() == nil)
        schedule.finish(old, .acknowledge, now: start)
        #expect(!schedule.hasSettlements)
        #expect(schedule.next()?.generation == 1)
    }

    @Test("a stopped schedule starts nothing and is finished with its last handler")
    func stop() throws {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        schedule.accept(delivery(1, "a", "1"), now: start)
        schedule.accept(delivery(2, "b", "2"), now: start)
        let running = try take(&schedule)
        schedule.stop()
        #expect(schedule.next() == nil && !schedule.isFinished)
        schedule.finish(running, .acknowledge, now: start)
        #expect(schedule.isFinished)
        #expect(schedule.takeSettlements().map(\.tag) == [1])
    }

    @Test("an oversized delivery is rejected unseen")
    func oversized() {
        var schedule = LaneSchedule(laneHeader: "lane", prefetch: 10)
        var large = delivery(1, "a", "1")
        large.isOversized = true
        schedule.accept(large, now: start)
        #expect(schedule.next() == nil)
        #expect(schedule.takeSettlements() == [.init(tag: 1, decision: .reject)])
    }
}

@Suite("The acknowledgement ledger")
struct AcknowledgementLedgerTests {
    private func ledger(deliveries: UInt64) -> AcknowledgementLedger {
        var ledger = AcknowledgementLedger()
        for tag in 1...deliveries { ledger.noteDelivered(tag) }
        return ledger
    }

    private func acknowledged(_ tags: UInt64...) -> [LaneSchedule.Settlement] {
        tags.map { .init(tag: $0, decision: .acknowledge) }
    }

    @Test("a run from the oldest delivery on takes one acknowledgement")
    func run() {
        var ledger = ledger(deliveries: 5)
        #expect(ledger.settle(acknowledged(3, 1, 2)) == [.acknowledge(tag: 3, multiple: true)])
        #expect(ledger.settle(acknowledged(4)) == [.acknowledge(tag: 4, multiple: false)])
        #expect(ledger.openCount == 1)
    }

    @Test("what lies beyond an undecided delivery is acknowledged singly, and only once")
    func beyond() {
        var ledger = ledger(deliveries: 4)
        #expect(
            ledger.settle(acknowledged(2, 4)) == [2, 4].map { .acknowledge(tag: $0, multiple: false) }
        )
        #expect(ledger.settle(acknowledged(1, 3)) == [.acknowledge(tag: 3, multiple: true)])
        #expect(ledger.settle(acknowledged(1, 2, 3, 4)) == [])
    }

    @Test("refusals go first and are never covered by an acknowledgement")
    func refusals() {
        var ledger = ledger(deliveries: 3)
        let settlements = acknowledged(1, 3) + [LaneSchedule.Settlement(tag: 2, decision: .requeue)]
        #expect(
            ledger.settle(settlements) == [.reject(tag: 2, requeue: true), .acknowledge(tag: 3, multiple: true)]
        )
    }
}
