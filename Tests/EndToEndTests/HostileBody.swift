import ContractJSON

/// A webhook body that no platform should send, and what it is answered.
struct HostileBody: Sendable {
    let what: String
    let bytes: [UInt8]
    let status: Int
    /// Pointer and keyword of each violation, in order.
    let violations: [String]

    private init(_ what: String, _ bytes: [UInt8], _ status: Int, _ violations: [String]) {
        self.what = what
        self.bytes = bytes
        self.status = status
        self.violations = violations
    }

    private init(_ what: String, _ text: String, _ status: Int, _ violations: [String]) {
        self.init(what, Array(text.utf8), status, violations)
    }

    /// The list of the issue, for one of the two webhooks.
    static func all(_ side: Side) -> [HostileBody] {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let limit = 3 << 20
        // Meta's is read as far as it can be, since one broken byte must not cost the other updates (decision 0093): what is
        // left here is a text where an object belongs.
        let notUTF8 = HostileBody(
            "invalid UTF-8", [0x22, 0xC3, 0x28, 0x22], 400, [side == .meta ? " type" : " syntax"])
        let common = [
            notUTF8,
            HostileBody("no JSON", "no JSON", 400, [" syntax"]),
            HostileBody("nothing", [UInt8](), 400, [" syntax"]),
            HostileBody("too deep", deep, 400, [" syntax"]),
            HostileBody("two documents", "{}{}", 400, [" syntax"]),
            HostileBody("too large", [UInt8](repeating: 0x20, count: limit + 1), 413, []),
            HostileBody("an array", "[]", 400, [" type"]),
        ]
        switch side {
        case .meta:
            return common + [
                HostileBody("wrong types", #"{"object":1,"entry":"none"}"#, 400, ["/object const", "/entry type"]),
                HostileBody("no entry", #"{"object":"whatsapp_business_account"}"#, 400, [" required"]),
                HostileBody("another product", #"{"object":"page","entry":[]}"#, 400, ["/object const"]),
            ]
        case .genesys:
            return common + [
                HostileBody(
                    "wrong types", #"{"id":7,"channel":"none","type":"Text"}"#, 400,
                    ["/id type", "/channel type", " anyOf"])
            ]
        }
    }

    /// A customer's text as Meta sends it.
    /// - Parameter broken: Whether a second message is with it whose text is a number.
    static func customerText(_ line: Line, number: String? = nil, broken: Bool = false) -> [UInt8] {
        func message(_ id: String, _ text: JSONValue) -> JSONValue {
            [
                "id": .string("wamid.\(line.number).\(id)"), "from": "15550150001", "timestamp": "1790000000",
                "type": "text", "text": ["body": text],
            ]
        }
        let messages = [message("1", "Hello")] + (broken ? [message("2", 5)] : [])
        let value: JSONValue = [
            "messaging_product": "whatsapp",
            "metadata": [
                "display_phone_number": "15550009000", "phone_number_id": .string(number ?? line.phoneNumberID),
            ],
            "messages": .array(messages),
        ]
        let body: JSONValue = [
            "object": "whatsapp_business_account",
            "entry": [["id": "800000000000001", "changes": [["field": "messages", "value": value]]]],
        ]
        return body.jsonBytes
    }

    /// An agent's text as Genesys sends it.
    static func agentText(_ line: Line) -> [UInt8] {
        let channel: JSONValue = [
            "id": .string(line.integrationID), "platform": "Open", "type": "Private",
            "messageId": "0123456789abcdef0123456789abcdef", "to": ["id": "15550150001", "idType": "Phone"],
            "from": ["id": .string(line.integrationID), "idType": "Opaque"], "time": "2026-11-20T10:00:00.000Z",
        ]
        let body: JSONValue = [
            "id": "0123456789abcdef0123456789abcdef", "channel": channel, "type": "Text", "text": "Hello",
            "direction": "Outbound", "originatingEntity": "Human",
        ]
        return body.jsonBytes
    }
}
