import ContractJSON
import ContractRuntime
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import Testing

@testable import InboundTransformer

@Suite("A message whose tenant has to wait")
struct HoldingTests {
    private func held(_ outcomes: [SendOutcome], claimIsHeld: Bool = false) async throws -> (
        HoldRequest?, Int, [String]
    ) {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        desk.with { $0.isHeld = claimIsHeld }
        let platform = GenesysDesk(["m1": outcomes])
        let service = World.service(desk, platform, on: broker)
        #expect(await service.receive(World.delivery(try World.message("m1"))) == .acknowledge)
        #expect(broker.published.elements.isEmpty)
        #expect(desk.with { $0.settled }.isEmpty)
        return (desk.with { $0.holds.first }, desk.with { $0.holds.count }, platform.sent.elements)
    }

    @Test("is handed over whole when its credentials are refused, and nothing of it is tried again here")
    func credentials() async throws {
        let (request, count, sent) = try await held([.authentication(.init(code: "190", reason: "expired"))])
        let hold = try #require(request)
        #expect(count == 1 && sent.count == 1)
        #expect(hold.cause == FailureCause(disposition: .authentication, code: "190", reason: "expired"))
        #expect(hold.platform == .genesys && hold.trackingId == ClaimDesk.uuid(1) && hold.retryAfterSeconds == nil)
        let message = try World.message("m1")
        #expect(hold.exchange == message.exchange && hold.routingKey == message.routingKey)
        #expect(hold.body == String(decoding: message.body, as: UTF8.self) && hold.headers == message.headers)
        #expect(hold.messageId == "m1" && hold.lane == message.headers["lane"])
    }

    @Test("is handed over when its tenant is throttled for longer than a lane waits, and not when one recipient is")
    func throttled() async throws {
        let (request, _, _) = try await held([.throttled(.init(retryAfterSeconds: 30, scope: .tenant))])
        let hold = try #require(request)
        #expect(hold.cause?.disposition == .throttled && hold.retryAfterSeconds == 30)
        let (none, _, sent) = try await held([
            .throttled(.init(retryAfterSeconds: 0.01, scope: .tenant)), .throttled(.init(retryAfterSeconds: 0.01)),
        ])
        #expect(none == nil && sent.count == 3)
    }

    @Test("is handed over without a cause when it only follows others")
    func follows() async throws {
        let (request, _, sent) = try await held([], claimIsHeld: true)
        #expect(request != nil && request?.cause == nil && sent.isEmpty)
    }

    @Test("is settled once it was published again and dealt with, sent or dead")
    func settled() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let platform = GenesysDesk(["m2": [.permanent(.init(code: "c", reason: "r"))]])
        let service = World.service(desk, platform, on: broker)
        for (name, id) in [("m1", 41), ("m2", 42)] {
            var delivery = World.delivery(try World.message(name))
            delivery.headers["heldId"] = String(id)
            #expect(await service.receive(delivery) == .acknowledge)
        }
        #expect(desk.with { $0.settled } == [41, 42] && desk.with { $0.holds }.isEmpty)
    }
}

@Suite("A message that never reached WhatsApp")
struct SendFailureTests {
    private func failure(_ cause: FailureCause) throws -> DeliveredMessage {
        let message = SendFailure(
            tenantId: World.tenantID,
            integrationId: "integration",
            trackingId: ClaimDesk.uuid(3),
            genesysMessageId: "genesys-1#2",
            customerAddress: "49151000001",
            cause: cause,
            isFinal: true,
            failedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        )
        return World.delivery(
            try InboundMessagesPublisher.message(message, headers: World.headers(lane: "i:1"), messageID: "m")
        )
    }

    @Test(
        "is told to the agent with a code that Genesys knows and words for people",
        arguments: [
            ("131047", GenesysReceiptCode.messageExpired, "24 hours"), ("131026", .invalidDestination, "131026"),
            ("outside-window", .messageExpired, "own words"), ("something-new", .generalError, "own words"),
        ]
    )
    func told(_ code: String, _ expected: GenesysReceiptCode, _ words: String) async throws {
        let (desk, genesys) = (ClaimDesk(), GenesysDesk())
        let cause = FailureCause(disposition: .permanent, code: code, reason: "own words")
        let service = World.service(desk, genesys, on: PublishedOnly())
        #expect(await service.receive(try failure(cause)) == .acknowledge)
        let receipt = try #require(genesys.receipts.elements.first)
        #expect(receipt.status == .failed && receipt.isFinal == true && receipt.genesysMessageId == "genesys-1")
        #expect(receipt.reasons?.first?.code == expected)
        #expect(receipt.reasons?.first?.message.contains(words) == true)
        #expect(receipt.to.id == "49151000001" && receipt.to.idType == .phone)
    }

    @Test("waits alone when receipts are short of budget, and behind its tenant when that is on hold")
    func waits() async throws {
        let (desk, broker) = (ClaimDesk(), PublishedOnly())
        let genesys = GenesysDesk(receipts: [
            .throttled(.init(retryAfterSeconds: 3, scope: .tenant)), .authentication(.init(reason: "expired")),
        ])
        let service = World.service(desk, genesys, on: broker)
        let delivery = try failure(FailureCause(disposition: .permanent, code: "131026", reason: "r"))
        for _ in 0..<2 { #expect(await service.receive(delivery) == .acknowledge) }
        let holds = desk.with { $0.holds }
        #expect(holds.map(\.cause?.disposition) == [nil, .authentication])
        #expect(holds.map(\.retryAfterSeconds) == [3, nil] && holds.allSatisfy { $0.lane == "alone" })
        #expect(broker.published.elements.isEmpty)
    }
}
