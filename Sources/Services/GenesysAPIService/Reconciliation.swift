import ContractRuntime
import GenesysPlatformContract
import SharedContract
import StateManagerContract

/// Finds out whether an attempt without a result reached Genesys: looks into the customer's conversation for a message
/// whose `channel.messageId` is ours.
struct Reconciliation: Sendable {
    /// What the look-up gave.
    enum Finding: Sendable, Hashable {
        /// The message is there.
        case found(SendAccepted)
        /// The message is not there and will not come any more.
        case absent
        /// Nothing can be said yet.
        case open(reason: String)

        var label: String {
            switch self {
            case .found: "found"
            case .absent: "absent"
            case .open: "open"
            }
        }
    }

    let sending: Sending
    let open: BeginUnknownOutcome
    private var service: GenesysAPIService { sending.service }

    init(sending: Sending, open: BeginUnknownOutcome) {
        self.sending = sending
        self.open = open
    }

    /// - Throws: ``PlatformFailure``: the look-up failed.
    func finding() async throws -> Finding {
        guard let id = open.mapping?.conversationId ?? open.tracking.conversationId else { return afterEvidenceWindow }
        guard let conversation = try await conversation(id) else { return afterEvidenceWindow }
        if let accepted = try await search(conversation, id: id) { return .found(accepted) }
        // A customer whose conversation has ended starts another one, of which nothing is known here.
        guard conversation.isOpenForCustomer else { return afterEvidenceWindow }
        return age(from: open.begunAt) >= service.policy.settlingTime
            ? .absent : .open(reason: "the earlier attempt may still be at work")
    }

    /// Without a conversation to look into, the proof is the receipt webhook that Genesys sends about each message it
    /// has published; state-manager then answers beginSends with `alreadyAccepted`.
    private var afterEvidenceWindow: Finding {
        let firstMet = service.firstMet.value(for: open.openAttemptId) ?? service.now()
        let waited = min(age(from: open.begunAt), age(from: firstMet))
        return waited >= service.policy.evidenceWindow
            ? .absent : .open(reason: "no conversation to look into; a receipt may still prove the earlier attempt")
    }

    private func age(from instant: DateTime) -> Duration {
        .milliseconds(service.now().millisecondsSinceEpoch - instant.millisecondsSinceEpoch)
    }

    /// The conversation; nil if Genesys does not know it or does not let this client read it.
    private func conversation(_ id: String) async throws -> MessageConversation? {
        do {
            return try await service.callGenesys(
                "genesys.conversation",
                tenantID: sending.request.tenantId,
                traceparent: sending.traceparent
            ) { transport, credentials in
                try await GenesysPlatformClient(transport: transport, credentials: credentials).getMessageConversation(
                    .init(conversationId: id),
                    traceparent: sending.traceparent,
                    options: service.requestOptions
                ).result()
            }
        } catch PlatformFailure.permanent {
            return nil
        }
    }

    private func search(_ conversation: MessageConversation, id: String) async throws -> SendAccepted? {
        // Genesys' clock and ours differ, and what it calls the time of a message may be the customer's.
        let begin = min(
            open.begunAt.millisecondsSinceEpoch,
            sending.request.message.occurredAt.millisecondsSinceEpoch
        )
        let candidates = conversation.messagesOfCustomer(since: begin - 600_000).prefix(service.policy.maximumLookups)
        for messageID in candidates {
            guard let message = try await details(messageID) else { continue }
            let sourceID = message.normalizedMessage?.channel?.messageId.value ?? message.providerMessageId.value
            if sourceID == sending.request.message.sourceMessageId {
                return SendAccepted(
                    platformMessageId: messageID,
                    conversationId: Sending.conversationID(message.conversationId.value ?? id)
                )
            }
        }
        return nil
    }

    private func details(_ messageID: String) async throws -> MessageData? {
        do {
            return try await service.callGenesys(
                "genesys.details",
                tenantID: sending.request.tenantId,
                traceparent: sending.traceparent
            ) { transport, credentials in
                try await GenesysPlatformClient(transport: transport, credentials: credentials).getMessageDetails(
                    .init(messageId: messageID, useNormalizedMessage: true),
                    traceparent: sending.traceparent,
                    options: service.requestOptions
                ).result()
            }
        } catch PlatformFailure.permanent {
            return nil
        }
    }
}

extension MessageConversation {
    private var customers: [MessageMediaParticipant] {
        (participants.value ?? []).filter { $0.purpose.value == .customer }
    }

    /// Whether the customer's part of it has not ended.
    fileprivate var isOpenForCustomer: Bool {
        customers.contains { customer in
            guard customer.endTime.value == nil else { return false }
            switch customer.state.value {
            case .disconnected, .terminated: return false
            default: return true
            }
        }
    }

    /// Ids of the customer's messages that may be as young as that, the latest first.
    fileprivate func messagesOfCustomer(since milliseconds: Int64) -> [String] {
        let dated = customers.flatMap { $0.messages.value ?? [] }.enumerated().compactMap { place, message in
            message.messageId.value.map { id in
                (id: id, time: message.messageTime.value?.millisecondsSinceEpoch ?? .max, place: place)
            }
        }
        return dated.filter { $0.time >= milliseconds }.sorted { ($0.time, $0.place) > ($1.time, $1.place) }.map(\.id)
    }
}
