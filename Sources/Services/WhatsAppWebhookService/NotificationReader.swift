import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import WebhookIntake
import WhatsAppWebhookContract

/// What a webhook holds, sorted by conversation.
struct ReadNotification {
    /// In the order in which they first occur.
    var conversations: [ConversationUpdates] = []
    /// What Meta's contract refuses.
    var setAside: [SetAsideUpdate] = []

    var updateCount: Int { conversations.reduce(setAside.count) { $0 + $1.updates.count } }
}

/// The updates of one conversation, in their order.
struct ConversationUpdates {
    let lane: String
    let wabaID: String
    let phoneNumberID: String?
    let displayPhoneNumber: String?
    let customer: CustomerIdentity?
    var updates: [WhatsAppUpdate] = []
}

/// A part of a webhook that cannot be understood.
struct SetAsideUpdate {
    let addressee: String?
    let field: String?
    let violations: [ContractViolation]
    let update: JSONValue
}

extension SetAsideUpdate {
    init(_ conversation: ConversationUpdates, _ update: WhatsAppUpdate, violations: [ContractViolation]) {
        self.init(
            addressee: conversation.phoneNumberID ?? conversation.wabaID, field: update.field, violations: violations,
            update: .object(update.update))
    }
}

/// Reads a notification element by element against Meta's contract, so that a broken element costs none of its
/// neighbours, whatever stands around it.
struct NotificationReader {
    private struct Place: Hashable {
        let wabaID: String
        let lane: String
    }

    private var result = ReadNotification()
    private var positions: [Place: Int] = [:]

    /// - Throws: What makes the whole body unusable: no JSON, or not the envelope of a notification.
    static func read(_ body: [UInt8]) throws(ContractDecodingError) -> ReadNotification {
        let document = try Self.document(body)
        return try document.withRoot { root throws(ContractDecodingError) in
            let violations = DecodingContext.read(root) { WebhookNotification.decode($0, &$1) }.violations
            guard violations.isEmpty else { throw .violations(violations) }
            var reader = NotificationReader()
            if let entries = root.member("entry") { for entry in entries.elements { reader.readEntry(entry) } }
            return reader.result
        }
    }

    /// The body as JSON. Bytes that are not UTF-8, which Meta does not send, become replacement characters: they cost no other
    /// update of the body.
    private static func document(_ body: [UInt8]) throws(ContractDecodingError) -> JSONDocument {
        do { return try JSONDocument(parsing: body) } catch {
            guard error.code == .invalidUTF8 else { throw .syntax(error) }
        }
        do { return try JSONDocument(parsing: Array(String(decoding: body, as: UTF8.self).utf8)) } catch {
            throw .syntax(error)
        }
    }

    private mutating func readEntry(_ entry: JSONNode) {
        guard let wabaID = entry.member("id")?.string, let changes = entry.member("changes"), changes.kind == .array
        else {
            setAside(entry, Entry.self, addressee: entry.member("id")?.string)
            return
        }
        for change in changes.elements { readChange(change, wabaID) }
    }

    private mutating func readChange(_ change: JSONNode, _ wabaID: String) {
        guard let field = change.member("field")?.string, let value = change.member("value"), value.kind == .object
        else {
            setAside(change, Change.self, addressee: wabaID, field: change.member("field")?.string)
            return
        }
        let metadata = value.member("metadata").flatMap { try? $0.decoded(Metadata.self).get() }
        if field == Change.Field.messages.rawValue {
            guard let metadata else {
                setAside(change, Change.self, addressee: wabaID, field: field)
                return
            }
            readMessages(value, Addressee(wabaID: wabaID, metadata: metadata), field)
        } else if field == Change.Field.smbMessageEchoes.rawValue, let metadata {
            readEchoes(value, Addressee(wabaID: wabaID, metadata: metadata), field)
        } else if case .failure(let refusal) = change.decoded(Change.self) {
            result.setAside.append(
                SetAsideUpdate(
                    addressee: metadata?.phoneNumberId ?? wabaID, field: field, violations: refusal.violations,
                    update: change.value))
        } else if field == Change.Field.userIdUpdate.rawValue, let metadata {
            readUserIDs(value, Addressee(wabaID: wabaID, metadata: metadata), field)
        } else {
            append(.change, value, field, Addressee(wabaID: wabaID, metadata: metadata))
        }
    }

    /// The changes of user ids in a value, each as the message that tells of it.
    private mutating func readUserIDs(_ value: JSONNode, _ addressee: Addressee, _ field: String) {
        let contacts = readContacts(value.member("contacts"), addressee, field)
        let elements = value.member("user_id_update").map { Array($0.elements) } ?? []
        for element in elements {
            guard let change = ChangedUserID(element, contacts, phoneNumberID: addressee.phoneNumberID ?? "") else {
                append(.change, element, field, addressee)
                continue
            }
            let found = Found(kind: .message, customer: change.customer)
            append(.message, change.message, field, addressee, found)
        }
        if elements.isEmpty { append(.change, value, field, addressee) }
    }

    /// The parts of a value of field `messages`, in the order in which Meta lists them.
    private mutating func readMessages(_ value: JSONNode, _ addressee: Addressee, _ field: String) {
        var parts = 0
        var contacts = readContacts(value.member("contacts"), addressee, field)
        let messages = elements(of: "messages", value, addressee, field, &parts)
        contacts.isOfOneSender = Set(messages.map(Self.sender)).count == 1
        for element in messages {
            read(element, InboundMessage.self, addressee, field) { message in
                guard let sender = contacts.sender(of: message) else { return nil }
                return Found(kind: .message, customer: sender.identity, contact: sender.contact)
            }
        }
        for element in elements(of: "statuses", value, addressee, field, &parts) {
            read(element, MessageStatus.self, addressee, field) { status in
                let recipient = contacts.recipient(of: status)
                return Found(
                    kind: .status, customer: recipient?.identity, group: ContactBook.group(of: status),
                    contact: recipient?.contact)
            }
        }
        for element in elements(of: "errors", value, addressee, field, &parts) {
            read(element, WebhookError.self, addressee, field) { _ in Found(kind: .error) }
        }
        // A value without any of the three would otherwise leave no trace.
        if parts == 0 { append(.change, value, field, addressee) }
    }

    /// What the business wrote in WhatsApp's own app, each for the customer that it went to.
    private mutating func readEchoes(_ value: JSONNode, _ addressee: Addressee, _ field: String) {
        var parts = 0
        let contacts = readContacts(value.member("contacts"), addressee, field)
        for element in elements(of: "message_echoes", value, addressee, field, &parts) {
            read(element, InboundMessage.self, addressee, field) { echo in
                contacts.recipient(of: echo).map {
                    Found(kind: .message, customer: $0.identity, contact: $0.contact)
                }
            }
        }
        for element in elements(of: "errors", value, addressee, field, &parts) {
            read(element, WebhookError.self, addressee, field) { _ in Found(kind: .error) }
        }
        if parts == 0 { append(.change, value, field, addressee) }
    }

    private static func sender(_ message: JSONNode) -> String {
        message.member("from_user_id")?.string ?? message.member("from")?.string ?? ""
    }

    private mutating func readContacts(_ contacts: JSONNode?, _ addressee: Addressee, _ field: String) -> ContactBook {
        var book = ContactBook()
        guard let contacts else { return book }
        guard contacts.kind == .array else {
            setAside(contacts, Contact.self, addressee: addressee.phoneNumberID, field: field)
            return book
        }
        for element in contacts.elements {
            switch element.decoded(Contact.self) {
            case .success(let contact): book.add(contact, raw: element.value.object ?? JSONObject())
            case .failure:
                if let spared = SparedElement<Contact>(element.value) {
                    book.add(spared.element, raw: spared.update)
                } else {
                    setAside(element, Contact.self, addressee: addressee.phoneNumberID, field: field)
                }
            }
        }
        return book
    }

    /// The elements of a part, none if it is not there; a part that is no array is set aside.
    private mutating func elements(
        of part: String, _ value: JSONNode, _ addressee: Addressee, _ field: String, _ parts: inout Int
    ) -> [JSONNode] {
        guard let node = value.member(named: part) else { return [] }
        guard node.kind == .array else {
            parts += 1
            let violation = ContractViolation(
                instancePointer: "/" + part, keyword: "type",
                schemaPointer: "Specs/whatsapp/webhook.yaml#/components/schemas/MessagesValue/properties/\(part)/type",
                message: "expected an array, found \(node.kind)")
            result.setAside.append(
                SetAsideUpdate(
                    addressee: addressee.phoneNumberID, field: field, violations: [violation],
                    update: .object(JSONObject([(part, node.value)]))))
            return []
        }
        parts += node.count
        return Array(node.elements)
    }

    private mutating func read<Element: ContractValue>(
        _ node: JSONNode, _ type: Element.Type, _ addressee: Addressee, _ field: String,
        find: (Element) -> Found?
    ) {
        switch node.decoded(type) {
        case .success(let element):
            if let found = find(element) {
                append(found.kind, node, field, addressee, found)
            } else {
                result.setAside.append(
                    SetAsideUpdate(
                        addressee: addressee.phoneNumberID, field: field, violations: [Self.nobody], update: node.value)
                )
            }
        case .failure(let refusal):
            if let spared = SparedElement<Element>(node.value), let found = find(spared.element) {
                append(found.kind, spared.update, field, addressee, found)
                return
            }
            result.setAside.append(
                SetAsideUpdate(
                    addressee: addressee.phoneNumberID, field: field, violations: refusal.violations,
                    update: node.value))
        }
    }

    private mutating func append(
        _ kind: WhatsAppUpdateKind, _ node: JSONNode, _ field: String, _ addressee: Addressee,
        _ found: Found? = nil
    ) {
        append(kind, node.value.object ?? JSONObject(), field, addressee, found)
    }

    private mutating func append(
        _ kind: WhatsAppUpdateKind, _ update: JSONObject, _ field: String, _ addressee: Addressee, _ found: Found?
    ) {
        let customer = found?.customer
        let lane = LaneKey.key(
            addressee.phoneNumberID ?? addressee.wabaID, customer: found?.group ?? customer?.userId ?? customer?.waId)
        let place = Place(wabaID: addressee.wabaID, lane: lane)
        let position = positions[place] ?? result.conversations.count
        if position == result.conversations.count {
            positions[place] = position
            result.conversations.append(
                ConversationUpdates(
                    lane: lane, wabaID: addressee.wabaID, phoneNumberID: addressee.phoneNumberID,
                    displayPhoneNumber: addressee.displayPhoneNumber, customer: customer))
        }
        result.conversations[position].updates.append(
            WhatsAppUpdate(
                kind: kind, field: field, update: update, contact: found?.contact))
    }

    private mutating func setAside<Element: ContractValue>(
        _ node: JSONNode, _ type: Element.Type, addressee: String?, field: String? = nil
    ) {
        var violations: [ContractViolation] = []
        if case .failure(let refusal) = node.decoded(type) { violations = refusal.violations }
        result.setAside.append(
            SetAsideUpdate(addressee: addressee, field: field, violations: violations, update: node.value))
    }

    private static let nobody = ContractViolation(
        instancePointer: "", keyword: "required",
        schemaPointer: "Specs/whatsapp/webhook.yaml#/components/schemas/MessagesValue/then",
        message: "neither the message nor a contact names the sender")
}

/// Whom a change is for.
private struct Addressee {
    let wabaID: String
    var phoneNumberID: String?
    var displayPhoneNumber: String?
}

extension Addressee {
    init(wabaID: String, metadata: Metadata?) {
        self.init(
            wabaID: wabaID, phoneNumberID: metadata?.phoneNumberId, displayPhoneNumber: metadata?.displayPhoneNumber)
    }
}

/// An element that was understood.
private struct Found {
    let kind: WhatsAppUpdateKind
    var customer: CustomerIdentity?
    var group: String?
    var contact: JSONObject?
}

/// What the contract refuses in one element.
private struct Refusal: Error {
    let violations: [ContractViolation]
}

extension JSONNode {
    fileprivate func decoded<Value: ContractValue>(_ type: Value.Type) -> Result<Value, Refusal> {
        let (value, violations) = DecodingContext.read(self) { type.decode($0, &$1) }
        guard let value else { return .failure(Refusal(violations: violations)) }
        return .success(value)
    }
}
