import WhatsAppWebhookContract

extension MessageText {
    /// Contact cards, one a line.
    static func contacts(_ cards: [ContactCard]?) -> String {
        guard let cards, !cards.isEmpty else { return "[Contact]" }
        return cards.map { labelled("Contact", text(of: $0)) }.joined(separator: "\n")
    }

    private static func text(of card: ContactCard) -> String {
        let names = [card.name?.firstName, card.name?.lastName].compactMap(\.self).joined(separator: " ")
        let phones = (card.phones ?? []).compactMap { $0.phone ?? $0.waId ?? $0.userId }
        let emails = (card.emails ?? []).compactMap(\.email)
        let urls = (card.urls ?? []).compactMap(\.url)
        let company = [card.org?.company, card.org?.title].compactMap(\.self).joined(separator: ", ")
        let addresses = (card.addresses ?? []).map { address in
            [address.street, address.zip, address.city, address.state, address.country].compactMap(\.self)
                .filter { !isBlank($0) }.joined(separator: " ")
        }
        let birthday = card.birthday.map { "born \($0)" }
        let name = [card.name?.formattedName, names].compactMap(\.self).first { !isBlank($0) } ?? ""
        let words = [name, company] + phones + emails + addresses + urls
        return (words + [birthday ?? ""]).filter { !isBlank($0) }.joined(separator: ", ")
    }
}
