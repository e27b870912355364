import ContractJSON
import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import HTTPTypes
import ServiceKit
import SharedContract
import SimulatorContract
import Simulators
import WhatsAppGraphContract

/// A simulator in this process with its jobs running, and clients that hold its answers to the contracts.
struct MetaWorld {
    static let number = "100200300400500"
    static let token = "token-of-the-tests"
    static let secret = "test_app_secret"
    static let customer = "15550123456"

    let clock = TestClock()
    let receiver = Receiver()
    let table: RouteTable
    let assembly: ServiceAssembly
    let control: SimulatorClient
    let graph: WhatsAppGraphClient

    init(_ configuration: MetaSimulatorConfiguration = MetaSimulatorConfiguration()) {
        let (clock, receiver) = (clock, receiver)
        let world = SimulatorWorld(
            now: { clock.now }, sleep: { try await clock.sleep($0) }, transport: { _ in receiver })
        let operations = OperationsAnswers(
            service: .metaSimulator, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
        assembly = MetaSimulator(configuration: configuration, world: world, operations: operations).assembly
        let table = RouteTable(routes: assembly.routes, authenticator: BearerAuthenticator([:]))
        self.table = table
        let transport = InProcessTransport { table }
        control = SimulatorClient(transport: transport)
        graph = WhatsAppGraphClient(transport: transport, credentials: ClientCredentials(bearerToken: Self.token))
    }

    func run(_ body: (MetaWorld) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in assembly.jobs { group.addTask { try? await job.run() } }
            try await body(self)
            group.cancelAll()
        }
    }

    func setUp(
        statuses: [SimulatedStatus] = [.sent, .delivered], messagesPerSecond: Int = 80,
        tokenLifetimeSeconds: Int? = nil, templates: [SimulatedTemplate]? = nil
    ) async throws {
        let number = SimulatedNumber(
            wabaId: "500400300200100", displayPhoneNumber: "15550001000", accessToken: Self.token,
            accessTokenLifetimeSeconds: tokenLifetimeSeconds, appSecret: Self.secret,
            callbackUrl: "http://relay.test:8080/webhooks/whatsapp", messagesPerSecond: messagesPerSecond,
            statuses: statuses, templates: templates)
        _ = try await control.putNumber(PutNumber.Input(phoneNumberId: Self.number, body: number))
    }

    func write(_ text: String = "Hello", count: Int = 1, batch: Int = 1, redeliver: Int = 0) async throws
        -> SentMessages?
    {
        let message = CustomerMessage(
            phoneNumberId: Self.number, customer: CustomerIdentity(waId: Self.customer, displayName: "Zoë"), text: text,
            count: count, batch: batch, redeliver: redeliver)
        guard case .accepted(let sent) = try await control.sendCustomerMessage(SendCustomerMessage.Input(body: message))
        else { return nil }
        return sent
    }

    func send(
        _ text: String = "Hi", to: String = customer, tracking: String? = nil, number: String = number,
        token: String? = nil
    ) async throws -> WhatsAppGraphContract.SendMessage.Output {
        let request = SendMessageRequest(
            to: to, type: .text, bizOpaqueCallbackData: tracking, text: TextObject(body: text))
        let input = WhatsAppGraphContract.SendMessage.Input(
            version: "v23.0", phoneNumberId: number, body: .sendMessageRequest(request))
        return try await graph.sendMessage(input, credentials: token.map { ClientCredentials(bearerToken: $0) })
    }

    /// Uploads a file.
    /// - Returns: Its media id.
    func upload(_ bytes: [UInt8], mime: String) async throws -> String? {
        let head = [
            "--b", "Content-Disposition: form-data; name=\"messaging_product\"", "", "whatsapp", "--b",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"", "Content-Type: \(mime)", "", "",
        ].joined(separator: "\r\n")
        let input = UploadMedia.Input(
            version: "v23.0", phoneNumberId: Self.number, contentType: "multipart/form-data; boundary=b",
            body: .bytes(Array(head.utf8) + bytes + Array("\r\n--b--\r\n".utf8)))
        guard case .ok(let uploaded) = try await graph.uploadMedia(input) else { return nil }
        return uploaded.id
    }

    /// Asks where a medium is.
    /// - Returns: Path and query of its address; nil if there is no such medium.
    func address(of id: String) async throws -> String? {
        guard case .ok(.media(let media)) = try await graph.getNode(GetNode.Input(version: "v23.0", nodeId: id)) else {
            return nil
        }
        return String(media.url.dropFirst("http://127.0.0.1:9101".count))
    }

    func download(_ target: String, token: String? = token, userAgent: String? = "tests") async -> ContractResponse {
        var request = ContractRequest(method: .get, target: target)
        request.headers[.userAgent] = userAgent
        request.headers[.authorization] = token.map { "Bearer \($0)" }
        return await table.respond(to: request, traceparent: TraceContext.make())
    }

    /// Posts a body that no generated client would send.
    func post(_ body: String, token: String? = token) async -> ContractResponse {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.authorization] = token.map { "Bearer \($0)" }
        let request = ContractRequest(
            method: .post, target: "/v23.0/\(Self.number)/messages", headers: headers, body: .bytes(Array(body.utf8)))
        return await table.respond(to: request, traceparent: TraceContext.make())
    }
}

/// The same for Genesys.
struct GenesysWorld {
    static let integration = "5d0c7b6a-1e2f-4a3b-9c8d-7e6f5a4b3c2d"
    static let client = "client-of-the-tests"
    static let clientSecret = "secret-of-the-tests"
    static let webhookSecret = "0123456789abcdef"
    static let customer = "15550123456"

    let clock = TestClock()
    let receiver = Receiver()
    let table: RouteTable
    let assembly: ServiceAssembly
    let control: SimulatorClient
    let openMessaging: GenesysOpenMessagingClient
    let platform: GenesysPlatformClient

    init() {
        let (clock, receiver) = (clock, receiver)
        let world = SimulatorWorld(
            now: { clock.now }, sleep: { try await clock.sleep($0) }, transport: { _ in receiver })
        let operations = OperationsAnswers(
            service: .genesysSimulator, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
        assembly =
            GenesysSimulator(
                configuration: GenesysSimulatorConfiguration(), world: world, operations: operations
            ).assembly
        let table = RouteTable(routes: assembly.routes, authenticator: BearerAuthenticator([:]))
        self.table = table
        let transport = InProcessTransport { table }
        control = SimulatorClient(transport: transport)
        openMessaging = GenesysOpenMessagingClient(transport: transport)
        platform = GenesysPlatformClient(transport: transport)
    }

    func run(_ body: (GenesysWorld) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in assembly.jobs { group.addTask { try? await job.run() } }
            try await body(self)
            group.cancelAll()
        }
    }

    func setUp(
        requestsPerMinute: Int = 300, tokenLifetimeSeconds: Int = 86_400, receipts: Bool = false,
        permissions: [String]? = nil, inboundMediaTypes: [String] = ["*/*"]
    ) async throws {
        let integration = SimulatedIntegration(
            name: "Tests", clientId: Self.client, clientSecret: Self.clientSecret,
            webhookUrl: "http://relay.test:8080/webhooks/genesys/t1", webhookSecret: Self.webhookSecret,
            requestsPerMinute: requestsPerMinute, tokenLifetimeSeconds: tokenLifetimeSeconds, receipts: receipts,
            permissions: permissions, inboundMediaTypes: inboundMediaTypes)
        _ = try await control.putIntegration(PutIntegration.Input(integrationId: Self.integration, body: integration))
    }

    func requestToken(secret: String = clientSecret, client: String = client) async throws -> RequestToken.Output {
        let basic = ClientCredentials(basic: ClientCredentials.Basic(user: client, password: secret))
        return try await platform.requestToken(RequestToken.Input(body: TokenRequest()), credentials: basic)
    }

    func credentials() async throws -> ClientCredentials {
        guard case .ok(let answer) = try await requestToken() else { return ClientCredentials() }
        return ClientCredentials(bearerToken: answer.accessToken)
    }

    func send(
        _ credentials: ClientCredentials, text: String? = "Hello", messageID: String = "wamid.1",
        integration: String = integration, prefetch: Bool = true,
        attachment: OpenContentAttachment? = nil
    ) async throws -> SendInboundMessage.Output {
        let from = OpenMessagingFromRecipient(id: Self.customer, idType: .opaque, nickname: "Zoë")
        let channel = OpenInboundMessageMessagingChannel(
            from: from, time: DateTime(millisecondsSinceEpoch: clock.now), messageId: messageID)
        let body = OpenInboundNormalizedMessage(
            channel: channel, text: text, content: attachment.map { [OpenInboundMessageContent(attachment: $0)] })
        return try await openMessaging.sendInboundMessage(
            SendInboundMessage.Input(integrationId: integration, prefetchConversationId: prefetch, body: body),
            credentials: credentials)
    }

    /// Posts a body that no generated client would send.
    func post(_ body: String, _ credentials: ClientCredentials) async -> ContractResponse {
        let request = ContractRequest(
            method: .post, target: "/api/v2/conversations/messages/\(Self.integration)/inbound/open/message",
            headers: [
                .contentType: "application/json", .authorization: "Bearer \(credentials.bearerToken ?? "")",
            ], body: .bytes(Array(body.utf8)))
        return await table.respond(to: request, traceparent: TraceContext.make())
    }
}

extension ContractResponse {
    var json: JSONValue {
        guard case .bytes(let bytes) = body else { return .null }
        return (try? JSONValue(parsing: bytes)) ?? .null
    }
}
