import ContractJSON
import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "what the business writes in WhatsApp's app stands in the conversation once, takes statuses and goes to no agent",
        .timeLimit(.minutes(5)))
    func writtenInApp() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(151)
            let customer = "15550251001"
            try await world.greet(line, [customer])
            let time = "1790000000"
            let echo: JSONValue = [
                "from": "15550009000", "to": .string(customer), "id": "wamid.app.1", "timestamp": .string(time),
                "type": "text", "text": ["body": "From my phone"],
            ]
            let read: JSONValue = [
                "id": "wamid.app.1", "status": "read", "timestamp": .string(time), "recipient_id": .string(customer),
            ]
            for _ in 1...2 {
                try await world.tell(line, "smb_message_echoes", "message_echoes", echo, customer)
                let story: MessageStory? = try await within(.seconds(60)) {
                    try await world.story(of: "wamid.app.1", line).flatMap { $0.tracking.sentAt == nil ? nil : $0 }
                }
                #expect(story?.tracking.direction == .outbound && story?.tracking.text == "From my phone")
                #expect(story?.tracking.genesysMessageId == "app:wamid.app.1")
                #expect(story?.mapping?.customer.waId == customer)
                try await world.tell(line, "messages", "statuses", read, customer)
            }
            let wasRead: Bool? = try await within(.seconds(60)) {
                try await world.story(of: "wamid.app.1", line)?.tracking.status == .read ? true : nil
            }
            #expect(wasRead == true)
            let reply: JSONValue = [
                "from": .string(customer), "id": "wamid.reply", "timestamp": .string(time), "type": "text",
                "text": ["body": "Thanks"], "context": ["from": "15550009000", "id": "wamid.app.1"],
            ]
            try await world.tell(line, "messages", "messages", reply, customer)
            let arrived = try await world.arrived(2, at: .genesys, line)
            #expect(arrived.map(\.text).first == "Good morning")
            #expect(arrived.last?.text?.hasPrefix("[Reply to your message of ") == true)
            #expect(arrived.count == 2)
            #expect(try await world.received(.genesys, [line], kind: .receipt).isEmpty)
            let mapping = try #require(try await world.story(of: "wamid.app.1", line)?.tracking.mappingId)
            guard case .ok(let page) = try await world.state.listConversationMessages(.init(mappingId: mapping)) else {
                throw Unexpected("listConversationMessages")
            }
            #expect(page.items.map(\.text).count { $0 == "From my phone" } == 1 && page.items.count == 3)
            #expect(try await world.losses(of: [line]) == [])
        }
    }
}

extension RelayWorld {
    /// Posts a webhook with one element.
    fileprivate func tell(
        _ line: Line, _ field: String, _ part: String, _ element: JSONValue, _ customer: String
    ) async throws {
        var value = JSONObject()
        value["messaging_product"] = "whatsapp"
        value["metadata"] = [
            "display_phone_number": "15550009000", "phone_number_id": .string(line.phoneNumberID),
        ]
        value["contacts"] = [["profile": ["name": "Test Person"], "wa_id": .string(customer)]]
        value[part] = [element]
        let body: JSONValue = [
            "object": "whatsapp_business_account",
            "entry": [["id": "800000000000001", "changes": [["field": .string(field), "value": .object(value)]]]],
        ]
        let recording = AddressedRecording(body: body.jsonBytes, messageIDs: [])
        guard try await deliver(recording, from: .meta, line) == 200 else { throw Unexpected("webhook") }
    }

    /// The whole story of a message; nil where none is known.
    fileprivate func story(of id: String, _ line: Line) async throws -> MessageStory? {
        guard case .ok(let story) = try await state.getMessage(.init(id: id, tenantId: line.tenantID)) else {
            return nil
        }
        return story
    }
}
