import ContractRuntime
import GenesysWebhookContract
import SimulatorContract

/// The agents' side: makes messages and has them delivered.
struct GenesysAgents: Sendable {
    let platform: GenesysPlatform
    let deliveries: WebhookDeliverer

    /// Sends a message of an agent or a bot.
    /// - Returns: The message and the sequence number of its webhook; nil if the integration is gone.
    func send(
        _ text: String?,
        attachments: [(file: FileShelf.File, order: AgentAttachment)] = [],
        in conversation: GenesysConversation,
        by author: SimulatedAuthor = .human,
        redeliveries: Int = 0
    ) async -> (message: GenesysMessage, delivery: Int)? {
        guard let account = await platform.webhookAccount(conversation.key.integrationID) else { return nil }
        let message = await platform.add(to: conversation.id, isInbound: false, text: text, providerID: nil)
        let delivery = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: lane(conversation),
                body: GenesysWebhookBody.message(
                    message, attachments.map(attachment), in: conversation, by: author),
                redeliveries: redeliveries,
                about: "message \(message.id)"
            )
        )
        return (message, delivery.sequence)
    }

    private func attachment(_ file: FileShelf.File, _ order: AgentAttachment) -> ContentAttachment {
        ContentAttachment(
            id: .value(file.id), mediaType: .init(rawValue: order.mediaType.rawValue),
            url: GenesysFiles(platform: platform).address(of: file), mime: .value(file.mime),
            filename: order.filename.map { .value($0) } ?? .absent, contentSizeBytes: .value(file.bytes.count))
    }

    /// Tells that an agent is writing.
    func sendTyping(in conversation: GenesysConversation) async {
        guard let account = await platform.webhookAccount(conversation.key.integrationID) else { return }
        let event = GenesysMessage(
            id: platform.world.hexadecimal(32),
            conversationID: conversation.id,
            isInbound: false,
            text: nil,
            providerID: nil,
            at: platform.world.now(),
            status: "sent"
        )
        _ = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: lane(conversation),
                body: GenesysWebhookBody.typing(event, in: conversation),
                about: "typing \(event.id)"
            )
        )
    }

    /// Reports that a customer's message was published, where the integration wants to know.
    func publishReceipt(_ message: GenesysMessage, in conversation: GenesysConversation) async {
        guard let integration = await platform.integration(conversation.key.integrationID), integration.receipts,
            let account = await platform.webhookAccount(integration.id)
        else { return }
        _ = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: nil,
                body: GenesysWebhookBody.receipt(message, in: conversation),
                about: "receipt of \(message.id)"
            )
        )
    }

    private func lane(_ conversation: GenesysConversation) -> String {
        "\(conversation.key.integrationID) \(conversation.key.customer)"
    }
}
