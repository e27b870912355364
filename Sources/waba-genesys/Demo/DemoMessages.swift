import ContractJSON
import ServiceKit

/// The texts of the demonstration, in the form that the platforms send.
extension DemoConversation {
    static let inboundText = "Good morning! Is the rye bread ready? 🥖"
    static let outboundText = "Good morning, it is. We keep a loaf for you until six."

    /// A text webhook in the form that Meta sends: member order, escapes and all.
    static func webhook(_ tenant: DemoTenant, wamid: String) -> String {
        let message: JSONValue = [
            "from": .string(tenant.customer), "id": .string(wamid),
            "timestamp": .string(String(WallClock.millisecondsSinceEpoch / 1_000)),
            "text": ["body": .string(inboundText)], "type": "text",
        ]
        let value: JSONValue = [
            "messaging_product": "whatsapp",
            "metadata": [
                "display_phone_number": .string(tenant.displayPhoneNumber),
                "phone_number_id": .string(tenant.phoneNumberID),
            ],
            "contacts": [["profile": ["name": .string(tenant.customerName)], "wa_id": .string(tenant.customer)]],
            "messages": [message],
        ]
        let document: JSONValue = [
            "object": "whatsapp_business_account",
            "entry": [["id": .string(tenant.accountID), "changes": [["value": value, "field": "messages"]]]],
        ]
        return escaped(document.jsonText)
    }

    /// Characters outside ASCII as `\uXXXX` and `/` as `\/`, as in recorded bodies.
    private static func escaped(_ json: String) -> String {
        json.unicodeScalars.map { scalar -> String in
            guard !scalar.isASCII else { return scalar == "/" ? "\\/" : String(scalar) }
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }.joined()
    }
}
