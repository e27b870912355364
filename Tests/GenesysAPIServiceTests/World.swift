import AuthServiceContract
import ContractRuntime
import GenesysAPIServiceContract
import HTTPTypes
import Logging
import PlatformBudget
import ServiceKit
import SharedContract
import StateManagerContract

@testable import GenesysAPIService

/// The service between fakes of its neighbours, called over its own contract.
struct World {
    static let tenantID = "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b"
    static let trackingID = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
    static let integrationID = "7a8b9c0d-1e2f-4a3b-8c5d-6e7f8a9b0c1d"
    static let wamid = "wamid.TEST0001"

    let time = TestTime()
    let ledger: AttemptLedger
    let platform: ScriptedPlatform
    let client: GenesysAPIServiceClient

    init(
        _ answers: ScriptedPlatform.Answer..., isCredentialRefused: Bool = false, refusal: String = "about:blank",
        requestsPerMinute: Double = 300
    ) {
        let ledger = AttemptLedger(clock: time)
        let desk = TokenDesk(isRefused: isCredentialRefused, refusal: refusal)
        let platform = ScriptedPlatform(answers)
        let time = time
        self.ledger = ledger
        self.platform = platform
        let credentials = ClientCredentials(bearerToken: "internal")
        func transport(_ routes: [Route]) -> InProcessTransport {
            let table = RouteTable(routes: routes, authenticator: OpenDoor())
            return InProcessTransport { table }
        }
        let service = GenesysAPIService(
            stateManager: StateManagerClient(transport: transport(ledger.routes), credentials: credentials),
            authService: AuthServiceClient(transport: transport(desk.routes), credentials: credentials),
            genesys: { _ in platform },
            budget: RateBudget(
                cache: nil,
                api: "genesys",
                metrics: MetricRegistry(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ),
            operations: OperationsAnswers(
                service: .genesysAPIService,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            policy: .init(requestsPerMinute: requestsPerMinute),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { time.now }
        )
        client = GenesysAPIServiceClient(transport: transport(service.routes), credentials: credentials)
    }

    /// Sends the one message of this world.
    func send(answer: StructuredAnswer? = nil) async throws -> SendOutcome {
        let draft = GenesysMessageDraft(
            from: GenesysAddress(id: "49151000001", idType: .phone, nickname: "Test Person"),
            sourceMessageId: Self.wamid,
            occurredAt: DateTime(millisecondsSinceEpoch: 1_789_999_990_000),
            text: "Hello",
            answer: answer
        )
        let output = try await client.sendMessage(
            .init(
                body: SendMessageRequest(
                    tenantId: Self.tenantID,
                    trackingId: Self.trackingID,
                    integrationId: Self.integrationID,
                    message: draft
                )
            )
        )
        guard case .ok(let outcome) = output else { throw Unexpected(output: "\(output)") }
        return outcome
    }

    /// Shows the agent that the customer types.
    func type() async throws -> SignalOutcome {
        let from = GenesysAddress(id: "49151000001", idType: .phone, nickname: nil)
        let output = try await client.sendTyping(
            .init(
                body: SendTypingRequest(
                    tenantId: Self.tenantID, integrationId: Self.integrationID, from: from,
                    occurredAt: DateTime(millisecondsSinceEpoch: 1_789_999_990_000))))
        guard case .ok(let outcome) = output else { throw Unexpected(output: "\(output)") }
        return outcome
    }

    /// Tells the agent that a message was delivered.
    func tell() async throws -> SignalOutcome {
        let output = try await client.sendReceipt(
            .init(
                body: SendReceiptRequest(
                    tenantId: Self.tenantID, trackingId: Self.trackingID, integrationId: Self.integrationID,
                    genesysMessageId: "g1",
                    to: GenesysAddress(id: "49151000001", idType: .phone, nickname: nil), status: .delivered,
                    isFinal: true, occurredAt: DateTime(millisecondsSinceEpoch: 1_789_999_990_000))))
        guard case .ok(let outcome) = output else { throw Unexpected(output: "\(output)") }
        return outcome
    }

    struct Unexpected: Error { let output: String }

    /// How often the message was posted.
    var posts: Int { platform.requests.count { $0.method == .post } }
}

/// What Genesys answers to a message.
func taken(id: String? = "genesys-1", conversation: String? = "conversation-1") -> String {
    let id = id.map { #""id":"\#($0)","# } ?? ""
    let conversation = conversation.map { #","conversationId":"\#($0)""# } ?? ""
    return #"{\#(id)"channel":{"to":{"id":"i"},"from":{"id":"49151000001"},"time":"2026-11-20T09:15:30.000Z"},"#
        + #""type":"Text","text":"Hello"\#(conversation)}"#
}
