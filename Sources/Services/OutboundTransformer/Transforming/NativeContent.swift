import ContractRuntime
import GenesysWebhookContract
import SharedContract

// Each kind of Genesys content with a counterpart in WhatsApp. What has none is written out by ``ContentTextWriter``.
extension MessageComposer {
    /// Adds an element of `content`.
    mutating func add(_ content: OutboundContent) {
        switch content.contentType {
        case .quickReply: if let reply = content.quickReply { add([reply], below: []) } else { add(written: content) }
        case .quickReplyV2:
            if let set = content.quickReplyV2 { add(set.actions, below: [set.title]) } else { add(written: content) }
        case .card: if let card = content.card { add(card) } else { add(written: content) }
        case .carousel:
            if let cards = content.carousel?.cards, !cards.isEmpty {
                for card in cards { add(card) }
            } else {
                add(written: content)
            }
        case .datePicker: if let picker = content.datePicker { add(picker) } else { add(written: content) }
        case .listPicker: if let picker = content.listPicker { add(picker) } else { add(written: content) }
        case .location:
            if let draft = content.location.flatMap(WhatsAppMessageDraft.place) {
                add(draft)
            } else {
                add(written: content)
            }
        default: add(written: content)
        }
    }

    /// Adds quick replies: one element of `content` each, their question being the text before.
    mutating func add(_ replies: [QuickReply], below lines: [String]) {
        let choices = replies.map { reply in
            choice(.quickReply, reply.text, payload: reply.payload)
        }
        add(ChoiceMessage(lines: lines, choices: choices))
    }

    private mutating func choice(
        _ kind: StructuredOptionKind,
        _ text: String?,
        payload: String?,
        description: String? = nil,
        section: String? = nil
    ) -> ChoiceMessage.Choice {
        let shown =
            [text, payload].compactMap(\.self).first { !NotificationText.isBlank($0) } ?? "\(options.count + 1)"
        let option = option(kind, text: text ?? shown, payload: payload ?? shown)
        return .init(
            option: option,
            title: Shortened(shown, .max).text,
            description: description.flatMap { NotificationText.isBlank($0) ? nil : $0 },
            section: section.flatMap { NotificationText.isBlank($0) ? nil : $0 }
        )
    }

    // MARK: Cards

    /// A card: its picture above, its answers as buttons, an address as a button where it is the only one.
    private mutating func add(_ card: Card) {
        let links = card.links
        let postbacks = card.actions.filter { $0.type.value != .link }
        let (header, isTitleAbove, media) = card.header
        let lines = (isTitleAbove ? [] : [card.title]) + [card.description.value ?? ""] + media + card.unshownLinks
        let shown = lines.filter { !NotificationText.isBlank($0) }
        if !postbacks.isEmpty {
            let choices = postbacks.map { choice(.button, $0.text.value, payload: $0.payload.value) }
            let addresses = links.map { [$0.label, $0.url].spoken(" ") }
            add(
                ChoiceMessage(
                    lines: (shown.isEmpty ? [card.title] : shown) + addresses, choices: choices, header: header))
        } else if let link = links.first, links.count == 1 {
            let label = link.label ?? Wording.open
            add(link: label, link.url, shown.isEmpty ? [card.title] : shown, header: header)
        } else {
            finish()
            if case .media(let picture) = header {
                let type: MediaType = picture.mediaType == .video ? .video : .image
                add(.media(WhatsAppMediaDraft(mediaType: type, link: picture.link)))
            }
            add(
                text: [card.title, card.description.value ?? ""] + media + card.unshownLinks
                    + links.map { [$0.label, $0.url].spoken(" ") })
            finish()
        }
    }

    // MARK: Pickers

    private mutating func add(_ picker: DatePicker) {
        var lines = [picker.title.value ?? "", picker.subtitle.value ?? ""]
        if let place = picker.location {
            lines.append([place.text.value, place.address.value].spoken(", "))
        }
        let times = (picker.availableTimes.value ?? []).compactMap { time in time.dateTime.value.map { ($0, time) } }
        guard !times.isEmpty else {
            let range = [picker.dateMinimum.value, picker.dateMaximum.value].map { $0.map { $0.shown(picker.order) } }
            add(text: lines + [range.spoken(" – ")])
            return
        }
        let choices = times.map { start, time in
            let minutes = time.duration.value.map { "\($0 / 60) min" }
            var choice = choice(.datePicker, start.text, payload: start.text, description: minutes)
            choice.title = start.shown(picker.order)
            return choice
        }
        add(ChoiceMessage(lines: lines.filter { !NotificationText.isBlank($0) }, choices: choices))
    }

    private mutating func add(_ picker: ListPicker) {
        let question = picker.receivedMessage
        var choices: [ChoiceMessage.Choice] = []
        for section in picker.sections.value ?? [] {
            for item in section.items.value ?? [] {
                let payload = item.id.value ?? item.title.value
                let description = item.subtitle.value ?? ""
                choices.append(
                    choice(
                        .button, item.title.value, payload: payload, description: description,
                        section: section.title.value)
                )
            }
        }
        let headline = question?.header.value.flatMap(InteractiveHeader.headline)
        let lines = [
            headline == nil ? question?.header.value : nil, question?.title.value, question?.subtitle.value,
        ].compactMap(\.self).filter { !NotificationText.isBlank($0) }
        let label = question?.buttonLabel.value.flatMap { NotificationText.isBlank($0) ? nil : $0 }
        var message = ChoiceMessage(lines: lines, choices: choices, header: headline, listLabel: label)
        // Without a choice there is only the question.
        if choices.isEmpty { message.lines = [question?.header.value].compactMap(\.self) + lines }
        add(message)
    }
}

extension Card {
    /// Its addresses, each once; that of the card itself only if no button has it.
    fileprivate var links: [(label: String?, url: String)] {
        var links: [(label: String?, url: String)] = []
        for action in actions + [defaultAction].compactMap(\.self) where action.type.value == .link {
            guard let url = ShownAddress.ofLink(action.url.value), !links.contains(where: { $0.url == url }) else {
                continue
            }
            links.append((action.text.value.flatMap { NotificationText.isBlank($0) ? nil : $0 }, url))
        }
        return links
    }

    /// What stands on buttons whose address a customer does not get to see.
    fileprivate var unshownLinks: [String] {
        (actions + [defaultAction].compactMap(\.self)).compactMap { action in
            action.type.value == .link && ShownAddress.ofLink(action.url.value) == nil ? action.text.value : nil
        }
    }

    /// The picture, else the video, else the title where there is text for below; and addresses of media that can't
    /// stand above.
    fileprivate var header: (header: InteractiveHeader?, isTitleAbove: Bool, media: [String]) {
        let media = [(TemplateMediaType.image, image.value), (.video, video.value)].compactMap { type, link in
            link.map { (type, ShownAddress.ofLink($0)) }
        }
        let texts = media.map { type, link in link ?? "[\(type == .image ? "Image" : "Video")]" }
        for (index, (type, link)) in media.enumerated() {
            guard let link, case let header = MediaHeader(mediaType: type, link: link),
                (try? header.validatedJSON()) != nil
            else { continue }
            var others = texts
            others.remove(at: index)
            return (.media(header), false, others)
        }
        let hasText = !NotificationText.isBlank(description.value ?? "")
        let headline = hasText ? InteractiveHeader.headline(title) : nil
        return (headline, headline != nil, texts)
    }
}

extension InteractiveHeader {
    /// A headline; nil for what does not fit into one.
    static func headline(_ text: String) -> InteractiveHeader? {
        guard !NotificationText.isBlank(text), !text.contains(where: \.isNewline), Shortened(text, 60).isWhole else {
            return nil
        }
        return .text(TextHeader(text: text.trimmed))
    }
}

extension WhatsAppMessageDraft {
    /// A place on the map; nil without coordinates.
    fileprivate static func place(_ location: ContentLocation) -> WhatsAppMessageDraft? {
        guard let latitude = location.latitude.value, let longitude = location.longitude.value else { return nil }
        func words(_ text: String?) -> String? {
            text.flatMap { NotificationText.isBlank($0) ? nil : Shortened($0, 1_000).text }
        }
        let draft = WhatsAppMessageDraft.location(
            WhatsAppLocationDraft(
                latitude: latitude,
                longitude: longitude,
                name: words(location.text.value),
                address: words(location.address.value)
            )
        )
        return (try? draft.validatedJSON()) == nil ? nil : draft
    }
}

extension DatePicker {
    fileprivate var order: DateDisplayFormat? { dateDisplayFormat.value }
}

extension DateTime {
    /// The time as a customer reads it, in at most 24 characters; its zone is the one that Genesys gave, in UTC if it
    /// is none other.
    fileprivate func shown(_ order: DatePicker.DateDisplayFormat?) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = text.prefix(10).split(separator: "-")
        guard date.count == 3, let month = Int(date[1]), months.indices.contains(month - 1), let day = Int(date[2])
        else {
            return Shortened(text, 24).text
        }
        let time = text.dropFirst(11).prefix(5)
        let zone = text.last.map { "zZ".contains($0) } == true ? " UTC" : ""
        return switch order {
        case .monthDayYear: "\(months[month - 1]) \(day), \(date[0]) \(time)\(zone)"
        case .yearMonthDay: "\(text.prefix(10)) \(time)\(zone)"
        default: "\(day) \(months[month - 1]) \(date[0]) \(time)\(zone)"
        }
    }
}
