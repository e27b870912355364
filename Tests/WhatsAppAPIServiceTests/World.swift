import AuthServiceContract
import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import Logging
import MediaTransfer
import ObjectStorage
import PlatformBudget
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

@testable import WhatsAppAPIService

/// The service between fakes of its neighbours, called over its own contract.
struct World {
    static let tenantID = "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b"
    static let trackingID = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"

    let time = TestTime()
    let ledger: AttemptLedger
    let platform: ScriptedPlatform
    let client: WhatsAppAPIServiceClient

    /// Files of an S3 server, or addresses of one that nobody asks.
    static func media(
        _ delivery: MediaDelivery, transfers: Int = 4, patience: Duration = .seconds(60)
    ) throws -> MediaUploads {
        let environment = ProcessInfo.processInfo.environment
        let storage = try S3Storage(
            configuration: S3Configuration(
                endpoint: environment["S3_ENDPOINT"] ?? "https://files.example",
                region: environment["S3_REGION"] ?? "us-east-1",
                accessKeyID: environment["S3_ACCESS_KEY_ID"] ?? "key",
                secretAccessKey: environment["S3_SECRET_ACCESS_KEY"] ?? "secret-of-tests"), engine: CurlEngine())
        return MediaUploads(
            storage: storage, links: MediaLinks(storage: storage, lifetimeSeconds: 600), delivery: delivery,
            transfers: transfers, patience: patience)
    }

    init(
        _ answers: ScriptedPlatform.Answer..., isCredentialRefused: Bool = false, delivery: MediaDelivery = .upload
    ) throws {
        let media = try Self.media(delivery)
        let ledger = AttemptLedger(clock: time)
        let desk = TokenDesk(isRefused: isCredentialRefused)
        let platform = ScriptedPlatform(answers)
        let time = time
        self.ledger = ledger
        self.platform = platform
        let credentials = ClientCredentials(bearerToken: "internal")
        func transport(_ routes: [Route]) -> InProcessTransport {
            let table = RouteTable(routes: routes, authenticator: OpenDoor())
            return InProcessTransport { table }
        }
        let service = WhatsAppAPIService(
            stateManager: StateManagerClient(transport: transport(ledger.routes), credentials: credentials),
            authService: AuthServiceClient(transport: transport(desk.routes), credentials: credentials),
            graph: platform,
            budget: RateBudget(
                cache: nil,
                api: "meta",
                metrics: MetricRegistry(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ),
            media: media,
            operations: OperationsAnswers(
                service: .whatsAppAPIService,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            policy: SendingPolicy(graphVersion: "v25.0"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { time.now }
        )
        client = WhatsAppAPIServiceClient(transport: transport(service.routes), credentials: credentials)
    }

    /// Sends the one message of this world.
    func send(
        _ message: WhatsAppMessageDraft = .text(.init(body: "Hello", previewUrl: false)),
        to recipient: CustomerIdentity = CustomerIdentity(waId: "49151000001"),
        windowOpenUntil: DateTime? = nil,
        outsideWindow: WhatsAppTemplateDraft? = nil
    ) async throws -> SendOutcome {
        let output = try await client.sendMessage(
            .init(
                body: SendMessageRequest(
                    tenantId: Self.tenantID,
                    trackingId: Self.trackingID,
                    phoneNumberId: "100555000111222",
                    recipient: recipient,
                    message: message,
                    windowOpenUntil: windowOpenUntil,
                    outsideWindow: outsideWindow
                )
            )
        )
        guard case .ok(let outcome) = output else { throw Unexpected(output: "\(output)") }
        return outcome
    }

    struct Unexpected: Error { let output: String }
}

/// What WhatsApp answers to a message.
let taken = """
    {"messaging_product":"whatsapp","contacts":[{"input":"+49151000001","wa_id":"49151000001"}],
    "messages":[{"id":"wamid.SENT1"}]}
    """

/// An error of the Graph API.
func graphError(_ status: Int, _ code: Int) -> ScriptedPlatform.Answer {
    json(status, #"{"error":{"message":"(#\#(code)) scripted","code":\#(code)}}"#)
}
