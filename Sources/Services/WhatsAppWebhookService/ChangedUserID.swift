import ContractJSON
import ContractRuntime
import SharedContract
import WebhookIntake
import WhatsAppWebhookContract

/// A change of a customer's business-scoped user id that Meta tells of in a field of its own (`user_id_update`, Meta,
/// business-scoped-user-ids, 2026), as the message of type `system` by which it tells of changes elsewhere: both move the
/// conversation along.
struct ChangedUserID {
    /// Who the customer was.
    let customer: CustomerIdentity
    /// The message, with what Meta sent beside it.
    let message: JSONObject

    /// Reads an element of `user_id_update`.
    /// - Parameters:
    ///   - contacts: Of the same value.
    ///   - phoneNumberID: The number that is told.
    /// - Returns: nil where it names no new id, no customer or no time.
    init?(_ element: JSONNode, _ contacts: ContactBook, phoneNumberID: String) {
        let (read, violations) = DecodingContext.read(element) { UserIdUpdate.decode($0, &$1) }
        guard violations.isEmpty, let update = read, let current = update.userId?.current, !current.isEmpty,
            let time = update.timestamp?.text
        else { return nil }
        let previous = update.userId?.previous.flatMap { $0.isEmpty ? nil : $0 }
        // Told again it is the same message.
        let id = StableIdentifier.derived(from: phoneNumberID, previous ?? update.waId ?? "", current, time)
        var message = InboundMessage(id: "user_id_update:\(id)", timestamp: time, type: .system)
        message.from = update.waId
        message.fromUserId = previous
        message.fromParentUserId = update.parentUserId?.previous
        message.system = SystemEvent(
            type: .userChangedUserId, body: update.detail, userId: current, parentUserId: update.parentUserId?.current)
        guard previous != nil || update.waId != nil, let sender = contacts.sender(of: message),
            (try? message.validatedJSON()) != nil, var written = message.jsonValue.object
        else { return nil }
        written["user_id_update"] = element.value
        customer = sender.identity
        self.message = written
    }
}

extension LooseTimestamp {
    fileprivate var text: String? {
        switch self {
        case .integer(let number): number.text
        case .string(let text): text
        }
    }
}
