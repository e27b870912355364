import ContractJSON
import ContractRuntime
import RelayMessagingContract
import Testing

@testable import WhatsAppWebhookService

@Suite("Reading notifications")
struct NotificationReaderTests {
    private func read(_ values: JSONValue...) throws -> ReadNotification {
        try NotificationReader.read(Body.notification(values))
    }

    @Test("updates are grouped by number and customer and keep their order")
    func grouping() throws {
        let read = try read(
            Body.value(messages: [Body.text("1", from: "15550001"), Body.text("2", from: "15550002")]),
            Body.value(
                messages: [Body.text("3", from: "15550001")], statuses: [Body.status("4", to: "15550002")]),
            Body.value(number: "900000000000002", messages: [Body.text("5", from: "15550001")]))
        #expect(
            read.conversations.map(\.lane) == [
                "900000000000001:15550001", "900000000000001:15550002", "900000000000002:15550001",
            ])
        #expect(
            read.conversations.map { $0.updates.compactMap { $0.update["id"]?.string } } == [
                ["1", "3"], ["2", "4"], ["5"],
            ])
    }

    @Test("a customer with a business-scoped user id keeps one lane, whichever id an update names")
    func userID() throws {
        let contacts: JSONValue = [["profile": ["name": "Test"], "wa_id": "15550001", "user_id": "US.123"]]
        var byUser = try #require(Body.text("2").object)
        byUser["from"] = nil
        byUser["from_user_id"] = "US.123"
        let read = try read(
            Body.value(
                messages: [
                    Body.text("1", from: "15550001"), .object(byUser), Body.text("3", from: "US.123"),
                    Body.text("4", from: "+15550001"),
                ], contacts: contacts))
        #expect(read.conversations.map(\.lane) == ["900000000000001:US.123"])
        #expect(read.conversations.first?.customer?.waId == "15550001")
        #expect(read.conversations.first?.customer?.displayName == "Test")
        #expect(read.conversations.first?.updates.allSatisfy { $0.contact != nil } == true)
    }

    @Test("a contact never lends its ids to another sender")
    func foreignContact() throws {
        let contacts: JSONValue = [["wa_id": "15550001", "user_id": "US.123"]]
        let read = try read(Body.value(messages: [Body.text("1", from: "15550002")], contacts: contacts))
        #expect(read.conversations.first?.customer == .init(waId: "15550002"))
    }

    @Test("the one contact names the one sender, though its number is another; of two senders it names none")
    func otherNumber() throws {
        let contacts: JSONValue = [["profile": ["name": "Ana"], "wa_id": "551187654321"]]
        let own = Body.text("1", from: "5511987654321")
        let customer = try #require(
            try read(Body.value(messages: [own], contacts: contacts)).conversations.first?.customer)
        #expect(customer.displayName == "Ana" && customer.waId == "5511987654321" && customer.userId == nil)
        let two = try read(Body.value(messages: [own, Body.text("2", from: "15550002")], contacts: contacts))
        #expect(two.conversations.map(\.customer?.displayName) == [nil, nil])
    }

    @Test("a change of user id is a message from who the customer was, the same each time it is told")
    func changedUserID() throws {
        let body = try Body.fixture("userIdUpdate")
        let (one, other) = (try NotificationReader.read(body), try NotificationReader.read(body))
        let conversation = try #require(one.conversations.first)
        #expect(one.conversations.count == 1 && one.setAside.isEmpty)
        #expect(conversation.lane == "900000000000001:US.10000000000000000001")
        #expect(conversation.customer?.waId == "15550001234" && conversation.customer?.displayName == "Test Person")
        let update = try #require(conversation.updates.first)
        #expect(update.kind == .message && update.field == "user_id_update")
        #expect(update.update["type"] == "system")
        #expect(update.update["system"]?["type"] == "user_changed_user_id")
        #expect(update.update["system"]?["user_id"] == "US.10000000000000000002")
        #expect(update.update["user_id_update"]?["detail"] == "Changed")
        #expect(other.conversations.first?.updates.first?.update["id"] == update.update["id"])
    }

    @Test("a change of user id that names nobody or no new id is kept whole")
    func unusableUserID() throws {
        for element in [["timestamp": "1790000000"], ["wa_id": "1555", "timestamp": "1790000000"]] as [JSONValue] {
            let value: JSONValue = [
                "messaging_product": "whatsapp",
                "metadata": ["display_phone_number": "1555", "phone_number_id": "900000000000001"],
                "user_id_update": [element],
            ]
            let body: JSONValue = [
                "object": "whatsapp_business_account",
                "entry": [["id": "1", "changes": [["field": "user_id_update", "value": value]]]],
            ]
            let update = try NotificationReader.read(body.jsonBytes).conversations.first?.updates.first
            #expect(update?.kind == .change)
            #expect(update?.update["timestamp"] == "1790000000")
        }
    }

    @Test("broken parts around messages cost none of them")
    func salvage() throws {
        var value = try #require(Body.value(messages: [Body.text("1"), 7, Body.text("2")]).object)
        value["contacts"] = [["wa_id": 5]]
        value["statuses"] = ["not": "an array"]
        value["errors"] = [["code": "text"]]
        value["messaging_product"] = nil
        let body: JSONValue = [
            "object": "whatsapp_business_account",
            "entry": [
                "no entry",
                [
                    "id": "800000000000001", "time": "now",
                    "changes": [3, ["field": "messages", "value": .object(value)], ["field": 1, "value": [:]]],
                ],
            ],
        ]
        let read = try NotificationReader.read(body.jsonBytes)
        #expect(read.conversations.map { $0.updates.compactMap { $0.update["id"]?.string } } == [["1", "2"]])
        // Entry, change, contact, message, statuses, error, change.
        #expect(read.setAside.count == 7)
        #expect(read.setAside.allSatisfy { !$0.violations.isEmpty })
        #expect(read.updateCount == 9)
    }

    @Test("a message without any sender is set aside")
    func nobody() throws {
        var message = try #require(Body.text("1").object)
        message["from"] = nil
        let read = try read(Body.value(messages: [.object(message)]))
        #expect(read.conversations.isEmpty)
        #expect(read.setAside.first?.violations.first?.keyword == "required")
    }

    @Test("fields about an account go to the lane of the account")
    func account() throws {
        let read = try NotificationReader.read(try Body.fixture("accountAlert"))
        #expect(read.conversations.first?.updates.map(\.kind) == [.change])
        #expect(read.conversations.first?.phoneNumberID == nil)
        #expect(read.conversations.first?.lane == read.conversations.first?.wabaID)
    }
}
