import ContractJSON
import ContractRuntime
import Database
import MessageBroker
import RelayMessagingContract
import SharedContract
import StateManagerContract
import Synchronization
import Testing

@testable import StateManager

@Suite("Dead letters and quarantine", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct DeadLetterTests {
    private let headers = RelayHeaders(
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        lane: "100200300400500:491700000001",
        attempt: 1,
        occurredAt: time(0)
    )

    private func letter(_ world: TestWorld, _ tracking: MessageTracking?, queue: String = "nowhere") -> DeadLetter {
        DeadLetter(
            deadLetterId: newID(),
            tenantId: world.tenantID,
            trackingId: tracking?.id,
            direction: .inbound,
            service: .inboundTransformer,
            cause: FailureCause(disposition: .transient, reason: "gave up"),
            attempts: 5,
            failedAt: time(60),
            traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
            exchange: queue,
            routingKey: queue,
            messageName: "InboundMessage",
            headers: JSONObject([
                ("traceparent", .string(headers.traceparent)), ("lane", .string(headers.lane)), ("attempt", 1),
                ("occurredAt", .string(headers.occurredAt.text)), ("x-death", .array([])),
            ]),
            payload: ["kind": "inboundMessage", "platformMessageId": "wamid.1", "text": "\u{0}ä"]
        )
    }

    private func delivery(_ message: OutgoingMessage, queue: String) -> DeliveredMessage {
        DeliveredMessage(
            queue: queue,
            exchange: message.exchange,
            routingKey: message.routingKey,
            body: message.body,
            messageID: message.messageID,
            type: message.type,
            headers: message.headers
        )
    }

    private func store(_ letter: DeadLetter, _ world: TestWorld) async throws -> DeliveryDecision {
        let message = try DeadLettersPublisher.message(letter, headers: headers, messageID: newID())
        return await DeadLetterIntake(state: world.service).receive(delivery(message, queue: "dead-letters"))
    }

    @Test("A dead letter is stored once, shown whole, and marks its message")
    func storing() async throws {
        try await TestWorld.run { world in
            let claimed = try #require(try await world.claim(world.inbound("wamid.1")).first).tracking
            let letter = letter(world, claimed)
            #expect(try await store(letter, world) == .acknowledge)
            #expect(try await store(letter, world) == .acknowledge)
            let story = try await world.story("wamid.1")
            #expect(story.tracking.status == .deadLettered)
            #expect(story.deadLetters.map(\.id) == [letter.deadLetterId])
            #expect(story.events.last?.kind == .deadLettered)
            guard case .ok(let details) = try await world.client.getDeadLetter(.init(deadLetterId: letter.deadLetterId))
            else { throw Unexpected("no dead letter") }
            #expect(details.payload == letter.payload && details.headers == letter.headers)
            #expect(details.record.state == .open && details.record.cause == letter.cause)
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .duplicate)
        }
    }

    @Test("A dead letter without a tracking id finds its message by the platform's id")
    func withoutTrackingID() async throws {
        try await TestWorld.run { world in
            _ = try await world.claim(world.inbound("wamid.1"))
            #expect(try await store(letter(world, nil), world) == .acknowledge)
            #expect(try await world.story("wamid.1").tracking.status == .deadLettered)
        }
    }

    @Test("A dead letter about an accepted message does not touch it")
    func accepted() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: attempt)
            _ = try await world.complete(tracking.id, attempt, .accepted(SendAccepted(platformMessageId: "g-1")))
            #expect(try await store(letter(world, tracking), world) == .acknowledge)
            #expect(try await world.story("wamid.1").tracking.status == .accepted)
        }
    }

    @Test("A replay publishes the same message one attempt later, once, and frees its claim")
    func replay() async throws {
        try await TestWorld.run { world in
            let queue = "test.replay.\(newID())"
            try await world.broker.declare(
                Topology(
                    exchanges: [Topology.Exchange(name: queue, type: "direct")],
                    queues: [Topology.Queue(name: queue, arguments: ["x-expires": .integer(60_000)])],
                    bindings: [Topology.Binding(exchange: queue, queue: queue, routingKey: queue)]
                )
            )
            let claimed = try #require(try await world.claim(world.inbound("wamid.1")).first).tracking
            let letter = letter(world, claimed, queue: queue)
            _ = try await store(letter, world)
            guard
                case .accepted(let record) = try await world.client.replayDeadLetter(
                    .init(deadLetterId: letter.deadLetterId)
                )
            else { throw Unexpected("not replayed") }
            #expect(record.state == .replayed && record.replays == 1)
            let again = try await world.client.replayDeadLetter(.init(deadLetterId: letter.deadLetterId))
            guard case .conflict = again else { throw Unexpected("replayed twice") }

            let received = Mutex<[DeliveredMessage]>([])
            let consumer = Task {
                try await world.broker.consume(Subscription(queue: queue)) { message in
                    received.withLock { $0.append(message) }
                    return .acknowledge
                }
            }
            #expect(try await eventually { received.withLock { !$0.isEmpty } })
            consumer.cancel()
            _ = await consumer.result
            let messages = received.withLock(\.self)
            let message = try #require(messages.first)
            #expect(messages.count == 1)
            #expect(try JSONValue(parsing: message.body, limits: JSONLimits()) == letter.payload)
            #expect(message.headers["attempt"] == "2" && message.headers["lane"] == headers.lane)
            #expect(message.headers["traceparent"] == headers.traceparent && message.type == "InboundMessage")
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .resumed)
            let audit = try await world.database.query(Statement("SELECT replayed_by FROM dead_letters"))
            #expect(try audit.first?.text("replayed_by") == "tester")
        }
    }

    @Test("A replay of a message whose last attempt has no result is reconciled before it is sent")
    func replayOfUnknownOutcome() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: attempt)
            var letter = letter(world, tracking, queue: "")
            letter.exchange = "amq.fanout"
            _ = try await store(letter, world)
            // Nobody is bound there: the message comes back and the dead letter stays open.
            let unroutable = try await world.client.replayDeadLetter(.init(deadLetterId: letter.deadLetterId))
            guard case .serviceUnavailable = unroutable else { throw Unexpected("\(unroutable)") }
            #expect(try await world.story("wamid.1").tracking.status == .deadLettered)
            #expect(try await world.story("wamid.1").deadLetters.first?.state == .open)

            let queue = "test.unknown.\(newID())"
            let exchange = Topology.Exchange(name: queue, type: "fanout")
            try await world.broker.declare(
                Topology(
                    exchanges: [exchange],
                    queues: [Topology.Queue(name: queue, arguments: ["x-expires": .integer(60_000)])],
                    bindings: [Topology.Binding(exchange: queue, queue: queue, routingKey: "")]
                )
            )
            try await world.database.execute(
                Statement("UPDATE dead_letters SET exchange = $1", [.text(queue)])
            )
            guard case .accepted = try await world.client.replayDeadLetter(.init(deadLetterId: letter.deadLetterId))
            else { throw Unexpected("not replayed") }
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .unknownOutcome)
            guard case .unknownOutcome(let unknown) = try await world.begin(tracking.id, newID()) else {
                throw Unexpected("it is sent without looking")
            }
            #expect(unknown.openAttemptId == attempt)
        }
    }

    @Test("A discarded dead letter keeps its note and its message has failed for good")
    func discard() async throws {
        try await TestWorld.run { world in
            let claimed = try #require(try await world.claim(world.inbound("wamid.1")).first).tracking
            let letter = letter(world, claimed)
            _ = try await store(letter, world)
            let request = DiscardDeadLetter.Input(
                deadLetterId: letter.deadLetterId,
                body: DiscardRequest(note: "the customer called")
            )
            guard case .ok(let record) = try await world.client.discardDeadLetter(request) else {
                throw Unexpected("not discarded")
            }
            #expect(record.state == .discarded && record.note == "the customer called")
            #expect(try await world.story("wamid.1").tracking.status == .failed)
            guard case .conflict = try await world.client.discardDeadLetter(request) else {
                throw Unexpected("discarded twice")
            }
            guard case .notFound = try await world.client.replayDeadLetter(.init(deadLetterId: newID())) else {
                throw Unexpected("found")
            }
        }
    }

    @Test("Any delivery that no service understood becomes a dead letter under the same id")
    func returned() async throws {
        try await TestWorld.run { world in
            let intake = ReturnedMessageIntake(state: world.service)
            var message = DeliveredMessage(
                queue: "dead-letters.returned",
                exchange: "dead-letters.returned",
                routingKey: "returned",
                body: Array(
                    #"{"kind":"inboundMessage","tenantId":"\#(world.tenantID)","platformMessageId":"wamid.1"}"#.utf8
                ),
                messageID: newID(),
                type: "InboundMessage",
                headers: [
                    "traceparent": headers.traceparent, "lane": headers.lane, "attempt": "1",
                    "occurredAt": headers.occurredAt.text, "x-first-death-queue": "inbound.messages.3",
                    "x-first-death-exchange": "inbound.lanes",
                ]
            )
            _ = try await world.claim(world.inbound("wamid.1"))
            #expect(await intake.receive(message) == .acknowledge)
            #expect(await intake.receive(message) == .acknowledge)
            let record = try #require(try await world.story("wamid.1").deadLetters.first)
            #expect(record.exchange == "inbound.lanes" && record.routingKey == "3")
            #expect(record.service == .inboundTransformer && record.cause.code == "delivery-limit")
            message.body = Array("no JSON".utf8)
            message.messageID = nil
            message.headers = [:]
            #expect(await intake.receive(message) == .acknowledge)
            guard case .ok(let page) = try await world.client.listDeadLetters(.init(state: .open)) else {
                throw Unexpected("no list")
            }
            #expect(page.items.count == 2)
            guard case .ok(let details) = try await world.client.getDeadLetter(.init(deadLetterId: page.items[0].id))
            else { throw Unexpected("no dead letter") }
            #expect(details.payload == "no JSON" && !details.violations.isEmpty)
        }
    }

    @Test("The broker's own headers say where a message was that it gave up on")
    func deliveryLimit() async throws {
        try await TestWorld.run { world in
            let id = newID()
            let queue = "inbound.messages.test-\(id)"
            let returned = "test.returned.\(id)"
            try await world.broker.declare(
                Topology(
                    exchanges: [
                        Topology.Exchange(name: queue, type: "fanout"),
                        Topology.Exchange(name: returned, type: "fanout"),
                    ],
                    queues: [
                        Topology.Queue(name: returned, arguments: ["x-expires": .integer(60_000)]),
                        Topology.Queue(
                            name: queue,
                            arguments: [
                                "x-expires": .integer(60_000), "x-queue-type": .string("quorum"),
                                "x-delivery-limit": .integer(2), "x-overflow": .string("reject-publish"),
                                "x-dead-letter-exchange": .string(returned),
                                "x-dead-letter-routing-key": .string("returned"),
                                "x-dead-letter-strategy": .string("at-least-once"),
                            ]
                        ),
                    ],
                    bindings: [
                        Topology.Binding(exchange: returned, queue: returned, routingKey: "returned"),
                        Topology.Binding(exchange: queue, queue: queue, routingKey: headers.lane),
                    ]
                )
            )
            let fields = [
                "traceparent": headers.traceparent, "lane": headers.lane, "attempt": "1",
                "occurredAt": headers.occurredAt.text,
            ]
            try await world.broker.publish([
                OutgoingMessage(
                    exchange: queue,
                    routingKey: headers.lane,
                    body: Array(#"{"kind":"inboundMessage"}"#.utf8),
                    messageID: newID(),
                    type: "InboundMessage",
                    headers: fields
                )
            ])
            let consumers = [
                Task { try await world.broker.consume(Subscription(queue: queue)) { _ in .requeue } },
                Task {
                    let intake = ReturnedMessageIntake(state: world.service)
                    try await world.broker.consume(Subscription(queue: returned)) { await intake.receive($0) }
                },
            ]
            var record: DeadLetterRecord?
            _ = try await eventually {
                guard case .ok(let page) = try await world.client.listDeadLetters(.init()) else { return false }
                record = page.items.first
                return record != nil
            }
            for consumer in consumers { consumer.cancel() }
            for consumer in consumers { _ = await consumer.result }
            #expect(record?.exchange == queue && record?.routingKey == headers.lane)
            #expect(record?.messageName == "InboundMessage" && record?.service == .inboundTransformer)
        }
    }

    @Test("Quarantined updates are listed once each, the latest first, by reason")
    func quarantine() async throws {
        try await TestWorld.run { world in
            let intake = QuarantineIntake(state: world.service)
            for (index, reason) in [QuarantineReason.unknownPhoneNumber, .tenantSuspended, .unknownPhoneNumber]
                .enumerated()
            {
                let update = QuarantinedUpdate(
                    quarantineId: newID(),
                    platform: .whatsapp,
                    reason: reason,
                    addressee: "10020030040050\(index)",
                    field: "messages",
                    receivedAt: time(Int64(index)),
                    archiveKey: "shared/2026/11/01/\(index).json",
                    update: ["text": "secret"]
                )
                let message = try QuarantinePublisher.message(update, headers: headers, messageID: newID())
                for _ in 0..<2 {
                    #expect(await intake.receive(delivery(message, queue: "quarantine")) == .acknowledge)
                }
            }
            guard case .ok(let page) = try await world.client.listQuarantinedUpdates(.init(reason: .unknownPhoneNumber))
            else { throw Unexpected("no list") }
            #expect(page.items.map(\.addressee) == ["100200300400502", "100200300400500"])
            #expect(page.items.allSatisfy { $0.state == .open && !$0.isReplayable })
            let one = try #require(page.items.first)
            guard case .ok(let details) = try await world.client.getQuarantinedUpdate(.init(quarantineId: one.id))
            else {
                throw Unexpected("no details")
            }
            #expect(details.update == ["text": "secret"])
        }
    }
}
