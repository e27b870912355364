import ContractJSON
import ContractRuntime
import ServiceKit
import SharedContract
import SimulatorContract
import WhatsAppWebhookContract

/// Answers the control interface of the Meta simulator.
struct MetaControl: ControlledSimulator {
    let platform: MetaPlatform
    let statuses: StatusScheduler
    let journal: Journal
    let faults: FaultPlan
    let deliveries: WebhookDeliverer
    let operations: OperationsAnswers
    let world: SimulatorWorld

    func webhookAccount(_ account: String) async -> WebhookAccount? { await platform.webhookAccount(account) }

    func keep(_ bytes: [UInt8], mime: String, account: String) async -> FileShelf.File? {
        guard await platform.number(account) != nil else { return nil }
        return await platform.store(bytes, mime: mime, number: account, origin: .put)
    }

    func files() async -> [FileShelf.File] { await platform.media.all }

    func file(_ id: String) async -> FileShelf.File? { await platform.media[id] }

    func forget() async {
        await platform.reset()
        await statuses.reset()
    }

    func putNumber(_ input: PutNumber.Input, _ context: RequestContext) async throws -> PutNumber.Output {
        await platform.put(input.body, id: input.phoneNumberId)
        await journal.log(.control, "putNumber", "number \(input.phoneNumberId) of account \(input.body.wabaId)")
        return .noContent
    }

    func putIntegration(_ input: PutIntegration.Input, _ context: RequestContext) async throws -> PutIntegration.Output
    {
        .notFound(Self.otherPlatform)
    }

    func sendAgentMessage(_ input: SendAgentMessage.Input, _ context: RequestContext) async throws
        -> SendAgentMessage.Output
    {
        .notFound(Self.otherPlatform)
    }

    func sendCustomerMessage(
        _ input: SendCustomerMessage.Input,
        _ context: RequestContext
    ) async throws -> SendCustomerMessage.Output {
        let order = input.body
        guard let number = await platform.number(order.phoneNumberId),
            let account = await platform.webhookAccount(order.phoneNumberId)
        else { return .notFound(Self.problem(404, "Not Found", "there is no such number here")) }
        guard (order.text == nil) != (order.message == nil) else {
            return .badRequest(Self.problem(400, "Bad Request", "either text or message says what the customer sends"))
        }
        let customers = [order.customer.waId, order.customer.userId].compactMap(\.self)
        guard let customer = customers.first else {
            return .badRequest(Self.problem(400, "Bad Request", "the customer needs a waId or a userId"))
        }
        let contact = Self.contact(order.customer)
        var ids: [String] = []
        var sequences: [Int] = []
        let isSubscribed = await platform.isSubscribed(number: number.id)
        for start in stride(from: 0, to: order.count, by: order.batch) {
            var messages: [JSONValue] = []
            for index in start..<min(start + order.batch, order.count) {
                let id = await platform.makeWamid(customer: customer)
                let message = Self.message(order, index: index, id: id, at: world.now())
                let sentID = message["id"]?.string ?? id
                await platform.noteInbound(number: number.id, customers: customers, wamid: sentID)
                ids.append(sentID)
                messages.append(message)
            }
            // The message is there, but nobody is told of it.
            guard isSubscribed else { continue }
            let delivery = await deliveries.enqueue(
                WebhookOrder(
                    account: account,
                    lane: "\(number.id) \(customer)",
                    body: MetaWebhookBody.messages(messages, from: contact, number: number),
                    redeliveries: order.redeliver,
                    about: "\(messages.count) messages to \(number.id)"
                )
            )
            sequences.append(delivery.sequence)
        }
        await journal.log(.control, "sendCustomerMessage", "\(ids.count) messages to \(number.id)")
        return .accepted(SentMessages(messageIds: ids, deliveries: sequences))
    }

    private static func contact(_ customer: CustomerIdentity) -> Contact {
        Contact(
            profile: customer.displayName.map { ContactProfile(name: $0) },
            waId: customer.waId,
            userId: customer.userId,
            parentUserId: customer.parentUserId
        )
    }

    /// The message object: what was asked for, completed; or a text.
    private static func message(_ order: CustomerMessage, index: Int, id: String, at milliseconds: Int64) -> JSONValue {
        var message = order.message ?? JSONObject()
        var head = JSONObject()
        if let waID = order.customer.waId { head["from"] = .string(waID) }
        if let userID = order.customer.userId { head["from_user_id"] = .string(userID) }
        head["id"] = .string(id)
        head["timestamp"] = .string(String(milliseconds / 1_000))
        if let text = order.text {
            message["text"] = ["body": .string(order.count > 1 ? "\(text) \(index + 1)" : text)]
            message["type"] = "text"
        }
        for member in message.members {
            // Only the first of several may keep an id of its own.
            if member.name == "id", index > 0 { continue }
            head[member.name] = member.value
        }
        return .object(head)
    }

    /// Opens the customer service window for the messages of a raw webhook, as far as it can be read.
    func noteRawWebhook(_ body: [UInt8]) async {
        guard let value = try? JSONValue(parsing: body) else { return }
        for entry in value["entry"]?.array ?? [] {
            for change in entry["changes"]?.array ?? [] {
                guard let value = change["value"], let number = value.value(at: "/metadata/phone_number_id")?.string
                else {
                    continue
                }
                for message in value["messages"]?.array ?? [] {
                    let customers = [message["from"]?.string, message["from_user_id"]?.string].compactMap(\.self)
                    guard let id = message["id"]?.string else { continue }
                    await platform.noteInbound(number: number, customers: customers, wamid: id)
                }
            }
        }
    }
}
