import ContractJSON
import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import HTTPTypes
import SharedContract
import SimulatorContract
import Simulators
import Testing

@Suite("Genesys simulator: calls")
struct GenesysRefusalTests {
    @Test("client credentials give a token, by Basic or in the form")
    func issuesTokens() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let form = TokenRequest(clientId: GenesysWorld.client, clientSecret: GenesysWorld.clientSecret)
        guard case .ok(let basic) = try await world.requestToken(),
            case .ok(let posted) = try await world.platform.requestToken(RequestToken.Input(body: form))
        else {
            Issue.record("no token")
            return
        }
        #expect(basic.accessToken.count == 86)
        #expect(basic.expiresIn == 86_399)
        #expect(basic.tokenType == "bearer")
        #expect(posted.accessToken != basic.accessToken)
    }

    @Test("an unknown client and a wrong secret are refused as recorded")
    func refusesClients() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        guard case .unauthorized(let unknown) = try await world.requestToken(client: "nobody"),
            case .unauthorized(let wrong) = try await world.requestToken(secret: "wrong")
        else {
            Issue.record("not refused")
            return
        }
        #expect(unknown.error == .invalidClient)
        #expect(unknown.errorDescription == .value("client not found"))
        #expect(wrong.description == .value("authentication failed"))
    }

    @Test("a token is refused when it is unknown, expired or revoked")
    func refusesTokens() async throws {
        let world = GenesysWorld()
        try await world.setUp(tokenLifetimeSeconds: 600)
        let credentials = try await world.credentials()
        guard case .ok = try await world.send(credentials),
            case .unauthorized(let error, let correlation) = try await world.send(ClientCredentials(bearerToken: "x"))
        else {
            Issue.record("unexpected answer")
            return
        }
        #expect(error.code == .value(.badCredentials))
        #expect(error.contextId.value == correlation)
        world.clock.advance(.seconds(601))
        guard case .unauthorized = try await world.send(credentials) else {
            Issue.record("an expired token is accepted")
            return
        }
        let fresh = try await world.credentials()
        _ = try await world.platform.revokeCurrentToken(RevokeCurrentToken.Input(), credentials: fresh)
        guard case .unauthorized = try await world.send(fresh) else {
            Issue.record("a revoked token is accepted")
            return
        }
    }

    @Test("without a token the call is refused as unauthenticated")
    func refusesMissingToken() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let request = ContractRequest(method: .get, target: "/api/v2/tokens/me")
        let response = await world.table.respond(to: request, traceparent: TraceContext.make())
        #expect(response.status == 401)
        #expect(response.json["code"]?.string == "authentication.required")
    }

    @Test("the call over the limit gets 429 with Retry-After, and the next minute is free again")
    func limitsRate() async throws {
        let world = GenesysWorld()
        try await world.setUp(requestsPerMinute: 3)
        let credentials = try await world.credentials()
        for _ in 0..<3 {
            guard case .ok = try await world.send(credentials) else {
                Issue.record("refused within the limit")
                return
            }
        }
        world.clock.advance(.seconds(18))
        guard case .tooManyRequests(let error, let retryAfter, _) = try await world.send(credentials) else {
            Issue.record("not refused")
            return
        }
        #expect(retryAfter == "42")
        #expect(error.code == .value(.tooManyRequestsRetryAfter))
        #expect(error.message == .value("Rate limit exceeded the maximum. Retry the request in [42] seconds"))
        world.clock.advance(.seconds(42))
        guard case .ok = try await world.send(credentials) else {
            Issue.record("refused in the next minute")
            return
        }
    }

    @Test(
        "a message that breaks the contract is refused with the code of its fault",
        arguments: [
            (#"{"channel":{"from":{"id":"1","idType":"Opaque"}},"text":"x"}"#, "missing.open.channel.date"),
            (#"{"channel":{"from":{"id":"1","idType":"Opaque"},"time":"today"},"text":"x"}"#, "invalid.date"),
            (#"{"channel":{"from":{"id":"1","idType":"Opaque"},"time":"2026-01-01T00:00:00Z"}}"#, "bad.request"),
            (
                #"{"channel":{"from":{"id":"1","idType":"Opaque"},"time":"2026-01-01T00:00:00Z"},"text":"x","metadata":{"a":{}}}"#,
                "bad.request"
            ),
            (#"{"channel":{"#, "bad.request"),
        ])
    func refusesBrokenMessage(body: String, code: String) async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let response = await world.post(body, try await world.credentials())
        #expect(response.status == 400)
        #expect(response.json["code"]?.string == code)
        #expect(response.json["status"]?.int == 400)
        #expect(response.json["contextId"]?.string?.isEmpty == false)
    }

    @Test("a body over 512,000 bytes is refused with 413")
    func refusesLargeBody() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let response = await world.post(String(repeating: " ", count: 512_001), try await world.credentials())
        #expect(response.status == 413)
        #expect(response.json["code"]?.string == "request.entity.too.large")
    }

    @Test("an integration that does not exist or is another client's is not found")
    func refusesUnknownIntegration() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let other = SimulatedIntegration(
            name: "Other", clientId: "other", clientSecret: "other", webhookUrl: "http://relay.test",
            webhookSecret: "0123456789abcdef")
        _ = try await world.control.putIntegration(PutIntegration.Input(integrationId: "other", body: other))
        let credentials = try await world.credentials()
        for id in ["nowhere", "other"] {
            guard case .notFound(let error, _) = try await world.send(credentials, integration: id) else {
                Issue.record("\(id) is found")
                return
            }
            #expect(error.code == .value(.notFound))
        }
    }

    @Test("messages of a customer share a conversation until it ends; it is named only if asked for")
    func keepsConversations() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        guard case .ok(let first) = try await world.send(credentials),
            case .accepted(let second) = try await world.send(credentials, prefetch: false),
            case .ok(let third) = try await world.send(credentials)
        else {
            Issue.record("refused")
            return
        }
        let conversation = try #require(first.conversationId.value)
        #expect(second.conversationId == .absent)
        #expect(third.conversationId.value == conversation)
        #expect(first.id.value?.count == 32)
        #expect(first.id.value?.allSatisfy { $0.isHexDigit && !$0.isUppercase } == true)
        _ = try await world.platform.updateMessageConversation(
            UpdateMessageConversation.Input(conversationId: conversation, body: ConversationUpdate()),
            credentials: credentials)
        guard case .ok(let fourth) = try await world.send(credentials) else {
            Issue.record("refused")
            return
        }
        #expect(fourth.conversationId.value != conversation)
    }

    @Test("a message can be found again by its sender's id through the conversation")
    func reconciles() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        guard case .ok(let sent) = try await world.send(credentials, messageID: "wamid.lost"),
            case .ok(let conversation) = try await world.platform.getMessageConversation(
                GetMessageConversation.Input(conversationId: sent.conversationId.value ?? ""), credentials: credentials)
        else {
            Issue.record("no conversation")
            return
        }
        let customer = try #require(conversation.participants.value?.first { $0.purpose == .value(.customer) })
        let reference = try #require(customer.messages.value?.first?.messageId.value)
        guard
            case .ok(let details) = try await world.platform.getMessageDetails(
                GetMessageDetails.Input(messageId: reference), credentials: credentials)
        else {
            Issue.record("no details")
            return
        }
        #expect(details.normalizedMessage?.channel?.messageId == .value("wamid.lost"))
        #expect(details.conversationId == sent.conversationId)
        #expect(details.status == .received)
    }

    @Test("a receipt about an outbound message is taken, about another it is answered with status Failed")
    func takesReceipts() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        _ = try await world.send(credentials)
        let order = AgentMessage(integrationId: GenesysWorld.integration, to: GenesysWorld.customer, text: "x")
        guard
            case .accepted(let sent) = try await world.control.sendAgentMessage(
                SimulatorContract.SendAgentMessage.Input(body: order))
        else {
            Issue.record("not sent")
            return
        }
        for (id, status) in [(sent.messageIds[0], OpenReceiptNormalizedMessage.Status.delivered), ("unheard", .failed)]
        {
            let receipt = OpenInboundNormalizedReceipt(
                id: id,
                channel: OpenInboundMessagingReceiptChannel(
                    to: OpenMessagingToRecipient(id: GenesysWorld.customer),
                    time: DateTime(millisecondsSinceEpoch: world.clock.now)), status: .delivered)
            guard
                case .ok(let answer) = try await world.openMessaging.sendInboundReceipt(
                    SendInboundReceipt.Input(integrationId: GenesysWorld.integration, body: receipt),
                    credentials: credentials)
            else {
                Issue.record("refused")
                return
            }
            #expect(answer.status == status)
        }
        guard
            case .ok(let received) = try await world.control.listReceivedMessages(
                ListReceivedMessages.Input(kind: .receipt))
        else { return }
        #expect(received.items.map(\.platformMessageId) == [sent.messageIds[0]])
    }

    @Test("an integration is created asynchronously, changed, listed and deleted")
    func managesIntegrations() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        let request = OpenIntegrationRequest(
            name: "New", outboundNotificationWebhookUrl: "https://relay.test/hook",
            outboundNotificationWebhookSignatureSecretToken: "0123456789abcdef")
        guard
            case .accepted(let created) = try await world.platform.createOpenIntegration(
                CreateOpenIntegration.Input(body: request), credentials: credentials)
        else {
            Issue.record("not created")
            return
        }
        #expect(created.createStatus == .value(.initiated))
        guard case .notFound = try await world.send(credentials, integration: created.id) else {
            Issue.record("usable before it is complete")
            return
        }
        world.clock.advance(.seconds(1))
        guard
            case .ok(let read) = try await world.platform.getOpenIntegration(
                GetOpenIntegration.Input(integrationId: created.id), credentials: credentials),
            case .ok(let list) = try await world.platform.listOpenIntegrations(
                ListOpenIntegrations.Input(), credentials: credentials),
            case .noContent = try await world.platform.deleteOpenIntegration(
                DeleteOpenIntegration.Input(integrationId: created.id), credentials: credentials)
        else {
            Issue.record("unexpected answer")
            return
        }
        #expect(read.createStatus == .value(.completed))
        #expect(list.total == .value(2))
    }

    @Test("a short webhook secret is refused with its own code")
    func refusesShortSecret() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        let body =
            #"{"name":"n","outboundNotificationWebhookUrl":"https://r.test","outboundNotificationWebhookSignatureSecretToken":"short"}"#
        let response = await world.table.respond(
            to: ContractRequest(
                method: .post, target: "/api/v2/conversations/messaging/integrations/open",
                headers: [.contentType: "application/json", .authorization: "Bearer \(credentials.bearerToken ?? "")"],
                body: .bytes(Array(body.utf8))), traceparent: TraceContext.make())
        #expect(response.status == 400)
        #expect(
            response.json["code"]?.string == "notification.webhook.signature.secret.token.longer.than.15.characters")
    }
}
