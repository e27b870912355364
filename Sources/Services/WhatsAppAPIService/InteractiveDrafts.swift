import ContractRuntime
import SharedContract
import WhatsAppGraphContract

// Buttons, lists and links as the Graph API takes them.

extension InteractiveObject {
    init(_ draft: WhatsAppButtonsDraft) {
        self.init(
            type: .button,
            header: draft.header.map(WhatsAppGraphContract.InteractiveHeader.init),
            body: InteractiveBody(text: draft.body),
            footer: draft.footer.map { InteractiveFooter(text: $0) },
            action: InteractiveAction(
                buttons: draft.buttons.map { button in
                    InteractiveButton(type: .reply, reply: ButtonChoice(id: button.id, title: button.title))
                }
            )
        )
    }

    init(_ draft: WhatsAppListDraft) {
        self.init(
            type: .list,
            header: draft.header.map { WhatsAppGraphContract.InteractiveHeader(type: .text, text: $0) },
            body: InteractiveBody(text: draft.body),
            footer: draft.footer.map { InteractiveFooter(text: $0) },
            action: InteractiveAction(
                button: draft.button,
                sections: draft.sections.map { section in
                    InteractiveSection(
                        title: section.title,
                        rows: section.rows.map { ListRow(id: $0.id, title: $0.title, description: $0.description) }
                    )
                }
            )
        )
    }

    init(_ draft: WhatsAppLinkDraft) {
        self.init(
            type: .ctaUrl,
            header: draft.header.map(WhatsAppGraphContract.InteractiveHeader.init),
            body: InteractiveBody(text: draft.body),
            footer: draft.footer.map { InteractiveFooter(text: $0) },
            action: InteractiveAction(
                name: "cta_url",
                parameters: InteractiveParameters(displayText: draft.label, url: draft.url)
            )
        )
    }
}

extension WhatsAppGraphContract.InteractiveHeader {
    fileprivate init(_ draft: SharedContract.InteractiveHeader) {
        switch draft {
        case .text(let header): self.init(type: .text, text: header.text)
        case .media(let header):
            let reference = MediaReference(link: header.link)
            switch header.mediaType {
            case .image: self.init(type: .image, image: reference)
            case .video: self.init(type: .video, video: reference)
            case .document: self.init(type: .document, document: reference)
            }
        }
    }
}
