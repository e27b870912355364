import ContractRuntime
import GenesysOpenMessagingContract
import SharedContract

// From the relay's drafts to what Open Messaging takes.

extension OpenInboundNormalizedMessage {
    /// The message as Genesys takes it: `channel.messageId` is the wamid, by which it is found again.
    init(_ draft: GenesysMessageDraft) {
        self.init(
            channel: OpenInboundMessageMessagingChannel(draft),
            text: draft.text,
            content: draft.attachment.map { [OpenInboundMessageContent($0)] },
            metadata: draft.metadata
        )
    }
}

extension OpenInboundMessageMessagingChannel {
    fileprivate init(_ draft: GenesysMessageDraft) {
        self.init(
            from: OpenMessagingFromRecipient(draft.from),
            time: draft.occurredAt,
            messageId: draft.sourceMessageId,
            metadata: draft.customAttributes.map { ConversationChannelMetadata(customAttributes: $0) }
        )
    }
}

extension OpenInboundStructuredResponseMessage {
    /// The choice of an option as Genesys takes it.
    init(_ answer: StructuredAnswer, of draft: GenesysMessageDraft) {
        let kind: ContentButtonResponse.Kind =
            switch answer.kind {
            case .button: .button
            case .quickReply: .quickReply
            case .datePicker: .datePicker
            }
        self.init(
            channel: OpenInboundMessageMessagingChannel(draft),
            buttonResponse: ContentButtonResponse(type: kind, text: answer.text, payload: answer.payload),
            originatingMessageId: answer.originatingMessageId
        )
    }
}

extension OpenMessagingFromRecipient {
    /// The customer as sender.
    init(_ address: GenesysAddress) {
        let idType: IdType =
            switch address.idType {
            case .email: .email
            case .phone: .phone
            case .opaque: .opaque
            }
        self.init(id: address.id, idType: idType, nickname: address.nickname)
    }
}

extension OpenMessagingToRecipient {
    /// The customer as recipient.
    init(_ address: GenesysAddress) {
        let idType: IdType =
            switch address.idType {
            case .email: .email
            case .phone: .phone
            case .opaque: .opaque
            }
        self.init(id: address.id, idType: idType, nickname: address.nickname)
    }
}

extension OpenInboundMessageContent {
    fileprivate init(_ draft: GenesysAttachmentDraft) {
        let mediaType: OpenContentAttachment.MediaType =
            switch draft.mediaType {
            case .image: .image
            case .video: .video
            case .audio: .audio
            case .file: .file
            case .link: .link
            }
        self.init(
            contentType: .attachment,
            attachment: OpenContentAttachment(
                mediaType: mediaType,
                url: draft.url,
                mime: draft.mime,
                sha256: draft.sha256,
                filename: draft.filename
            )
        )
    }
}
