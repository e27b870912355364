import ContractJSON
import ContractRuntime
import SharedContract
import WhatsAppGraphContract

// From the relay's drafts to what the Graph API takes.

extension WhatsAppGraphContract.SendMessageRequest {
    /// The message as WhatsApp takes it. The tracking id comes back in every status of it.
    init(_ draft: WhatsAppMessageDraft, to recipient: CustomerIdentity, trackingID: String) {
        self.init(
            recipientType: .individual,
            to: recipient.waId.map(Self.dialable),
            recipient: recipient.waId == nil ? recipient.userId : nil,
            bizOpaqueCallbackData: trackingID
        )
        switch draft {
        case .text(let draft):
            type = .text
            text = TextObject(body: draft.body, previewUrl: draft.previewUrl)
            context = draft.replyTo.map { ReplyTo(messageId: $0) }
        case .media(let draft):
            setMedia(draft)
            context = draft.replyTo.map { ReplyTo(messageId: $0) }
        case .buttons(let draft):
            setInteractive(InteractiveObject(draft), replyTo: draft.replyTo)
        case .list(let draft):
            setInteractive(InteractiveObject(draft), replyTo: draft.replyTo)
        case .link(let draft):
            setInteractive(InteractiveObject(draft), replyTo: draft.replyTo)
        case .location(let draft):
            type = .location
            // Strings here, numbers in webhooks (docs and every request seen).
            location = LocationObject(
                latitude: String(draft.latitude),
                longitude: String(draft.longitude),
                name: draft.name,
                address: draft.address
            )
            context = draft.replyTo.map { ReplyTo(messageId: $0) }
        case .template(let draft):
            type = .template
            template = TemplateObject(
                name: draft.name,
                language: TemplateLanguage(code: draft.language),
                components: draft.components.map { .value($0.map(WhatsAppGraphContract.TemplateComponent.init)) }
                    ?? .absent
            )
        }
    }

    /// A wa_id as `to`. Without a plus sign Meta puts the country code of the business number before it, which can
    /// reach somebody else (send messages, read 2026); a wa_id always has its country code and never the sign.
    static func dialable(_ waID: String) -> String {
        waID.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? "+\(waID)" : waID
    }

    private mutating func setInteractive(_ object: InteractiveObject, replyTo: String?) {
        type = .interactive
        interactive = object
        context = replyTo.map { ReplyTo(messageId: $0) }
    }

    private mutating func setMedia(_ draft: WhatsAppMediaDraft) {
        var reference = MediaReference(id: draft.mediaId, link: draft.link)
        switch draft.mediaType {
        case .image:
            type = .image
            reference.caption = draft.caption
            image = reference
        case .video:
            type = .video
            reference.caption = draft.caption
            video = reference
        case .document:
            type = .document
            reference.caption = draft.caption
            reference.filename = draft.filename
            document = reference
        // Audio and stickers have no caption (messages reference, December 2025).
        case .audio:
            type = .audio
            reference.voice = draft.voice ? true : nil
            audio = reference
        case .sticker:
            type = .sticker
            sticker = reference
        }
    }
}

extension WhatsAppGraphContract.TemplateComponent {
    fileprivate init(_ draft: SharedContract.TemplateComponent) {
        switch draft {
        case .header(let header):
            self.init(type: .header, parameters: [WhatsAppGraphContract.TemplateParameter(header.parameter)])
        case .body(let body):
            self.init(type: .body, parameters: body.parameters.map(WhatsAppGraphContract.TemplateParameter.init))
        case .button(let button):
            let parameter: WhatsAppGraphContract.TemplateParameter =
                switch button.kind {
                case .quickReply: .init(type: .payload, payload: button.value)
                case .url: .init(type: .text, text: button.value)
                }
            self.init(
                type: .button,
                subType: button.kind.rawValue,
                index: .integer(JSONNumber(button.index)),
                parameters: [parameter]
            )
        }
    }
}

extension WhatsAppGraphContract.TemplateParameter {
    fileprivate init(_ draft: SharedContract.TemplateParameter) {
        switch draft {
        case .text(let text): self.init(text)
        case .media(let media): self.init(media)
        }
    }

    fileprivate init(_ draft: TemplateText) {
        self.init(type: .text, parameterName: draft.name, text: draft.text)
    }

    private init(_ draft: TemplateMedia) {
        switch draft.mediaType {
        case .image: self.init(type: .image, image: MediaReference(id: draft.mediaId, link: draft.link))
        case .video: self.init(type: .video, video: MediaReference(id: draft.mediaId, link: draft.link))
        case .document:
            self.init(
                type: .document,
                document: MediaReference(id: draft.mediaId, link: draft.link, filename: draft.filename))
        }
    }
}
