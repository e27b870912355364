import ContractJSON
import ContractRuntime
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import Testing
import WhatsAppAPIServiceContract

@testable import OutboundTransformer

@Suite("A delivery of outbound.messages")
struct DeliveryTests {
    @Test("is claimed, sent to the customer of the conversation and acknowledged; a redelivery has no second effect")
    func effectOnce() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        let delivery = World.delivery(try World.message("g1"))
        #expect(await service.receive(delivery) == .acknowledge)
        desk.with { $0.accepted = [ClaimDesk.uuid(1)] }
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(whatsApp.sent.elements == ["g1 accepted"])
        let request = try #require(whatsApp.requests.elements.first)
        #expect(request.recipient.waId == "49151000001")
        #expect(request.trackingId == ClaimDesk.uuid(1))
    }

    @Test("with a text longer than one message is sent part by part, each with a tracking id of its own")
    func parts() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        let text = (0..<3).map { String(repeating: String($0), count: 4_096) }.joined()
        let delivery = World.delivery(try World.message("g1", text: text))
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(whatsApp.sent.elements == ["0000000000 accepted", "1111111111 accepted", "2222222222 accepted"])
        #expect(whatsApp.requests.elements.map(\.trackingId) == (1...3).map(ClaimDesk.uuid))
        #expect(desk.with { Set($0.claimed.keys) } == ["g1", "g1#2", "g1#3"])
    }

    @Test("of which a part was sent before a crash goes on with the next part")
    func partsResumed() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        desk.with {
            $0.claimed = ["g1": ClaimDesk.uuid(1), "g1#2": ClaimDesk.uuid(2)]
            $0.accepted = [ClaimDesk.uuid(1)]
        }
        let service = World.service(desk, whatsApp, on: broker)
        let text = (0..<2).map { String(repeating: String($0), count: 4_096) }.joined()
        #expect(await service.receive(World.delivery(try World.message("g1", text: text))) == .acknowledge)
        #expect(whatsApp.sent.elements == ["1111111111 accepted"])
    }

    @Test("that is a typing event is acknowledged and not sent")
    func typing() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        #expect(await service.receive(World.delivery(try World.message("g1", type: "Event"))) == .acknowledge)
        #expect(whatsApp.sent.elements.isEmpty)
        #expect(broker.published.elements.isEmpty)
    }

    @Test("is tried again after everything that may pass")
    func retried() async throws {
        let outcomes: [SendOutcome] = [
            .throttled(.init(retryAfterSeconds: 0.01)), .transient(.init(reason: "r")), .unknown(.init(reason: "r")),
        ]
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(["g1": outcomes]), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        #expect(await service.receive(World.delivery(try World.message("g1"))) == .acknowledge)
        #expect(whatsApp.sent.elements.count == 4)
        #expect(broker.published.elements.isEmpty)
    }

    @Test("of which a part failed for good before a crash becomes a dead letter, and nothing behind the part is sent")
    func failedBefore() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        desk.with {
            $0.claimed = ["g1": ClaimDesk.uuid(1)]
            $0.failed = [ClaimDesk.uuid(1)]
        }
        let service = World.service(desk, whatsApp, on: broker)
        let text = String(repeating: "x", count: 150_000)
        var delivery = World.delivery(try World.message("g1", text: text))
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(broker.published.elements.isEmpty)
        delivery.redelivered = true
        #expect(await service.receive(delivery) == .acknowledge)
        #expect(broker.published.elements.map(\.type) == ["SendFailure", "DeadLetter"])
        #expect(whatsApp.sent.elements.isEmpty)
    }

    @Test("that can never succeed, or has no customer, becomes a dead letter")
    func deadLetters() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let whatsApp = WhatsAppDesk(["g1": [.permanent(.init(code: "131047", reason: "too late"))]])
        let service = World.service(desk, whatsApp, on: broker)
        #expect(await service.receive(World.delivery(try World.message("g1"))) == .acknowledge)
        desk.with { $0.isUnresolved = true }
        #expect(await service.receive(World.delivery(try World.message("g2"))) == .acknowledge)
        let told = try broker.published.elements.filter { $0.type == "SendFailure" }.map {
            try SendFailure(json: $0.body)
        }
        #expect(told.map(\.cause.code) == ["131047", "unresolved-customer"])
        #expect(told.map(\.genesysMessageId) == ["g1", "g2"] && told.allSatisfy(\.isFinal))
        #expect(told.allSatisfy { $0.customerAddress == "49151000001" && $0.integrationId == "integration" })
        #expect(broker.published.elements.map(\.type) == ["SendFailure", "DeadLetter", "SendFailure", "DeadLetter"])
        let letters = try broker.published.elements.filter { $0.type == "DeadLetter" }.map {
            try DeadLetter(json: $0.body)
        }
        #expect(letters.map(\.cause.code) == ["131047", "unresolved-customer"])
        #expect(letters.allSatisfy { $0.service == .outboundTransformer && $0.direction == .outbound })
    }

    /// What Genesys says of a customer's message.
    private static func receipt(_ status: String) throws -> DeliveredMessage {
        let message = GenesysReceipt(
            tenantId: World.tenantID,
            integrationId: "integration",
            platformMessageId: "genesys-1",
            sourceMessageId: "wamid.1",
            status: try GenesysReceipt.Status(json: .string(status)),
            receivedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000),
            archiveKey: "shared/1.json",
            update: JSONObject()
        )
        return World.delivery(
            try OutboundMessagesPublisher.message(message, headers: World.headers(lane: "i:1"), messageID: "m")
        )
    }

    @Test("that is a receipt of a message not known yet is looked at again, and not for ever")
    func earlyReceipt() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let now = DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        desk.with { state in
            state.tracked = MessageTracking(
                id: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", tenantId: World.tenantID, direction: .inbound,
                status: .accepted, messageType: "text", attempts: 1, receivedAt: now, createdAt: now, updatedAt: now)
            state.earlyReceipts = 2
        }
        let service = World.service(desk, whatsApp, on: broker)
        #expect(await service.receive(try Self.receipt("Published")) == .acknowledge)
        #expect(desk.with { $0.receipts.count } == 3)
        desk.with { $0.earlyReceipts = .max }
        #expect(await service.receive(try Self.receipt("Published")) == .acknowledge)
        #expect(desk.with { $0.receipts.count } == 6)
        #expect(broker.published.elements.isEmpty)
    }

    @Test("that is a receipt is recorded as evidence", arguments: [("Published", "delivered"), ("Failed", "failed")])
    func receipt(status: String, recorded: String) async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let delivery = try Self.receipt(status)
        #expect(await World.service(desk, whatsApp, on: broker).receive(delivery) == .acknowledge)
        let report = try #require(desk.with { $0.receipts.first })
        #expect(report.status.rawValue == recorded)
        #expect(report.wamid == "wamid.1")
        #expect((report.failure != nil) == (recorded == "failed"))
    }
}

@Suite(
    "outbound-transformer on RabbitMQ",
    .enabled(if: TestBroker.isAvailable, TestBroker.missing),
    .timeLimit(.minutes(2))
)
struct LaneTests {
    @Test("a message that is tried again keeps its lane in order, and one that fails for good lets the lane go on")
    func order() async throws {
        let broker = try TestBroker.transport()
        for topology in [
            ReturnedMessagesChannel.topology, DeadLettersChannel.topology, OutboundMessagesChannel.topology,
        ] {
            try await broker.declare(topology)
        }
        let whatsApp = WhatsAppDesk([
            "a1": Array(repeating: .transient(.init(reason: "r")), count: 5),
            "a2": [.permanent(.init(code: "131047", reason: "r"))],
        ])
        try await broker.publish(["a1", "a2", "a3"].map { try World.message($0) })
        let job = try #require(World.service(ClaimDesk(), whatsApp, on: broker).assembly.jobs.first)
        let letters = Recorder<String>()
        let running = Task { try await job.run() }
        let reading = Task {
            try await broker.consume(DeadLettersChannel.subscriptions[0]) { delivery in
                letters.record(delivery.type ?? "")
                return .acknowledge
            }
        }
        _ = await whatsApp.sent.wait { $0.contains("a3 accepted") }
        #expect(await letters.wait(count: 1) == ["DeadLetter"])
        for task in [running, reading] {
            task.cancel()
            _ = await task.result
        }
        #expect(
            whatsApp.sent.elements
                == Array(repeating: "a1 refused", count: 5) + ["a1 accepted", "a2 refused", "a3 accepted"]
        )
    }

    @Test("with options tells state-manager what they stand for before it goes out")
    func options() async throws {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        let message = try World.message("g1", type: "Structured", content: Structured.replies(["Yes", "No"]))
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let remembered = desk.with { $0.remembered }
        #expect(remembered.map(\.genesysMessageId) == ["g1"])
        #expect(remembered.first?.options.map(\.payload) == ["p1", "p2"])
        guard case .buttons = try #require(whatsApp.requests.elements.first).message else {
            return #expect(Bool(false))
        }
    }

    @Test("marks the customer's last message as read where the tenant wants that with the answer")
    func markedAsRead() async throws {
        for policy in [ReadMarkPolicy.answered, .received, .never] {
            let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
            desk.with { $0.lastInbound = LastInbound(lastInboundAt: WallClock.now, wamid: "wamid.in#2") }
            let service = World.service(desk, whatsApp, on: broker, tenantPolicy: .init(markAsRead: policy))
            #expect(await service.receive(World.delivery(try World.message("g1"))) == .acknowledge)
            #expect(whatsApp.marked.elements.map(\.wamid) == (policy == .answered ? ["wamid.in"] : []))
            #expect(whatsApp.marked.elements.allSatisfy { !$0.typing })
        }
    }

    @Test("that says an agent is typing is shown to a customer who wrote lately, where the tenant wants that")
    func typingShown() async throws {
        let old = DateTime(millisecondsSinceEpoch: WallClock.now.millisecondsSinceEpoch - 31 * 24 * 3_600_000)
        for (wants, last, marks) in [(true, WallClock.now, 1), (true, old, 0), (false, WallClock.now, 0)] {
            let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
            desk.with { $0.lastInbound = LastInbound(lastInboundAt: last, wamid: "wamid.in") }
            let service = World.service(desk, whatsApp, on: broker, tenantPolicy: .init(showTyping: wants))
            #expect(await service.receive(World.delivery(try World.message("g1", type: "Event"))) == .acknowledge)
            #expect(whatsApp.marked.elements.count == marks)
            #expect(whatsApp.marked.elements.allSatisfy { $0.typing })
            #expect(whatsApp.requests.elements.isEmpty)
        }
    }

    @Test("carries what the window is judged by, and the tenant's template only where it may be needed")
    func window() async throws {
        let template = WhatsAppTemplateDraft(
            name: "come_back", language: "en",
            components: [.body(.init(parameters: [.init(text: "{{customer}}"), .init(text: "We say: {{message}}")]))])
        for hours in [Int64(1), 25] {
            let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
            let last = DateTime(millisecondsSinceEpoch: WallClock.now.millisecondsSinceEpoch - hours * 3_600_000)
            desk.with { $0.lastInbound = LastInbound(lastInboundAt: last, wamid: "wamid.in") }
            let service = World.service(desk, whatsApp, on: broker, tenantPolicy: .init(outsideWindow: template))
            #expect(await service.receive(World.delivery(try World.message("g1", text: "Hi\nyou"))) == .acknowledge)
            let request = try #require(whatsApp.requests.elements.first)
            let end = try #require(request.windowOpenUntil).millisecondsSinceEpoch - last.millisecondsSinceEpoch
            #expect(end == 24 * 3_600_000 - 60_000)
            guard hours > 24 else {
                #expect(request.outsideWindow == nil)
                continue
            }
            guard case .body(let body) = try #require(request.outsideWindow?.components?.first) else {
                return #expect(Bool(false))
            }
            #expect(body.parameters.map(\.text) == ["–", "We say: Hi you"])
        }
    }
}
