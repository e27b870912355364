import ContractJSON
import ContractRuntime
import MessageBroker
import ObjectStorage
import RelayMessagingContract
import SharedContract
import StateManagerContract
import Synchronization
import Testing

@testable import StateManager

@Suite("Searching, mending many, media links", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct ManyTests {
    private let headers = RelayHeaders(
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        lane: "100200300400500:491700000001",
        attempt: 1,
        occurredAt: time(0)
    )

    private func store(
        _ world: TestWorld,
        _ wamid: String,
        code: String,
        queue: String = "nowhere"
    ) async throws -> DeadLetter {
        let claimed = try #require(try await world.claim(world.inbound(wamid)).first).tracking
        let letter = DeadLetter(
            deadLetterId: newID(),
            tenantId: world.tenantID,
            trackingId: claimed.id,
            direction: .inbound,
            service: .inboundTransformer,
            cause: FailureCause(disposition: .transient, code: code, reason: "gave up"),
            attempts: 5,
            failedAt: time(60),
            exchange: queue,
            routingKey: queue,
            messageName: "InboundMessage",
            headers: JSONObject([("lane", .string(headers.lane)), ("attempt", 1)]),
            payload: ["kind": "inboundMessage", "platformMessageId": .string(wamid)]
        )
        let message = try DeadLettersPublisher.message(letter, headers: headers, messageID: newID())
        let decision = await DeadLetterIntake(state: world.service).receive(delivered(message, on: "dead-letters"))
        #expect(decision == .acknowledge)
        return letter
    }

    private func delivered(_ message: OutgoingMessage, on queue: String) -> DeliveredMessage {
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

    private func declare(_ world: TestWorld) async throws -> String {
        let queue = "test.many.\(newID())"
        try await world.broker.declare(
            Topology(
                exchanges: [Topology.Exchange(name: queue, type: "direct")],
                queues: [Topology.Queue(name: queue, arguments: ["x-expires": .integer(60_000)])],
                bindings: [Topology.Binding(exchange: queue, queue: queue, routingKey: queue)]
            )
        )
        return queue
    }

    /// What stands in a queue, once there are so many.
    private func received(_ world: TestWorld, _ queue: String, count: Int) async throws -> [DeliveredMessage] {
        let received = Mutex<[DeliveredMessage]>([])
        let consumer = Task {
            try await world.broker.consume(Subscription(queue: queue)) { message in
                received.withLock { $0.append(message) }
                return .acknowledge
            }
        }
        #expect(try await eventually { received.withLock { $0.count >= count } })
        consumer.cancel()
        _ = await consumer.result
        return received.withLock { $0 }
    }

    @Test("Conversations are found by part of a number or name and by every id")
    func search() async throws {
        try await TestWorld.run { world in
            let claims = try await world.claim(
                world.inbound("wamid.first", waId: "491700000001", userId: "DE.U1", name: "Frau Ümläut"),
                world.inbound("wamid.second", waId: "5511999990000", name: "João")
            )
            let attempt = newID()
            _ = try await world.begin(claims[0].tracking.id, attempt)
            let accepted = SendAccepted(platformMessageId: "genesys-1", conversationId: "conversation-1")
            _ = try await world.complete(claims[0].tracking.id, attempt, .accepted(accepted))
            let first = try #require(claims[0].mapping)
            for words in [
                "491700000001", "+49 170 000 0001", "0000001", "ümläut", "frau", "DE.U1", "wamid.first", "genesys-1",
                "conversation-1", first.id, claims[0].tracking.id,
            ] {
                guard
                    case .ok(let page) = try await world.client.listConversations(
                        .init(tenantId: world.tenantID, search: words)
                    )
                else { throw Unexpected("no list") }
                #expect(page.items.map(\.id) == [first.id], "\(words)")
            }
            for words in ["nobody", "99", "wamid", "491700000002", "%", "' OR 1=1"] {
                guard case .ok(let page) = try await world.client.listConversations(.init(search: words)) else {
                    throw Unexpected("no list")
                }
                #expect(page.items.isEmpty, "\(words)")
            }
            guard case .ok(let found) = try await world.client.getConversation(.init(mappingId: first.id)),
                case .notFound = try await world.client.getConversation(.init(mappingId: newID()))
            else { throw Unexpected("no conversation") }
            #expect(found.id == first.id && found.conversationId == "conversation-1")
        }
    }

    @Test("A message keeps its words and when it reached each state")
    func story() async throws {
        try await TestWorld.run { world in
            guard case .outbound(var claim) = world.outbound("out-1") else { return }
            claim.text = "Guten Tag\u{0}"
            let attempt = newID()
            let tracking = try await world.sending(.outbound(claim), attempt: attempt)
            #expect(tracking.text == "Guten Tag")
            for (status, second) in [(ReportedStatus.delivered, Int64(7)), (.sent, 5), (.read, 9)] {
                let report = StatusReport(
                    tenantId: world.tenantID,
                    wamid: "wamid.out",
                    trackingId: tracking.id,
                    status: status,
                    occurredAt: time(second),
                    receivedAt: time(20)
                )
                _ = try await world.status(report)
            }
            let story = try await world.story("wamid.out").tracking
            #expect(story.sentAt == time(5) && story.deliveredAt == time(7) && story.readAt == time(9))
            #expect(story.failedAt == nil && story.text == "Guten Tag")
        }
    }

    @Test("Dead letters are counted, filtered, replayed and discarded by what they have in common, each once")
    func many() async throws {
        try await TestWorld.run { world in
            let queue = try await declare(world)
            var slow: [String] = []
            for number in 1...3 {
                slow.append(try await store(world, "wamid.s\(number)", code: "slow", queue: queue).deadLetterId)
            }
            let other = try await store(world, "wamid.o", code: "odd", queue: queue)
            guard case .ok(let causes) = try await world.client.listDeadLetterCauses(.init(tenantId: world.tenantID)),
                case .ok(let odd) = try await world.client.listDeadLetters(
                    .init(state: .open, service: .inboundTransformer, direction: .inbound, code: "odd")
                )
            else { throw Unexpected("no lists") }
            #expect(causes.items.map(\.count) == [3, 1] && causes.items.map(\.code) == ["slow", "odd"])
            #expect(odd.items.map(\.id) == [other.deadLetterId])

            let filter = DeadLetterFilter(tenantId: world.tenantID, code: "slow")
            for (expected, remaining) in [(slow, 0), ([], 0)] {
                guard
                    case .ok(let changes) = try await world.client.replayDeadLetters(
                        .init(body: DeadLetterSelection(filter: filter))
                    )
                else { throw Unexpected("not replayed") }
                #expect(changes.results.map(\.id) == expected && changes.remaining == remaining)
                #expect(changes.results.allSatisfy { $0.result == .replayed && $0.record?.state == .replayed })
            }
            let unknown = newID()
            let ids = [slow[0], other.deadLetterId, unknown, other.deadLetterId]
            guard
                case .ok(let discarded) = try await world.client.discardDeadLetters(
                    .init(body: DeadLetterDiscard(ids: ids, note: "seen"))
                )
            else { throw Unexpected("not discarded") }
            #expect(discarded.results.map(\.result) == [.notOpen, .discarded, .notFound])
            #expect(try await world.story("wamid.o").tracking.status == .failed)
            let published = try await received(world, queue, count: 3)
            #expect(published.count == 3 && published.allSatisfy { $0.headers["attempt"] == "2" })
        }
    }

    @Test("A selection names dead letters or a filter, never both and never neither")
    func selection() async throws {
        try await TestWorld.run { world in
            for body in [
                DeadLetterSelection(), DeadLetterSelection(ids: [newID()], filter: DeadLetterFilter()),
                DeadLetterSelection(ids: []),
            ] {
                await #expect(throws: (any Error).self) {
                    _ = try await world.client.replayDeadLetters(.init(body: body))
                }
            }
        }
    }

    @Test("A quarantined update is routed again once, as it came; one that nobody understood is not")
    func quarantine() async throws {
        try await TestWorld.run { world in
            let queue = try await declare(world)
            let ids = [newID(), newID()]
            for (index, id) in ids.enumerated() {
                let update = QuarantinedUpdate(
                    quarantineId: id,
                    platform: .whatsapp,
                    reason: .unknownPhoneNumber,
                    addressee: "100200300400500",
                    receivedAt: time(Int64(index)),
                    archiveKey: "shared/2026/11/01/\(index).json",
                    update: ["id": "wamid.1"],
                    replay: index == 0
                        ? QuarantineReplay(
                            exchange: queue,
                            routingKey: queue,
                            messageName: "WhatsAppUpdates",
                            payload: JSONObject([("kind", "whatsAppUpdates")])
                        ) : nil
                )
                let message = try QuarantinePublisher.message(update, headers: headers, messageID: id)
                let intake = QuarantineIntake(state: world.service)
                #expect(await intake.receive(delivered(message, on: "quarantine")) == .acknowledge)
            }
            func replay(_ body: QuarantineSelection) async throws -> QuarantineChanges {
                guard case .ok(let changes) = try await world.client.replayQuarantinedUpdates(.init(body: body)) else {
                    throw Unexpected("no answer")
                }
                return changes
            }
            let filter = QuarantineFilter(reason: .unknownPhoneNumber, addressee: "100200300400500")
            let first = try await replay(QuarantineSelection(filter: filter))
            #expect(first.results == [QuarantineChange(id: ids[0], result: .replayed)] && first.remaining == 0)
            #expect(try await replay(QuarantineSelection(filter: filter)).results.isEmpty)
            #expect(
                try await replay(QuarantineSelection(ids: ids)).results.map(\.result) == [.notOpen, .notReplayable])
            let message = try #require(try await received(world, queue, count: 1).first)
            #expect(message.type == "WhatsAppUpdates" && message.headers["lane"] == headers.lane)
            #expect(message.headers["attempt"] == "2" && message.messageID != ids[0])
            guard
                case .ok(let discarded) = try await world.client.discardQuarantinedUpdates(
                    .init(body: QuarantineDiscard(filter: QuarantineFilter(), note: "spam"))
                ), case .ok(let page) = try await world.client.listQuarantinedUpdates(.init(state: .discarded))
            else { throw Unexpected("not discarded") }
            #expect(discarded.results.map(\.id) == [ids[1]])
            #expect(page.items.map(\.note) == ["spam"])
        }
    }

    @Test("A link to stored media can be fetched without credentials; a message without media has none")
    func mediaLinks() async throws {
        try await TestWorld.run { world in
            guard case .inbound(var claim) = world.inbound("wamid.image") else { return }
            claim.mediaType = .image
            claim.mediaUrl = "s3://media-inbound/tenant/2026/11/01/picture-1.jpg"
            let tracking = try #require(try await world.claim(.inbound(claim)).first).tracking
            guard case .ok(let link) = try await world.client.getMessageMedia(.init(trackingId: tracking.id)) else {
                throw Unexpected("no link")
            }
            #expect(link.url.contains("/media-inbound/tenant/2026/11/01/picture-1.jpg?"))
            #expect(link.url.contains("X-Amz-Expires=300") && link.mediaType == .image)
            let plain = try #require(try await world.claim(world.inbound("wamid.text")).first).tracking
            for id in [plain.id, newID()] {
                guard case .notFound = try await world.client.getMessageMedia(.init(trackingId: id)) else {
                    throw Unexpected("a link to nothing")
                }
            }
        }
    }
}
