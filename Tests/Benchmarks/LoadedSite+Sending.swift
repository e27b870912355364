import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import HTTPTypes
import ServiceKit

extension LoadedSite {
    /// Posts texts at an even pace, in each direction.
    /// - Parameters:
    ///   - rate: Texts a second and direction.
    func steady(rate: Int, seconds: Int, _ directions: [Direction]) async throws -> [SentText] {
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: SentText.self) { group in
            for turn in 0..<rate * seconds {
                try await Task.sleep(until: start + .seconds(Double(turn) / Double(rate)), clock: .continuous)
                for direction in directions { group.addTask { try await self.post(direction) } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Posts texts both ways, each side as soon as one of its posts in flight is acknowledged.
    func burst(each count: Int, inFlight: Int) async throws -> [SentText] {
        try await withThrowingTaskGroup(of: [SentText].self) { group in
            for direction in Direction.allCases {
                for lane in 0..<inFlight {
                    group.addTask {
                        var sent: [SentText] = []
                        for _ in stride(from: lane, to: count, by: inFlight) {
                            sent.append(try await self.post(direction))
                        }
                        return sent
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func post(_ direction: Direction) async throws -> SentText {
        let (number, conversation) = next()
        guard let conversation else { throw LoadError("no conversation is open") }
        switch direction {
        case .inbound: return try await postInbound(customer: conversation.customer, number: number)
        case .outbound: return try await postOutbound(conversation, number: number)
        }
    }

    /// Posts a customer's text as Meta does.
    func postInbound(customer: String, number: Int? = nil) async throws -> SentText {
        let number = number ?? next().number
        let text = "Question \(number) of \(Self.run)"
        let message: JSONValue = [
            "from": .string(customer), "id": .string("wamid.LOAD\(Self.run)\(number)"),
            "timestamp": .string(String(WallClock.millisecondsSinceEpoch / 1_000)),
            "text": ["body": .string(text)], "type": "text",
        ]
        let value: JSONValue = [
            "messaging_product": "whatsapp",
            "metadata": [
                "display_phone_number": "15550001000", "phone_number_id": .string(tenant.phoneNumberID),
            ],
            "contacts": [["profile": ["name": "Load"], "wa_id": .string(customer)]],
            "messages": [message],
        ]
        let notification: JSONValue = [
            "object": "whatsapp_business_account",
            "entry": [["id": .string(tenant.accountID), "changes": [["value": value, "field": "messages"]]]],
        ]
        let body = notification.jsonBytes
        return try await post(
            .inbound, text, body, to: "/webhooks/whatsapp/\(tenantID)",
            signature: WebhookSignature.meta.header(of: body, secret: tenant.appSecret))
    }

    /// Posts an agent's text as Genesys Cloud does.
    private func postOutbound(_ conversation: OpenConversation, number: Int) async throws -> SentText {
        let text = "Answer \(number) of \(Self.run)"
        let id = Self.identifier(number)
        let notification = OutboundNotification(
            id: id,
            channel: OutboundChannel(
                id: tenant.integrationID, platform: .value(.open), type: .value(.private), messageId: .value(id),
                to: OutboundRecipient(id: conversation.customer, idType: .value(.phone)),
                from: OutboundRecipient(id: tenant.integrationID, idType: .value(.opaque)),
                time: WallClock.now),
            type: .text, text: .value(text), direction: .value(.outbound),
            originatingEntity: .value(.human), conversationId: .value(conversation.conversationID))
        let body = notification.jsonBytes
        return try await post(
            .outbound, text, body, to: "/webhooks/genesys/\(tenantID)",
            signature: WebhookSignature.genesys.header(of: body, secret: tenant.webhookSecret))
    }

    private func post(
        _ direction: Direction, _ text: String, _ body: [UInt8], to target: String, signature: String
    ) async throws -> SentText {
        let clock = ContinuousClock()
        let startedAt = WallClock.millisecondsSinceEpoch
        let start = clock.now
        let response = try await gateway.send(
            ContractRequest(
                method: .post, target: target,
                headers: [.contentType: "application/json", .hubSignature: signature], body: .bytes(body)),
            options: RequestOptions(timeout: Self.patience))
        guard response.status == 200 else { throw LoadError("a webhook was answered \(response.status)") }
        return SentText(
            direction: direction, text: text, startedAt: startedAt,
            acknowledgedAfter: (clock.now - start) / .milliseconds(1))
    }

    /// Sets the ids of this run apart from those of an earlier one on the same database.
    private static let run = String(WallClock.millisecondsSinceEpoch, radix: 36)

    /// 32 hexadecimal digits, as Genesys Cloud's message ids.
    private static func identifier(_ number: Int) -> String {
        let digits = String(WallClock.millisecondsSinceEpoch, radix: 16) + String(number, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

extension HTTPField.Name {
    fileprivate static let hubSignature = HTTPField.Name("X-Hub-Signature-256")!
}
