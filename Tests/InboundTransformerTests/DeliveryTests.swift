import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import RelayMessagingContract
import SharedContract
import Testing

@testable import InboundTransformer

@Suite("A delivery of inbound.messages")
struct DeliveryTests {
    private func letters(_ broker: PublishedOnly) throws -> [DeadLetter] {
        try broker.published.elements.map { try DeadLetter(json: $0.body) }
    }

    @Test("is claimed, sent and acknowledged, and a redelivery has no second effect")
    func effectOnce() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let delivery = World.delivery(try World.message("w1"))
        #expect(await service.receive(delivery) == .acknowledge)
        desk.with { $0.accepted = [ClaimDesk.uuid(1)] }
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(genesys.sent.elements == ["w1 accepted"])
    }

    @Test("that was claimed before a crash is sent")
    func resumed() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        desk.with { $0.claimed = ["w1": ClaimDesk.uuid(1)] }
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        #expect(genesys.sent.elements == ["w1 accepted"])
    }

    @Test("is tried again after everything that may pass, and after refused credentials")
    func retried() async throws {
        let outcomes: [SendOutcome] = [
            .throttled(.init(retryAfterSeconds: 0.01)), .transient(.init(reason: "r")), .unknown(.init(reason: "r")),
        ]
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(["w1": outcomes]), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        #expect(genesys.sent.elements.count == 4)
        #expect(broker.published.elements.isEmpty)
    }

    @Test("of which a part failed for good before a crash becomes a dead letter, and nothing behind the part is sent")
    func failedBefore() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        desk.with {
            $0.claimed = ["w1": ClaimDesk.uuid(1)]
            $0.failed = [ClaimDesk.uuid(1)]
        }
        let service = World.service(desk, genesys, on: broker)
        let text = String(repeating: "x", count: 150_000)
        var delivery = World.delivery(try World.message("w1", text: text))
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(broker.published.elements.isEmpty)
        delivery.redelivered = true
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(broker.published.elements.count == 1)
        #expect(genesys.sent.elements.isEmpty)
    }

    @Test("that can never succeed becomes a dead letter with its cause and everything a replay needs")
    func permanent() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let genesys = GenesysDesk(["w1": [.permanent(.init(code: "bad.request", reason: "refused"))]])
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1")
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let letter = try #require(try letters(broker).first)
        #expect(letter.cause == FailureCause(disposition: .permanent, code: "bad.request", reason: "refused"))
        #expect(letter.trackingId == ClaimDesk.uuid(1))
        #expect(letter.attempts == 1)
        #expect(letter.exchange == "inbound.lanes")
        #expect(letter.routingKey == Partition.key(of: "100:1", count: 8))
        #expect(letter.messageName == "InboundMessage")
        #expect(letter.headers["attempt"] == 1)
        #expect(letter.payload == (try JSONValue(parsing: message.body)))
        #expect(letter.traceId == "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test("is given up after the policy's time")
    func exhausted() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let genesys = GenesysDesk(["w1": Array(repeating: .transient(.init(reason: "r")), count: 50)])
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        #expect(try letters(broker).first?.attempts == 20)
        #expect(try letters(broker).first?.cause.disposition == .transient)
    }

    @Test("without a customer becomes a dead letter")
    func unresolved() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        desk.with { $0.isUnresolved = true }
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        #expect(try letters(broker).first?.cause.code == "unresolved-customer")
    }

    @Test("that breaks its contract becomes a dead letter with the violations")
    func refused() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        var message = try World.message("w1")
        message.body = Array(#"{"kind":"inboundMessage"}"#.utf8)
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let letter = try #require(try letters(broker).first)
        #expect(letter.cause.code == "contract-violation")
        #expect(letter.violations?.isEmpty == false)
        message.body = Array("no JSON".utf8)
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        #expect(try letters(broker).last?.payload == "no JSON")
    }

    @Test("with a text longer than one message becomes several, claimed and sent in order")
    func parts() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1", text: String(repeating: "x", count: 250_000))
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        #expect(genesys.sent.elements == ["w1 accepted", "w1#2 accepted", "w1#3 accepted"])
    }

    @Test("with the longest id that a message may have is claimed and sent in parts like any other")
    func longestID() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let id = String(repeating: "w", count: 512)
        let message = try World.message(id, text: String(repeating: "x", count: 150_000))
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        #expect(genesys.sent.elements == ["\(id) accepted", "\(id)#2 accepted"])
        #expect(broker.published.elements.isEmpty)
    }

    @Test("of a file alone is sent where its message went without it, and has no effect where it went with it")
    func lateFile() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let now = DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        let url = "s3://media-inbound/t/1.png"
        func track(_ mediaURL: String?) {
            desk.with {
                $0.tracked = MessageTracking(
                    id: ClaimDesk.uuid(7), tenantId: World.tenantID, metaMessageId: "w1", direction: .inbound,
                    status: .accepted, messageType: "image", mediaType: .image, mediaUrl: mediaURL, attempts: 1,
                    receivedAt: now, createdAt: now, updatedAt: now)
            }
        }
        let file = StoredMedia(
            url: url, mediaType: .image, mime: "image/png", sizeBytes: 5, sha256: String(repeating: "0", count: 64))
        let late = World.delivery(
            try World.message("w1", "image", ["image": ["id": "m1"]], file: file, fileOnly: true))
        track(url)
        #expect(await service.receive(late) == .acknowledge)
        #expect(genesys.sent.elements.isEmpty)
        track(nil)
        #expect(await service.receive(late) == .acknowledge)
        #expect(genesys.sent.elements == ["w1#0 accepted"])
    }
}

@Suite("A status of an agent's message")
struct StatusTests {
    private func status(_ status: String, code: Int? = nil, attempt: Int = 1) throws -> DeliveredMessage {
        var update = JSONObject([("id", "wamid.A"), ("status", .string(status)), ("timestamp", "1790000000")])
        if let code { update["errors"] = [["code": .number(JSONNumber(code)), "title": "t"]] }
        let message = MessageStatus(
            tenantId: World.tenantID,
            phoneNumberId: "100",
            integrationId: "integration",
            platformMessageId: "wamid.A",
            status: try MessageStatus.Status(json: .string(status)),
            receivedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000),
            archiveKey: "shared/1.json",
            update: update
        )
        return World.delivery(
            try InboundMessagesPublisher.message(
                message,
                headers: World.headers(lane: "100:1", attempt: attempt),
                messageID: "m"
            )
        )
    }

    private func tracked(_ desk: ClaimDesk, _ status: TrackingStatus, genesysID: String = "genesys-1") {
        let now = DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        desk.with {
            $0.tracked = MessageTracking(
                id: ClaimDesk.uuid(7),
                tenantId: World.tenantID,
                genesysMessageId: genesysID,
                direction: .outbound,
                status: status,
                messageType: "Text",
                attempts: 1,
                receivedAt: now,
                createdAt: now,
                updatedAt: now
            )
        }
    }

    @Test("delivered is told to Genesys once, and read after it tells nothing new")
    func delivered() async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, .delivered)
        let service = World.service(desk, genesys, on: PublishedOnly())
        #expect(await service.receive(try status("delivered")) == .acknowledge)
        #expect(await service.receive(try status("read")) == .acknowledge)
        #expect(genesys.receipts.elements.map(\.status) == [.delivered])
        #expect(genesys.receipts.elements.first?.to.id == "49151000001")
        #expect(desk.with { $0.statuses.map(\.status) } == [.delivered, .read])
    }

    @Test(
        "what becomes of a message that tries a connection is no news to Genesys, which never sent it",
        arguments: ["delivered", "failed"])
    func testMessage(word: String) async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, word == "failed" ? .failed : .delivered, genesysID: "test6b3fd1a7c0de4c2a9f6b1e0d2c4a")
        let service = World.service(desk, genesys, on: PublishedOnly())
        #expect(await service.receive(try status(word, code: word == "failed" ? 131_047 : nil)) == .acknowledge)
        #expect(genesys.receipts.elements.isEmpty)
        #expect(desk.with { $0.statuses.count } == 1)
        for id in ["test-message-1", "testing"] { #expect(!MessagePart.isTest(id)) }
    }

    @Test("a message one of whose parts has failed is not told as delivered", arguments: ["delivered", "read"])
    func failedPart(word: String) async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, word == "read" ? .read : .delivered)
        desk.with { $0.failedPart = true }
        #expect(await World.service(desk, genesys, on: PublishedOnly()).receive(try status(word)) == .acknowledge)
        #expect(genesys.receipts.elements.isEmpty)
        #expect(desk.with { $0.statuses.count } == 1)
    }

    @Test("read alone is told as delivered")
    func readAlone() async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, .read)
        #expect(
            await World.service(desk, genesys, on: PublishedOnly()).receive(try status("played")) == .acknowledge
        )
        #expect(genesys.receipts.elements.map(\.status) == [.delivered])
    }

    @Test("failed is told with a reason that Genesys knows")
    func failed() async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, .failed, genesysID: "genesys-1#2")
        #expect(
            await World.service(desk, genesys, on: PublishedOnly()).receive(try status("failed", code: 131_047))
                == .acknowledge
        )
        let receipt = try #require(genesys.receipts.elements.first)
        #expect(receipt.status == .failed)
        #expect(receipt.genesysMessageId == "genesys-1")
        #expect(receipt.reasons?.first?.code == .messageExpired)
        #expect(desk.with { $0.statuses.first?.failure?.code } == "131047")
        #expect(desk.with { $0.statuses.first?.failure?.reason.contains("more than 24 hours ago") } == true)
    }

    @Test("a duplicate makes no receipt, but one that was interrupted does")
    func duplicate() async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        tracked(desk, .delivered)
        desk.with { $0.isChanged = false }
        let service = World.service(desk, genesys, on: PublishedOnly())
        #expect(await service.receive(try status("delivered")) == .acknowledge)
        #expect(genesys.receipts.elements.isEmpty)
        #expect(await service.receive(try status("delivered", attempt: 2)) == .acknowledge)
        #expect(genesys.receipts.elements.count == 1)
    }

    @Test("of an unknown kind, or of a message sent past the relay, is acknowledged")
    func ignored() async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        let service = World.service(desk, genesys, on: PublishedOnly())
        #expect(await service.receive(try status("teleported")) == .acknowledge)
        #expect(await service.receive(try status("delivered")) == .acknowledge)
        #expect(genesys.receipts.elements.isEmpty)
    }

    @Test("whose receipt fails for long becomes a dead letter that leaves the message alone")
    func receiptFails() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let genesys = GenesysDesk(receipts: Array(repeating: .transient(.init(reason: "r")), count: 10))
        tracked(desk, .delivered)
        #expect(await World.service(desk, genesys, on: broker).receive(try status("delivered")) == .acknowledge)
        #expect(genesys.receipts.elements.count == 3)
        let letter = try DeadLetter(json: #require(broker.published.elements.first).body)
        #expect(letter.trackingId == nil)
        #expect(letter.messageName == "MessageStatus")
    }
}
