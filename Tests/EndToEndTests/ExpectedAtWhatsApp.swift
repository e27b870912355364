import ContractJSON
import RelayMessagingContract
import SharedContract
import WhatsAppGraphContract

@testable import OutboundTransformer
@testable import WhatsAppAPIService

/// What the code of the fidelity table makes of a recorded message of an agent or a bot.
enum ExpectedAtWhatsApp {
    /// The requests that WhatsApp is to get, without what differs by run.
    /// - Parameters:
    ///   - update: The body of the webhook as it was delivered.
    ///   - media: What became of its files.
    static func requests(_ update: JSONObject, messageID: String, media: [OutboundMedia]) -> [JSONValue] {
        let transformed = Transformed(update: update, messageID: messageID, media: media)
        return transformed.drafts.map { draft in
            let request = WhatsAppGraphContract.SendMessageRequest(
                draft, to: CustomerIdentity(waId: "1"), trackingID: "t")
            return comparable(request.jsonValue)
        }
    }

    /// A request without recipient, tracking id and ids of uploads.
    static func comparable(_ request: JSONValue) -> JSONValue {
        guard var object = request.object else { return request }
        for name in ["to", "recipient", "biz_opaque_callback_data"] { object[name] = nil }
        for type in ["image", "video", "audio", "document", "sticker"] {
            guard var media = object[type]?.object else { continue }
            media["id"] = nil
            object[type] = .object(media)
        }
        return .object(object)
    }
}
