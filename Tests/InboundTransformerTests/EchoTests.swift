import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import StateManagerContract
import Testing

@testable import InboundTransformer

@Suite("What the business writes in WhatsApp's app")
struct EchoTests {
    private static func echo(_ wamid: String, _ type: String, _ content: JSONValue) throws -> DeliveredMessage {
        World.delivery(try World.message(wamid, type, content, writtenInApp: true))
    }

    private static func track(_ desk: ClaimDesk) {
        let now = DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        desk.with {
            $0.tracked = MessageTracking(
                id: ClaimDesk.uuid(7), tenantId: World.tenantID, metaMessageId: "w1", genesysMessageId: "app:w1",
                direction: .outbound, status: .sent, messageType: "text", attempts: 0, receivedAt: now, createdAt: now,
                updatedAt: now)
        }
    }

    @Test("is claimed as outbound under an id of its own, counts as sent, and Genesys gets nothing")
    func recorded() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let echo = try Self.echo("w1", "image", ["image": ["id": "m1", "caption": "Our shop"]])
        #expect(await service.receive(echo) == .acknowledge)
        let claim = try #require(desk.with { $0.outboundClaims }.first)
        #expect(claim.platformMessageId == "app:w1" && claim.customerAddress == "49151000001")
        #expect(claim.text == "[Image] Our shop" && claim.mediaType == .image && claim.lane == nil)
        let status = try #require(desk.with { $0.statuses }.first)
        #expect(status.wamid == "w1" && status.trackingId == ClaimDesk.uuid(1) && status.status == .sent)
        #expect(genesys.sent.elements.isEmpty && broker.published.elements.isEmpty)
        #expect(desk.with { $0.inboundClaims }.isEmpty)
    }

    @Test("has no second effect when it is told again")
    func again() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        Self.track(desk)
        let echo = try Self.echo("w1", "text", ["text": ["body": "Hello"]])
        #expect(await service.receive(echo) == .acknowledge)
        #expect(desk.with { $0.outboundClaims }.isEmpty && desk.with { $0.statuses }.isEmpty)
    }

    @Test(
        "names the business where it edits or deletes",
        arguments: [
            ("edit", ["edit": ["original_message_id": "w0", "message": ["type": "text", "text": ["body": "New"]]]]),
            ("revoke", ["revoke": ["original_message_id": "w0"]]),
        ] as [(String, JSONValue)])
    func changed(_ type: String, _ content: JSONValue) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(try Self.echo("w1", type, content)) == .acknowledge)
        let text = try #require(desk.with { $0.outboundClaims }.first?.text)
        let deleted = "[The business deleted an earlier message]"
        #expect(text == (type == "edit" ? "[The business edited an earlier message] New" : deleted))
    }

    @Test("takes statuses, of which no receipt goes to Genesys", arguments: ["delivered", "read", "failed"])
    func statuses(_ status: String) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        Self.track(desk)
        let update: JSONValue = ["id": "w1", "status": .string(status), "timestamp": "1790000000"]
        let message = MessageStatus(
            tenantId: World.tenantID, phoneNumberId: "100", integrationId: "integration",
            customer: CustomerIdentity(waId: "49151000001"), platformMessageId: "w1",
            status: try MessageStatus.Status(json: .string(status)),
            receivedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000), archiveKey: "shared/1.json",
            update: update.object ?? JSONObject())
        let published = try InboundMessagesPublisher.message(
            message, headers: World.headers(lane: "100:1", attempt: 1), messageID: "m")
        #expect(await service.receive(World.delivery(published)) == .acknowledge)
        #expect(desk.with { $0.statuses }.count == 1)
        #expect(genesys.receipts.elements.isEmpty && broker.published.elements.isEmpty)
    }
}
