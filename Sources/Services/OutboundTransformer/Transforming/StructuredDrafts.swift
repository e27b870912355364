import ContractRuntime
import GenesysWebhookContract
import SharedContract

/// Builds the WhatsApp messages of one Genesys message, in order. What text there is waits for an element that can carry
/// it; what none carries becomes a message of its own.
struct MessageComposer {
    /// The messages so far.
    private(set) var drafts: [WhatsAppMessageDraft] = []
    /// Where each of them comes from.
    private(set) var places: [PartPlace] = []
    /// The element that is being added, from 0.
    var element = 0
    /// The options that were handed out.
    private(set) var options: [StructuredOption] = []
    /// The files that can't go.
    private(set) var refused: [RefusedFile] = []
    private let messageID: String
    private var waiting: [String] = [] {
        didSet { if waitingSince == nil, !waiting.isEmpty { waitingSince = element } }
    }
    /// The element that the text begins with that waits, or that the next message takes.
    private var waitingSince: Int?
    /// Numbers options that stand in a text.
    private var numbers = Options()

    init(messageID: String) { self.messageID = messageID }

    /// Adds lines of text.
    mutating func add(text lines: [String]) { waiting += lines.filter { !NotificationText.isBlank($0) } }

    /// Adds what has no native counterpart.
    mutating func add(written content: OutboundContent) {
        waiting += ContentTextWriter.paragraphs(of: content, numbering: &numbers)
    }

    /// Adds a message that carries no text of others.
    mutating func add(_ draft: WhatsAppMessageDraft) {
        finish()
        append([draft])
    }

    /// Takes note of a file that can't go; what would have been its caption goes by itself.
    mutating func refuse(_ file: RefusedFile) {
        let before = drafts.count
        finish()
        var file = file
        file.place = nextPlace(of: element)
        file.caption = drafts.count > before ? before : nil
        refused.append(file)
    }

    private mutating func append(_ new: [WhatsAppMessageDraft]) {
        guard !new.isEmpty else { return }
        let first = waitingSince ?? element
        waitingSince = nil
        for draft in new {
            places.append(nextPlace(of: first))
            drafts.append(draft)
        }
    }

    private func nextPlace(of element: Int) -> PartPlace {
        PartPlace(element: element, piece: places.count { $0.element == element })
    }

    /// Takes the waiting text, if it fits.
    mutating func takeWaiting(maximumUnits: Int) -> String? {
        let text = waiting.joined(separator: "\n")
        guard !text.isEmpty, text.utf16.count <= maximumUnits else { return nil }
        // Its message is the next one.
        let since = waitingSince
        waiting = []
        waitingSince = since
        return text
    }

    /// Drops waiting text that a template says itself.
    mutating func drop(_ text: String?) {
        guard let text else { return }
        waiting.removeAll { $0.trimmed == text.trimmed }
        if waiting.isEmpty { waitingSince = nil }
    }

    /// An option with an id of its own.
    mutating func option(_ kind: StructuredOptionKind, text: String, payload: String) -> StructuredOption {
        let id = "\(messageID)/\(options.count + 1)"
        let option = StructuredOption(id: id, kind: kind, text: text, payload: payload)
        options.append(option)
        return option
    }

    /// Adds choices below the waiting text.
    mutating func add(_ choices: ChoiceMessage) {
        var choices = choices
        choices.lines = waiting + choices.lines
        waiting = []
        append(choices.drafts)
    }

    /// Adds a button that opens an address below the waiting text, or both as text if WhatsApp would not take it.
    mutating func add(link label: String, _ url: String, _ lines: [String], header: InteractiveHeader? = nil) {
        let lines = waiting + lines
        let shown = Shortened(label, 20)
        let whole = lines + (shown.isWhole ? [] : [label])
        let (leading, body) = ChoiceMessage.body(whole.isEmpty ? [label] : whole, maximumUnits: 1_024)
        let draft = WhatsAppMessageDraft.link(
            WhatsAppLinkDraft(header: header, body: body, label: shown.text, url: url)
        )
        guard (try? draft.validatedJSON()) != nil else {
            waiting = lines + ["\(label) \(url)"]
            return
        }
        waiting = []
        append(leading + [draft])
    }

    /// Makes messages of the waiting text.
    mutating func finish() {
        let text = waiting.joined(separator: "\n")
        waiting = []
        append(TextParts.split(text).map { .text($0) })
    }
}

/// Choices with what stands around them.
struct ChoiceMessage {
    /// One choice.
    struct Choice {
        var option: StructuredOption
        var title: String
        var description: String?
        /// Heading of the section that it stands in.
        var section: String?
    }

    var lines: [String]
    var choices: [Choice]
    var header: InteractiveHeader?
    var footer: String?
    /// Label that opens a list.
    var listLabel: String?

    /// Most rows of a list and most buttons of a message (interactive messages, December 2025).
    static let maximumRows = 10
    static let maximumButtons = 3

    /// Text that is longer than fits below or above choices, as messages before, and the rest.
    static func body(_ lines: [String], maximumUnits: Int) -> (leading: [WhatsAppMessageDraft], body: String) {
        var parts = TextParts.split(lines.joined(separator: "\n"))
        guard let last = parts.popLast() else { return ([], Wording.choose) }
        var pieces = TextParts.split(last, maximumUnits: maximumUnits)
        let body = pieces.popLast() ?? Wording.choose
        return ((parts + TextParts.split(pieces.joined())).map { .text($0) }, body)
    }

    /// The messages: buttons where they can show the choices, else lists.
    var drafts: [WhatsAppMessageDraft] {
        guard !choices.isEmpty else {
            return TextParts.split(lines.joined(separator: "\n")).map { .text($0) }
        }
        return fitsButtons ? buttons : lists
    }

    private var fitsButtons: Bool {
        let titles = choices.map(\.title)
        return choices.count <= Self.maximumButtons && Set(titles).count == titles.count
            && titles.allSatisfy { Shortened($0, 20).isWhole }
            && choices.allSatisfy { $0.description == nil && $0.section == nil }
    }

    private var buttons: [WhatsAppMessageDraft] {
        let (footer, rest) = fittingFooter
        let (leading, body) = Self.body(lines + rest, maximumUnits: 1_024)
        let buttons = choices.map { ReplyButton(id: $0.option.id, title: $0.title) }
        return leading + [.buttons(.init(header: header, body: body, footer: footer, buttons: buttons))]
    }

    /// A list has no picture above it, so that goes before.
    private var lists: [WhatsAppMessageDraft] {
        var leading: [WhatsAppMessageDraft] = []
        var headline: String?
        switch header {
        case .text(let text): headline = text.text
        case .media(let media):
            leading.append(.media(WhatsAppMediaDraft(mediaType: media.trackedType, link: media.link)))
        case nil: break
        }
        let (footer, rest) = fittingFooter
        let cut = choices.filter { !$0.isShownWhole }.map { "– " + [$0.title, $0.description].spoken(" – ") }
        let (texts, body) = Self.body(lines + cut + rest, maximumUnits: 4_096)
        let chunks = stride(from: 0, to: choices.count, by: Self.maximumRows).map { start in
            Array(choices[start..<min(start + Self.maximumRows, choices.count)])
        }
        let lists = chunks.enumerated().map { number, choices in
            let draft = WhatsAppListDraft(
                header: number == 0 ? headline : nil,
                body: number == 0 ? body : "(\(number + 1)/\(chunks.count))",
                footer: number == chunks.count - 1 ? footer : nil,
                button: Shortened(listLabel ?? Wording.open, 20).text,
                sections: Self.sections(choices)
            )
            return WhatsAppMessageDraft.list(draft)
        }
        return leading + texts + lists
    }

    private var fittingFooter: (footer: String?, rest: [String]) {
        guard let footer, !NotificationText.isBlank(footer) else { return (nil, []) }
        return Shortened(footer, 60).isWhole ? (footer, []) : (nil, [footer])
    }

    /// Neighbours with the same heading are one section. With several each needs a heading.
    private static func sections(_ choices: [Choice]) -> [ListSection] {
        var sections: [ListSection] = []
        for choice in choices {
            let row = choice.row
            if let last = sections.last, last.title == choice.section.map({ Shortened($0, 24).text }) {
                sections[sections.count - 1].rows.append(row)
            } else {
                sections.append(ListSection(title: choice.section.map { Shortened($0, 24).text }, rows: [row]))
            }
        }
        guard sections.count > 1 else { return sections }
        return sections.map { ListSection(title: $0.title ?? "–", rows: $0.rows) }
    }
}

extension ChoiceMessage.Choice {
    fileprivate var row: ListChoice {
        let shown = Shortened(title, 24)
        let more = shown.isWhole ? description : [title, description].spoken(" – ")
        return ListChoice(id: option.id, title: shown.text, description: more.map { Shortened($0, 72).text })
    }

    fileprivate var isShownWhole: Bool {
        let more = Shortened(title, 24).isWhole ? description : [title, description].spoken(" – ")
        return more.map { Shortened($0, 72).isWhole } ?? true
    }
}

extension MediaHeader {
    fileprivate var trackedType: MediaType {
        switch mediaType {
        case .image: .image
        case .video: .video
        case .document: .document
        }
    }
}

/// A text that has to fit into a label.
struct Shortened {
    /// The text, on one line; cut at a word and ended with an ellipsis where it is too long.
    let text: String
    /// Whether it is all there.
    let isWhole: Bool

    init(_ text: String, _ maximumUnits: Int) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").trimmed
        isWhole = line.utf16.count <= maximumUnits
        self.text = isWhole ? line : TextParts.prefix(of: line, maximumUnits - 1).trimmed + "…"
    }
}

/// The few words that the relay adds for customers.
enum Wording {
    /// Above choices that come without a question.
    static let choose = "Please choose:"
    /// On the button that opens a list.
    static let open = "Choose"
}

extension WhatsAppMessageDraft {
    /// A text, with a preview where it has a secure address.
    static func text(_ body: String) -> WhatsAppMessageDraft {
        .text(WhatsAppTextDraft(body: body, previewUrl: body.contains("https://")))
    }
}

extension String {
    /// Without white space around it.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

extension [String?] {
    /// What there is to read, joined.
    func spoken(_ separator: String) -> String {
        compactMap(\.self).filter { !NotificationText.isBlank($0) }.joined(separator: separator)
    }
}
