import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import MediaFiles

/// Writes one element of `content` as text.
enum ContentTextWriter {
    /// Its lines; never none.
    static func paragraphs(of content: OutboundContent, numbering options: inout Options) -> [String] {
        let written = written(content, &options).filter { !NotificationText.isBlank($0) }
        return written.isEmpty ? [NotificationText.broken(content.jsonValue)] : written
    }

    private static func written(_ content: OutboundContent, _ options: inout Options) -> [String] {
        switch content.contentType {
        case .text: [content.text?.body.value].compactMap(\.self)
        case .attachment: content.attachment.map { [attachment($0)] } ?? []
        case .quickReply: content.quickReply.map { [options.line($0.text)] } ?? []
        case .quickReplyV2:
            content.quickReplyV2.map { set in [set.title] + set.actions.map { options.line($0.text) } } ?? []
        case .card: content.card.map { card($0, &options) } ?? []
        case .carousel: content.carousel.map { $0.cards.flatMap { card($0, &options) } } ?? []
        case .datePicker: content.datePicker.map { datePicker($0, &options) } ?? []
        case .listPicker: content.listPicker.map { listPicker($0, &options) } ?? []
        case .notification: content.template.map { template($0, &options) } ?? []
        case .location: content.location.map { [location($0)] } ?? []
        case .buttonResponse: [content.buttonResponse?.text].compactMap(\.self)
        case .reactions:
            (content.reactions.value ?? []).compactMap { $0.reactionType.value?.rawValue }.map { "[Reaction \($0)]" }
        case .story: [labelled("Story", ShownAddress.ofFile(content.story?.url.value))]
        case .mention, .interactiveApplication, .form, .paymentRequest, .paymentResponse, .push, .roadsideAssistance,
            .richLink, .notificationResponse, .unknownValue, .unknown:
            []
        }
    }

    /// `[File name.pdf] address`, the address as Genesys gave it; without an address that a customer had better not open.
    static func attachment(_ attachment: ContentAttachment) -> String {
        let label = [attachment.mediaType.rawValue, FileName.shown(attachment.filename.value)].compactMap(\.self)
            .joined(separator: " ")
        let words = [attachment.text.value, ShownAddress.ofFile(attachment.url)].compactMap(\.self).filter {
            !NotificationText.isBlank($0)
        }
        return labelled(label, words.joined(separator: " "))
    }

    private static func card(_ card: Card, _ options: inout Options) -> [String] {
        let media = [("Image", card.image.value), ("Video", card.video.value)].compactMap { label, link in
            link.map { ShownAddress.ofLink($0) ?? "[\(label)]" }
        }
        return [card.title, card.description.value ?? ""] + media
            + card.actions.map { action in
                let text = action.text.value ?? action.payload.value ?? ""
                return options.line(
                    [text, ShownAddress.ofLink(action.url.value)].compactMap(\.self).joined(separator: " "))
            }
    }

    private static func datePicker(_ picker: DatePicker, _ options: inout Options) -> [String] {
        let times = (picker.availableTimes.value ?? []).compactMap { time in
            time.dateTime.value.map { start in
                options.line(start.text + (time.duration.value.map { " (\($0 / 60) min)" } ?? ""))
            }
        }
        return [picker.title.value ?? "", picker.subtitle.value ?? ""] + (picker.location.map { [location($0)] } ?? [])
            + times
    }

    private static func listPicker(_ picker: ListPicker, _ options: inout Options) -> [String] {
        let prompt = [picker.receivedMessage?.title.value, picker.receivedMessage?.subtitle.value].compactMap(\.self)
        return prompt
            + (picker.sections.value ?? []).flatMap { section in
                [section.title.value ?? ""]
                    + (section.items.value ?? []).map { item in
                        let words = [item.title.value, item.subtitle.value].compactMap(\.self)
                        return options.line(words.joined(separator: " – "))
                    }
            }
    }

    private static func template(_ template: NotificationTemplate, _ options: inout Options) -> [String] {
        let header = [
            filled(template.header?.text.value, template.header?.parameters.value),
            template.header?.media.map(attachment),
        ].compactMap(\.self)
        let body = filled(template.body.text.value, template.body.parameters.value)
        let buttons = (template.buttons.value ?? []).map { button in
            let words = [button.text.value, ShownAddress.ofLink(button.url.value) ?? button.phoneNumber.value]
                .compactMap(\.self)
            return options.line(words.joined(separator: " "))
        }
        return header + [body ?? ""] + buttons + [template.footer?.text.value ?? ""]
    }

    /// The text with its variables `{{name}}` replaced; those without a name count from 1.
    static func filled(_ text: String?, _ parameters: [TemplateParameter]?) -> String? {
        guard var filled = text else {
            return parameters.map { $0.map(\.text).joined(separator: " ") }
        }
        for (index, parameter) in (parameters ?? []).enumerated() {
            for name in [parameter.name.value, String(index + 1)].compactMap(\.self) {
                filled = replace("{{\(name)}}", in: filled, with: parameter.text)
            }
        }
        return filled
    }

    static func replace(_ pattern: String, in text: String, with words: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: pattern) {
            result += rest[..<range.lowerBound] + words
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private static func location(_ location: ContentLocation) -> String {
        let coordinates = [location.latitude.value, location.longitude.value].compactMap(\.self)
        let words = [location.text.value, location.address.value, ShownAddress.ofLink(location.url.value)].compactMap(
            \.self)
        let place = coordinates.count == 2 ? ["(\(coordinates[0]), \(coordinates[1]))"] : []
        return labelled("Location", (words + place).joined(separator: ", "))
    }

    private static func labelled(_ label: String, _ words: String?) -> String {
        guard let words, !NotificationText.isBlank(words) else { return "[\(label)]" }
        return "[\(label)] \(words)"
    }
}
