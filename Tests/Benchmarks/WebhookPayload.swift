import ContractJSON

/// Payloads in the shape of Meta's webhooks with invented values.
enum WebhookPayload {
    /// The value of a `messages` change of exactly so many bytes: as many texts as fit, and what is missing as more words
    /// in the last one.
    /// - Parameter bytes: At least the 426 bytes of a value with one text.
    static func value(bytes: Int) -> [UInt8] {
        var (fitting, over) = (1, 2)
        while messages(over).count <= bytes { (fitting, over) = (over, over * 2) }
        while over - fitting > 1 {
            let middle = (fitting + over) / 2
            if messages(middle).count <= bytes { fitting = middle } else { over = middle }
        }
        let missing = bytes - messages(fitting).count
        return messages(
            fitting, words: String(String(repeating: " and a roll", count: missing / 11 + 1).prefix(missing)))
    }

    /// The value of a `messages` change with so many texts of different customers.
    /// - Parameter words: What the last text says besides.
    private static func messages(_ count: Int, words: String = "") -> [UInt8] {
        let contacts = (0..<min(count, 3)).map { index -> JSONValue in
            ["profile": ["name": .string("Zoë Müller \(index)")], "wa_id": .string(customer(index))]
        }
        let messages = (0..<count).map { index -> JSONValue in
            [
                "from": .string(customer(index % 3)),
                "id": .string("wamid.HBgLMTU1NTAxMjM0NTYVAgASGBQzQTAyNDY4QUNFMDI0NjhBQ0Uw\(100_000 + index)"),
                "timestamp": .string(String(1_790_000_000 + index)),
                "text": [
                    "body": .string(
                        "Good morning! Is the rye bread ready? I would come by at ten. 🥖 \(index)"
                            + (index == count - 1 ? words : ""))
                ],
                "type": "text",
            ]
        }
        let value: JSONValue = [
            "messaging_product": "whatsapp",
            "metadata": ["display_phone_number": "15550001000", "phone_number_id": "100200300400500"],
            "contacts": .array(contacts),
            "messages": .array(messages),
        ]
        return value.jsonBytes
    }

    private static func customer(_ index: Int) -> String { "1555012345\(index)" }
}

/// The same members as a person would write them for Foundation's coders: nothing is checked beyond the types.
struct PlainMessagesValue: Codable {
    struct Metadata: Codable {
        var displayPhoneNumber: String
        var phoneNumberID: String

        enum CodingKeys: String, CodingKey {
            case displayPhoneNumber = "display_phone_number"
            case phoneNumberID = "phone_number_id"
        }
    }
    struct Contact: Codable {
        struct Profile: Codable { var name: String }
        var profile: Profile
        var waID: String

        enum CodingKeys: String, CodingKey {
            case profile
            case waID = "wa_id"
        }
    }
    struct Message: Codable {
        struct Text: Codable { var body: String }
        var from: String
        var id: String
        var timestamp: String
        var text: Text
        var type: String
    }

    var messagingProduct: String
    var metadata: Metadata
    var contacts: [Contact]
    var messages: [Message]

    enum CodingKeys: String, CodingKey {
        case messagingProduct = "messaging_product"
        case metadata, contacts, messages
    }
}
