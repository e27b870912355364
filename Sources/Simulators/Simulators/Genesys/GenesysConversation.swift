/// A conversation between a customer and an agent.
struct GenesysConversation: Sendable {
    /// What a customer's thread is known by: integration and the customer's address.
    struct Key: Hashable, Sendable {
        let integrationID: String
        let customer: String
    }

    let id: String
    let key: Key
    /// `idType` of the customer, as it was given.
    var customerKind: String
    var customerName: String?
    let customerParticipantID: String
    let agentParticipantID: String
    /// The agent's communication, which agent messages name.
    let communicationID: String
    let startedAt: Int64
    var endedAt: Int64?
    var attributes: [String: String] = [:]
    /// Ids of its messages in order.
    var messageIDs: [String] = []
}

/// A message in a conversation.
struct GenesysMessage: Sendable {
    let id: String
    let conversationID: String
    let isInbound: Bool
    let text: String?
    /// `channel.messageId` as the sender gave it.
    let providerID: String?
    let at: Int64
    /// Status of the message details: received, sent, delivery-success, delivery-failed.
    var status: String
}

extension GenesysPlatform {
    /// The conversation of a customer: the open one, or a new one.
    func openConversation(_ key: GenesysConversation.Key, kind: String, name: String?) -> GenesysConversation {
        if let id = openConversations[key], let conversation = conversations[id] { return conversation }
        let conversation = begin(world.uuid(), key, kind: kind, name: name)
        openConversations[key] = conversation.id
        return conversation
    }

    private func begin(
        _ id: String,
        _ key: GenesysConversation.Key,
        kind: String,
        name: String?
    ) -> GenesysConversation {
        let conversation = GenesysConversation(
            id: id,
            key: key,
            customerKind: kind,
            customerName: name,
            customerParticipantID: world.uuid(),
            agentParticipantID: world.uuid(),
            communicationID: world.uuid(),
            startedAt: world.now()
        )
        conversations[id] = conversation
        return conversation
    }

    /// Takes note of a message that a webhook from outside this simulator tells of, in the conversation that it names.
    func note(outbound id: String, text: String?, conversation: String?, key: GenesysConversation.Key) {
        guard messages[id] == nil, integrations[key.integrationID] != nil else { return }
        let home: GenesysConversation
        if let conversation {
            home = conversations[conversation] ?? begin(conversation, key, kind: "Opaque", name: nil)
            if openConversations[key] == nil { openConversations[key] = home.id }
        } else {
            home = openConversation(key, kind: "Opaque", name: nil)
        }
        guard home.key == key else { return }
        messages[id] = GenesysMessage(
            id: id,
            conversationID: home.id,
            isInbound: false,
            text: text,
            providerID: nil,
            at: world.now(),
            status: "sent"
        )
        conversations[home.id]?.messageIDs.append(id)
    }

    /// The conversation of a customer that is not over.
    func currentConversation(_ key: GenesysConversation.Key) -> GenesysConversation? {
        openConversations[key].flatMap { conversations[$0] }
    }

    /// A conversation of the token's client.
    func conversation(_ id: String, token: String?) throws(GenesysRefusal) -> GenesysConversation {
        guard let conversation = conversations[id] else { throw .notFound }
        _ = try integration(conversation.key.integrationID, token: token)
        return conversation
    }

    /// Adds a message to a conversation. Message ids are 32 hexadecimal digits.
    func add(to conversation: String, isInbound: Bool, text: String?, providerID: String?) -> GenesysMessage {
        let message = GenesysMessage(
            id: world.hexadecimal(32),
            conversationID: conversation,
            isInbound: isInbound,
            text: text,
            providerID: providerID,
            at: world.now(),
            status: isInbound ? "received" : "sent"
        )
        messages[message.id] = message
        conversations[conversation]?.messageIDs.append(message.id)
        return message
    }

    /// A message of the token's client.
    func message(_ id: String, token: String?) throws(GenesysRefusal) -> GenesysMessage {
        guard let message = messages[id] else { throw .notFound }
        _ = try conversation(message.conversationID, token: token)
        return message
    }

    /// Takes note of what became of an outbound message.
    /// - Returns: Whether there is such a message of that integration.
    func note(status: String, ofOutbound id: String, integration: String) -> Bool {
        guard let message = messages[id], !message.isInbound,
            conversations[message.conversationID]?.key.integrationID == integration
        else { return false }
        messages[id]?.status = status
        return true
    }

    func end(conversation id: String) {
        guard let conversation = conversations[id] else { return }
        conversations[id]?.endedAt = world.now()
        if openConversations[conversation.key] == id { openConversations[conversation.key] = nil }
    }

    /// Sets participant data.
    func set(attributes: [String: String], conversation id: String) {
        conversations[id]?.attributes.merge(attributes) { _, new in new }
    }
}
