import ContractRuntime
import GenesysWebhookContract
import MediaFiles
import RelayMessagingContract
import SharedContract

extension MessageComposer {
    /// Adds a canned response: the template of WhatsApp that it names, else its parts around its buttons. Without the file
    /// that belongs above it a template can't go, and the agent is told.
    /// - Parameter found: What became of the file above it; nil where it has none or nobody has looked for it.
    mutating func add(_ template: NotificationTemplate, found: OutboundMedia?) {
        let body = ContentTextWriter.filled(template.body.text.value, template.body.parameters.value)
        // Genesys repeats the filled body as the text of the message.
        drop(body)
        switch TemplateFile(template.header?.media, found) {
        case .refused(let file) where template.isNamed:
            refuse(file)
            return
        case let file:
            if let draft = named(template, file.media) {
                add(draft)
                return
            }
        }
        let header = ContentTextWriter.filled(template.header?.text.value, template.header?.parameters.value)
        let headline = header.flatMap(InteractiveHeader.headline)
        let footer = template.footer?.text.value
        let media = template.header?.media.map(ContentTextWriter.attachment)
        let buttons = template.buttons.value ?? []
        let replies = buttons.filter { $0.type == .quickReply }
        let others = buttons.filter { $0.type != .quickReply }
        // A button without an address that may be shown is its words.
        let calls = others.filter { ShownAddress.ofLink($0.url.value) == nil }.map {
            [$0.text.value, $0.phoneNumber.value].spoken(" ")
        }
        let links = others.compactMap { button in
            ShownAddress.ofLink(button.url.value).map { (button.text.value ?? Wording.open, $0) }
        }
        let lines = [media, body].compactMap(\.self) + calls
        if !replies.isEmpty {
            let choices = replies.map { reply in
                let text = reply.text.value ?? reply.payload.value ?? "\(options.count + 1)"
                let option = option(.button, text: text, payload: reply.payload.value ?? text)
                return ChoiceMessage.Choice(option: option, title: Shortened(text, .max).text)
            }
            let above = headline == nil ? [header].compactMap(\.self) : []
            let addresses = links.map { "\($0.0) \($0.1)" }
            add(
                ChoiceMessage(lines: above + lines + addresses, choices: choices, header: headline, footer: footer)
            )
        } else if let link = links.first, links.count == 1 {
            let above = headline == nil ? [header].compactMap(\.self) : []
            add(link: link.0, link.1, above + lines + [footer].compactMap(\.self), header: headline)
        } else {
            add(
                text: [header].compactMap(\.self) + lines + links.map { "\($0.0) \($0.1)" }
                    + [footer].compactMap(\.self)
            )
        }
    }

    /// The template of WhatsApp that `id` and `language` name, with its values; nil where they name none or WhatsApp
    /// would refuse it.
    private mutating func named(
        _ template: NotificationTemplate, _ file: TemplateMedia?
    ) -> WhatsAppMessageDraft? {
        guard let id = template.id.value, let language = template.language.value else { return nil }
        let name = id.split(separator: "@").last.map(String.init) ?? id
        let earlier = self
        var components: [TemplateComponent] = []
        if let header = Self.header(file, template.header) { components.append(header) }
        let values = (template.body.parameters.value ?? []).map { TemplateText($0) }
        if !values.isEmpty { components.append(.body(.init(parameters: values))) }
        for (place, button) in (template.buttons.value ?? []).enumerated() {
            let index = button.index.value ?? place
            switch button.type {
            case .quickReply:
                let text = button.text.value ?? button.payload.value ?? ""
                let option = option(.button, text: text, payload: button.payload.value ?? text)
                components.append(.button(.init(kind: .quickReply, index: index, value: option.id)))
            case .url:
                // Only the variable end of an address is sent; without one the address is the template's own.
                guard let value = button.parameters.value?.first?.text else { continue }
                components.append(.button(.init(kind: .url, index: index, value: value)))
            default: continue
            }
        }
        let draft = WhatsAppMessageDraft.template(
            WhatsAppTemplateDraft(
                name: name,
                language: language.split(separator: "-").joined(separator: "_"),
                components: components.isEmpty ? nil : components
            )
        )
        guard (try? draft.validatedJSON()) != nil else {
            self = earlier
            return nil
        }
        return draft
    }

    private static func header(
        _ file: TemplateMedia?, _ header: GenesysWebhookContract.TemplateHeader?
    ) -> TemplateComponent? {
        if let file { return .header(.init(parameter: .media(file))) }
        return header?.parameters.value?.first.map { value in
            TemplateComponent.header(.init(parameter: .text(TemplateText(value))))
        }
    }
}

extension NotificationTemplate {
    fileprivate var isNamed: Bool { id.value != nil && language.value != nil }
}

/// What stands above a template.
private enum TemplateFile {
    case none
    case taken(TemplateMedia)
    case refused(RefusedFile)

    /// Decides by what the bytes are. An address that is none of Genesys' goes as it is: Meta fetches it.
    init(_ attachment: ContentAttachment?, _ found: OutboundMedia?) {
        guard let attachment else {
            self = .none
            return
        }
        if let media = found?.stored {
            self = Self.taking(media)
        } else if let failure = found?.failure, failure.code != .mediaLink {
            self = .refused(RefusedFile(failure))
        } else {
            let type: TemplateMediaType =
                switch attachment.mediaType {
                case .image: .image
                case .video: .video
                default: .document
                }
            let name = type == .document ? FileName.shown(attachment.filename.value) : nil
            self = .taken(TemplateMedia(mediaType: type, link: attachment.url, filename: name))
        }
    }

    var media: TemplateMedia? { if case .taken(let media) = self { media } else { nil } }

    private static func taking(_ media: StoredMedia) -> TemplateFile {
        switch MediaForm(media) {
        case .refused(let cause): return .refused(RefusedFile(media, cause))
        case .taken(let kind, let mime, _):
            let type: TemplateMediaType? =
                switch kind {
                case .image: .image
                case .video: .video
                case .document: .document
                case .audio, .sticker: nil
                }
            guard let type else {
                let reason = "above a template WhatsApp takes no \(media.mime)"
                return .refused(
                    RefusedFile(media, FailureCause(disposition: .permanent, code: "media-type", reason: reason)))
            }
            return .taken(
                TemplateMedia(
                    mediaType: type, stored: StoredFile(url: media.url, mime: mime),
                    filename: type == .document ? MessageComposer.name(of: media) : nil))
        }
    }
}

extension TemplateText {
    /// A value as WhatsApp takes it: no line breaks, no tabs, no four spaces in a row (error 132018, September 2026). A
    /// name that is a number or no name of WhatsApp's counts by position.
    init(_ parameter: GenesysWebhookContract.TemplateParameter) {
        let name = parameter.name.value.flatMap { name in
            name.contains { !$0.isNumber }
                && name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                } ? name : nil
        }
        self.init(text: TemplateText.flat(parameter.text), name: name)
    }

    /// The text on one line and within the limit of a value.
    static func flat(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return Shortened(words.isEmpty ? "–" : words, 1_024).text
    }
}
