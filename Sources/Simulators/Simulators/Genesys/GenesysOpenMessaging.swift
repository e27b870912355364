import ContractRuntime
import GenesysOpenMessagingContract
import SimulatorContract

/// Answers the Open Messaging inbound API.
struct GenesysOpenMessaging: Sendable {
    let platform: GenesysPlatform
    let front: GenesysFront
    let journal: Journal
    let agents: GenesysAgents
}

extension GenesysOpenMessaging: GenesysOpenMessagingHandler {
    func sendInboundMessage(
        _ input: SendInboundMessage.Input,
        _ context: RequestContext
    ) async throws -> SendInboundMessage.Output {
        do {
            let channel = input.body.channel
            let (conversation, message) = try await take(
                channel,
                text: input.body.text,
                integration: input.integrationId,
                mayOpen: true,
                context
            )
            await record(.message, channel, conversation, message, text: input.body.text, body: input.body.jsonBytes)
            let taken = await platform.admissible(input.body.content, integration: input.integrationId)
            await GenesysFiles(platform: platform).fetchAttachments(
                of: taken ?? [], id: message.id, integration: input.integrationId)
            await agents.publishReceipt(message, in: conversation)
            let content = taken?.map { item in
                OpenMessageContent(contentType: .attachment, attachment: Self.attachment(item))
            }
            let isPrefetched = input.prefetchConversationId ?? false
            let answer = OpenMessageNormalizedMessage(
                id: .value(message.id),
                channel: Self.accepted(channel, message, conversation),
                type: .text,
                text: input.body.text.map { .value($0) } ?? .absent,
                content: content.map { .value($0) } ?? .absent,
                metadata: input.body.metadata.map { .value($0) } ?? .absent,
                conversationId: isPrefetched ? .value(conversation.id) : .absent,
                direction: .value(.inbound)
            )
            // Which of the two statuses is used when is not documented.
            return isPrefetched ? .ok(answer) : .accepted(answer)
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func sendStructuredResponse(
        _ input: SendStructuredResponse.Input,
        _ context: RequestContext
    ) async throws -> SendStructuredResponse.Output {
        do {
            let channel = input.body.channel
            let button = input.body.buttonResponse
            let (conversation, message) = try await take(
                channel,
                text: button.text,
                integration: input.integrationId,
                mayOpen: false,
                context
            )
            await record(.message, channel, conversation, message, text: button.text, body: input.body.jsonBytes)
            await agents.publishReceipt(message, in: conversation)
            return .ok(
                OpenStructuredResponseNormalizedMessage(
                    id: .value(message.id),
                    channel: Self.accepted(channel, message, conversation),
                    type: .structured,
                    direction: .value(.inbound)
                )
            )
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func sendInboundEvent(
        _ input: SendInboundEvent.Input,
        _ context: RequestContext
    ) async throws -> SendInboundEvent.Output {
        do {
            let integration = try await ready(input.integrationId, context)
            let from = input.body.channel.from
            let key = GenesysConversation.Key(integrationID: integration.id, customer: from.id)
            let conversation = await platform.currentConversation(key)
            await journal.record(
                Journal.Entry(
                    kind: .typing,
                    account: integration.id,
                    customer: from.id,
                    conversationID: conversation?.id,
                    body: input.body.jsonBytes
                )
            )
            var channel = Self.channel(integration.id, from: from, at: input.body.channel.time)
            channel.messageId = .absent
            let typing = ConversationEventTyping(type: .on, duration: .value(5_000))
            return .ok(
                OpenEventNormalizedMessage(
                    id: .value(platform.world.hexadecimal(32)),
                    channel: channel,
                    type: .event,
                    events: .value([OpenMessageEvent(eventType: .typing, typing: typing)])
                )
            )
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func sendInboundReceipt(
        _ input: SendInboundReceipt.Input,
        _ context: RequestContext
    ) async throws -> SendInboundReceipt.Output {
        do {
            let integration = try await ready(input.integrationId, context)
            let status = input.body.status == .failed ? "delivery-failed" : "delivery-success"
            let isKnown = await platform.note(status: status, ofOutbound: input.body.id, integration: integration.id)
            let to = input.body.channel.to
            let key = GenesysConversation.Key(integrationID: integration.id, customer: to.id)
            if isKnown {
                await journal.record(
                    Journal.Entry(
                        kind: .receipt,
                        account: integration.id,
                        customer: to.id,
                        conversationID: await platform.currentConversation(key)?.id,
                        platformMessageID: input.body.id,
                        text: input.body.status.rawValue,
                        body: input.body.jsonBytes
                    )
                )
            }
            return .ok(Self.answer(to: input.body, integration: integration.id, isKnown: isKnown))
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    // MARK: Steps

    /// An integration of the caller whose creation is complete.
    private func ready(_ id: String, _ context: RequestContext) async throws -> GenesysPlatform.Integration {
        let integration = try await platform.integration(id, token: MetaFront.bearerToken(context.headers))
        guard integration.readyAt <= platform.world.now() else { throw GenesysRefusal.notFound }
        return integration
    }

    private func take(
        _ channel: OpenInboundMessageMessagingChannel,
        text: String?,
        integration id: String,
        mayOpen: Bool,
        _ context: RequestContext
    ) async throws -> (GenesysConversation, GenesysMessage) {
        let integration = try await ready(id, context)
        let key = GenesysConversation.Key(integrationID: integration.id, customer: channel.from.id)
        if !mayOpen, await platform.currentConversation(key) == nil { throw GenesysRefusal.notFound }
        let name = channel.from.nickname ?? channel.from.firstName
        let conversation = await platform.openConversation(key, kind: channel.from.idType.rawValue, name: name)
        if let attributes = channel.metadata?.customAttributes {
            await platform.set(attributes: attributes, conversation: conversation.id)
        }
        let message = await platform.add(
            to: conversation.id,
            isInbound: true,
            text: text,
            providerID: channel.messageId
        )
        return (conversation, message)
    }

    private func record(
        _ kind: ReceivedKind,
        _ channel: OpenInboundMessageMessagingChannel,
        _ conversation: GenesysConversation,
        _ message: GenesysMessage,
        text: String?,
        body: [UInt8]
    ) async {
        await journal.record(
            Journal.Entry(
                kind: kind,
                account: conversation.key.integrationID,
                customer: channel.from.id,
                conversationID: conversation.id,
                platformMessageID: message.id,
                sourceMessageID: channel.messageId,
                text: text,
                body: body
            )
        )
    }

    // MARK: Answers

    private static func accepted(
        _ channel: OpenInboundMessageMessagingChannel,
        _ message: GenesysMessage,
        _ conversation: GenesysConversation
    ) -> OpenMessagingChannel {
        var accepted = Self.channel(conversation.key.integrationID, from: channel.from, at: channel.time)
        accepted.messageId = channel.messageId.map { .value($0) } ?? .absent
        accepted.metadata = channel.metadata.map {
            AcceptedChannelMetadata(customAttributes: $0.customAttributes.map { .value($0) } ?? .absent)
        }
        return accepted
    }

    private static func channel(
        _ integration: String,
        from: OpenMessagingFromRecipient,
        at time: DateTime
    ) -> OpenMessagingChannel {
        let sender = AcceptedRecipient(
            id: from.id,
            idType: .value(.init(rawValue: from.idType.rawValue)),
            nickname: from.nickname.map { .value($0) } ?? .absent,
            firstName: from.firstName.map { .value($0) } ?? .absent,
            lastName: from.lastName.map { .value($0) } ?? .absent
        )
        return OpenMessagingChannel(
            id: .value(integration),
            platform: .value(.open),
            type: .value(.private),
            to: AcceptedRecipient(id: integration, idType: .value(.opaque)),
            from: sender,
            time: time
        )
    }

    private static func attachment(_ content: OpenInboundMessageContent) -> ConversationContentAttachment? {
        content.attachment.map { attachment in
            ConversationContentAttachment(
                id: attachment.id.map { .value($0) } ?? .absent,
                mediaType: .init(rawValue: attachment.mediaType.rawValue),
                url: .value(attachment.url),
                mime: .value(attachment.mime),
                text: attachment.text.map { .value($0) } ?? .absent,
                sha256: attachment.sha256.map { .value($0) } ?? .absent,
                filename: attachment.filename.map { .value($0) } ?? .absent
            )
        }
    }

    /// A receipt about no message of the integration is answered 2xx as well, with status Failed (a client library treats
    /// that as an error).
    private static func answer(
        to receipt: OpenInboundNormalizedReceipt,
        integration: String,
        isKnown: Bool
    ) -> OpenReceiptNormalizedMessage {
        let to = AcceptedRecipient(
            id: receipt.channel.to.id,
            idType: receipt.channel.to.idType.map { .value(.init(rawValue: $0.rawValue)) } ?? .absent
        )
        let channel = OpenMessagingChannel(
            id: .value(integration),
            platform: .value(.open),
            type: .value(.private),
            messageId: .value(receipt.id),
            to: to,
            from: AcceptedRecipient(id: integration, idType: .value(.opaque)),
            time: receipt.channel.time
        )
        let reasons =
            isKnown
            ? (receipt.reasons ?? []).map {
                ConversationReason(
                    code: $0.code.map { .value(.init(rawValue: $0.rawValue)) } ?? .absent,
                    message: .value($0.message)
                )
            } : [ConversationReason(code: .value(.unknownMessage), message: .value("There is no such message."))]
        return OpenReceiptNormalizedMessage(
            id: receipt.id,
            channel: channel,
            type: .receipt,
            status: isKnown ? .init(rawValue: receipt.status.rawValue) : .failed,
            reasons: .value(reasons),
            isFinalReceipt: .value(receipt.isFinalReceipt ?? false),
            direction: .outbound
        )
    }
}
