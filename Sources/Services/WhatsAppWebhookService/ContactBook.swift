import ContractJSON
import SharedContract
import WebhookIntake
import WhatsAppWebhookContract

/// A customer, and the element of `contacts` that says more about them.
struct RecognisedCustomer {
    let identity: CustomerIdentity
    let contact: JSONObject?
}

/// The contacts of one value of a webhook: who the customers in it are.
///
/// A customer may be known by phone number, by business-scoped user id, or by both; a user id was met where a number is
/// documented.
struct ContactBook {
    private var entries: [(contact: Contact, raw: JSONObject)] = []
    private var positions: [String: Int] = [:]
    /// Whether all messages beside the contacts are of one sender: then the one contact names them, also where its number is
    /// another ("phone number and ID may not always match", Meta, 2025).
    var isOfOneSender = false

    mutating func add(_ contact: Contact, raw: JSONObject) {
        for id in Self.ids(of: contact) { positions[id.text] = entries.count }
        entries.append((contact, raw))
    }

    /// Who sent a message; nil if nothing tells.
    func sender(of message: InboundMessage) -> RecognisedCustomer? {
        let named = [CustomerID(userID: message.fromUserId), CustomerID(number: message.from)].compactMap { $0 }
        let changed = [CustomerID(userID: message.system?.userId), CustomerID(number: message.system?.waId)]
        return customer(
            named.isEmpty ? changed.compactMap { $0 } : named, parent: message.fromParentUserId,
            isOnlyOne: isOfOneSender && message.type != .system)
    }

    /// Whom the business wrote to in WhatsApp's own app; nil if nothing tells.
    func recipient(of echo: InboundMessage) -> RecognisedCustomer? {
        customer([CustomerID(userID: echo.toUserId), CustomerID(number: echo.to)].compactMap { $0 }, parent: nil)
    }

    /// Whom a status is about; in a group, the participant. Nil if nothing tells.
    func recipient(of status: MessageStatus) -> RecognisedCustomer? {
        if status.recipientType == .group {
            let ids = [
                CustomerID(userID: status.recipientParticipantUserId),
                CustomerID(number: status.recipientParticipantId ?? status.participantRecipientId),
            ]
            return customer(ids.compactMap { $0 }, parent: status.recipientParticipantParentUserId)
        }
        let ids = [CustomerID(userID: status.recipientUserId), CustomerID(number: status.recipientId)]
        return customer(
            ids.compactMap { $0 },
            parent: status.recipientParentUserId ?? status.parentRecipientUserId ?? status.parentUserId)
    }

    /// The group that a status is about.
    static func group(of status: MessageStatus) -> String? {
        status.recipientType == .group ? status.recipientId : nil
    }

    private func customer(
        _ ids: [CustomerID], parent: String?, isOnlyOne: Bool = false
    ) -> RecognisedCustomer? {
        // Only where the update names nobody is the one contact meant: it must not lend its ids to somebody else.
        let position = ids.lazy.compactMap { positions[$0.text] }.first ?? (ids.isEmpty && entries.count == 1 ? 0 : nil)
        let entry = position.map { entries[$0] }
        let known = ids + (entry.map { Self.ids(of: $0.contact) } ?? [])
        let userID = known.first { $0.isUserID }?.text
        let waID = known.first { !$0.isUserID }?.text
        guard userID != nil || waID != nil else { return nil }
        let namesake = entry ?? (isOnlyOne && entries.count == 1 ? entries.first : nil)
        return RecognisedCustomer(
            identity: CustomerIdentity(
                waId: waID, userId: userID, parentUserId: (parent ?? entry?.contact.parentUserId)?.nonEmpty,
                displayName: namesake?.contact.profile?.name?.cut(to: 512).nonEmpty),
            contact: namesake?.raw)
    }

    private static func ids(of contact: Contact) -> [CustomerID] {
        [CustomerID(userID: contact.userId), CustomerID(number: contact.waId)].compactMap { $0 }
    }
}

/// The id of a customer: a phone number, or a business-scoped user id.
private struct CustomerID {
    let text: String
    let isUserID: Bool

    init?(userID: String?) {
        guard let userID = userID?.nonEmpty else { return nil }
        text = userID
        isUserID = true
    }

    /// From where a number is documented. Numbers are compared without a plus sign.
    init?(number: String?) {
        guard let number = number?.nonEmpty else { return nil }
        isUserID = Self.isBusinessScoped(number)
        text = number.hasPrefix("+") ? String(number.dropFirst()) : number
    }

    /// ISO country code and a dot before the id (Meta, business-scoped-user-ids, 2026).
    private static func isBusinessScoped(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(3))
        return bytes.count == 3 && bytes[2] == UInt8(ascii: ".")
            && bytes.prefix(2).allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
