import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import InboundTransformer

@Suite("A message that names another one")
struct AnsweringTests {
    private static let sentAt = DateTime("2026-11-20T09:15:30.125Z")

    private static func choice(_ kind: String) -> JSONValue {
        switch kind {
        case "button": ["button": ["payload": "g1/2", "text": "No"], "context": ["from": "1", "id": "wamid.out"]]
        case "list_reply":
            [
                "interactive": ["type": "list_reply", "list_reply": ["id": "g1/2", "title": "No"]],
                "context": ["from": "1", "id": "wamid.out"],
            ]
        default: ["interactive": ["type": "button_reply", "button_reply": ["id": "g1/2", "title": "No"]]]
        }
    }

    @Test("a chosen option returns to its structured message", arguments: ["button_reply", "list_reply", "button"])
    func structured(kind: String) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let option = StructuredOption(id: "g1/2", kind: .quickReply, text: "No, thanks", payload: "deliver-no")
        desk.with { $0.answered = AnsweredMessage(genesysMessageId: "g1#2", option: option) }
        let service = World.service(desk, genesys, on: broker)
        let type = kind == "button" ? "button" : "interactive"
        let message = try World.message("w1", type, Self.choice(kind))
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let asked = try #require(desk.with { $0.asked }.first)
        #expect(asked.optionId == "g1/2")
        #expect(asked.wamid == (kind == "button_reply" ? nil : "wamid.out"))
        let draft = try #require(genesys.requests.elements.first).message
        #expect(
            draft.answer
                == StructuredAnswer(
                    kind: .quickReply, text: "No, thanks", payload: "deliver-no", originatingMessageId: "g1"))
        // Words for when Genesys will not have the answer.
        #expect(draft.text?.hasSuffix("No") == true)
    }

    @Test("a choice of nobody's is its words")
    func unknownOption() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1", "interactive", Self.choice("button_reply"))
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let draft = try #require(genesys.requests.elements.first).message
        #expect(draft.answer == nil && draft.text == "[Button] No")
    }

    @Test(
        "what it is about is named",
        arguments: [
            Named(
                type: "text", content: ["text": ["body": "Yes"], "context": ["from": "1", "id": "wamid.out"]],
                text: "[Reply to your message of 2026-11-20 09:15 UTC]\nYes"
            ),
            Named(
                type: "reaction", content: ["reaction": ["message_id": "wamid.out", "emoji": "👍"]],
                text: "[Reaction 👍 to your message of 2026-11-20 09:15 UTC]"
            ),
            Named(
                type: "reaction", content: ["reaction": ["message_id": "wamid.out"]],
                text: "[Reaction to your message of 2026-11-20 09:15 UTC removed]"
            ),
            Named(
                type: "revoke", content: ["revoke": ["original_message_id": "wamid.out"]],
                text: "[The customer deleted your message of 2026-11-20 09:15 UTC]"
            ),
        ]
    )
    func named(named: Named) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        desk.with { $0.answered = AnsweredMessage(direction: .outbound, genesysMessageId: "g1", sentAt: Self.sentAt) }
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1", named.type, named.content)
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let draft = try #require(genesys.requests.elements.first).message
        #expect(draft.text == named.text)
        #expect(draft.answer == nil)
        #expect(desk.with { $0.asked.map(\.wamid) } == ["wamid.out"])
    }

    /// A message about another one and what an agent reads.
    struct Named: Sendable {
        let type: String
        let content: JSONValue
        let text: String
    }

    @Test("a message that names none asks nothing")
    func plain() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        #expect(desk.with { $0.asked }.isEmpty)
    }
}

@Suite("Who a message is from")
struct CustomerTests {
    @Test("Genesys knows the customer by the same address, whatever number the message came under")
    func address() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        desk.with { $0.genesysAddress = GenesysAddress(id: "DE.1", idType: .opaque, nickname: "Earlier Name") }
        let service = World.service(desk, genesys, on: broker)
        #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
        let from = try #require(genesys.requests.elements.first).message.from
        #expect(from == GenesysAddress(id: "DE.1", idType: .opaque, nickname: "Test Person"))
    }

    @Test(
        "a changed number or user id is claimed as a change",
        arguments: [
            Change(
                system: ["type": "user_changed_number", "body": "A changed", "wa_id": "49151000002"],
                customer: .init(waId: "49151000002", displayName: "Test Person")
            ),
            Change(
                system: ["type": "user_changed_number", "body": "A", "new_wa_id": "49151000002", "user_id": "DE.2"],
                customer: .init(waId: "49151000002", userId: "DE.2", displayName: "Test Person")
            ),
            Change(
                system: ["type": "user_changed_user_id", "user_id": "DE.2"],
                customer: .init(waId: "49151000001", userId: "DE.2", displayName: "Test Person")
            ),
        ]
    )
    func changed(change: Change) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1", "system", ["system": change.system])
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let claim = try #require(desk.with { $0.inboundClaims }.first)
        #expect(claim.customer == change.customer)
        #expect(claim.formerly == CustomerIdentity(waId: "49151000001", displayName: "Test Person"))
        #expect(genesys.requests.elements.first?.message.text?.hasPrefix("[The customer") == true)
    }

    /// What a system message says and who the customer is then.
    struct Change: Sendable {
        let system: JSONValue
        let customer: CustomerIdentity
    }

    @Test(
        "nothing else is",
        arguments: [
            ["type": "customer_identity_changed", "body": "changed"], ["type": "user_changed_number", "body": "?"],
            ["type": "user_changed_number", "wa_id": "not a number!"],
        ] as [JSONValue]
    )
    func unchanged(system: JSONValue) async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let message = try World.message("w1", "system", ["system": system])
        #expect(await service.receive(World.delivery(message)) == .acknowledge)
        let claim = try #require(desk.with { $0.inboundClaims }.first)
        #expect(claim.formerly == nil)
        #expect(claim.customer.waId == "49151000001")
    }

    @Test("an advertisement becomes participant data")
    func referral() async throws {
        let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
        let service = World.service(desk, genesys, on: broker)
        let content: JSONValue = [
            "text": ["body": "Hello"],
            "referral": [
                "source_url": "https://ad.example.com/1", "source_id": "77", "source_type": "ad", "headline": "Tides",
                "ctwa_clid": "click",
            ],
        ]
        #expect(await service.receive(World.delivery(try World.message("w1", "text", content))) == .acknowledge)
        #expect(
            genesys.requests.elements.first?.message.customAttributes == [
                "whatsapp_referral_source_url": "https://ad.example.com/1", "whatsapp_referral_source_id": "77",
                "whatsapp_referral_source_type": "ad", "whatsapp_referral_headline": "Tides",
                "whatsapp_referral_ctwa_clid": "click",
            ])
    }

    @Test("a message is marked as read when Genesys has it, where the tenant wants that")
    func markedAsRead() async throws {
        for policy in [ReadMarkPolicy.received, .answered, .never] {
            let (desk, genesys, broker) = (ClaimDesk(), GenesysDesk(), PublishedOnly())
            let marks = ReadMarkDesk()
            let service = World.service(
                desk, genesys, on: broker, tenantPolicy: .init(markAsRead: policy), readMarks: marks)
            #expect(await service.receive(World.delivery(try World.message("w1"))) == .acknowledge)
            #expect(marks.marked.elements.map(\.wamid) == (policy == .received ? ["w1"] : []))
            #expect(marks.marked.elements.allSatisfy { !$0.typing && $0.phoneNumberId == "100" })
        }
    }
}
