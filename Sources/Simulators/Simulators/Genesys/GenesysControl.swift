import ContractJSON
import ContractRuntime
import ServiceKit
import SimulatorContract

/// Answers the control interface of the Genesys simulator.
struct GenesysControl: ControlledSimulator {
    let platform: GenesysPlatform
    let agents: GenesysAgents
    let journal: Journal
    let faults: FaultPlan
    let deliveries: WebhookDeliverer
    let operations: OperationsAnswers

    func webhookAccount(_ account: String) async -> WebhookAccount? { await platform.webhookAccount(account) }

    /// Takes note of an agent's message, so that receipts about it are understood, as far as the body can be read.
    func noteRawWebhook(_ body: [UInt8]) async {
        guard let document = try? JSONValue(parsing: body), document["direction"]?.string == "Outbound",
            document["type"]?.string != "Receipt", let id = document["id"]?.string,
            let integration = document.value(at: "/channel/from/id")?.string,
            let customer = document.value(at: "/channel/to/id")?.string
        else { return }
        await platform.note(
            outbound: id,
            text: document["text"]?.string,
            conversation: document["conversationId"]?.string,
            key: GenesysConversation.Key(integrationID: integration, customer: customer)
        )
    }

    func forget() async {
        await platform.reset()
        await platform.forgetFiles()
    }

    func keep(_ bytes: [UInt8], mime: String, account: String) async -> FileShelf.File? {
        guard await platform.integration(account) != nil else { return nil }
        return await platform.keep(bytes, mime: mime, integration: account, origin: .put)
    }

    func files() async -> [FileShelf.File] { await platform.files.all }

    func file(_ id: String) async -> FileShelf.File? { await platform.files[id] }

    func putNumber(_ input: PutNumber.Input, _ context: RequestContext) async throws -> PutNumber.Output {
        .notFound(Self.otherPlatform)
    }

    func sendCustomerMessage(
        _ input: SendCustomerMessage.Input,
        _ context: RequestContext
    ) async throws -> SendCustomerMessage.Output {
        .notFound(Self.otherPlatform)
    }

    func putIntegration(_ input: PutIntegration.Input, _ context: RequestContext) async throws -> PutIntegration.Output
    {
        await platform.put(input.body, id: input.integrationId)
        await journal.log(
            .control,
            "putIntegration",
            "integration \(input.integrationId) of client \(input.body.clientId)"
        )
        return .noContent
    }

    func sendAgentMessage(_ input: SendAgentMessage.Input, _ context: RequestContext) async throws
        -> SendAgentMessage.Output
    {
        let order = input.body
        guard let conversation = await conversation(of: order) else {
            return .notFound(Self.problem(404, "Not Found", "there is no such integration or conversation here"))
        }
        var attachments: [(file: FileShelf.File, order: AgentAttachment)] = []
        for attachment in order.attachments ?? [] {
            guard let file = await platform.files[attachment.fileId], file.account == order.integrationId else {
                return .notFound(Self.problem(404, "Not Found", "there is no file \(attachment.fileId) here"))
            }
            attachments.append((file, attachment))
        }
        var ids: [String] = []
        var sequences: [Int] = []
        for index in 0..<order.count {
            let text = order.text.map { order.count > 1 ? "\($0) \(index + 1)" : $0 }
            guard
                let (message, delivery) = await agents.send(
                    text,
                    attachments: attachments,
                    in: conversation,
                    by: order.originatingEntity,
                    redeliveries: order.redeliver
                )
            else { break }
            ids.append(message.id)
            sequences.append(delivery)
        }
        await journal.log(.control, "sendAgentMessage", "\(ids.count) messages in conversation \(conversation.id)")
        return .accepted(SentMessages(messageIds: ids, deliveries: sequences))
    }

    /// The conversation that is named, the customer's current one, or a new one that the agent begins.
    private func conversation(of order: AgentMessage) async -> GenesysConversation? {
        guard await platform.integration(order.integrationId) != nil else { return nil }
        let key = GenesysConversation.Key(integrationID: order.integrationId, customer: order.to)
        guard let id = order.conversationId else {
            return await platform.openConversation(key, kind: "Opaque", name: nil)
        }
        guard let conversation = await platform.conversations[id], conversation.key == key else { return nil }
        return conversation
    }
}
