import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import HTTPTransport
import Logging
import MediaTransfer
import ObjectStorage
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

@testable import InboundTransformer

/// A broker that only remembers what is published.
final class PublishedOnly: MessageTransport {
    let published = Recorder<OutgoingMessage>()
    func publish(_ messages: [OutgoingMessage]) async throws(MessagingError) {
        for message in messages { published.record(message) }
    }
    func declare(_ topology: Topology) async throws(MessagingError) {}
    func consume(
        _ subscription: Subscription,
        handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision
    ) async throws(MessagingError) {}
}

enum World {
    /// Signs addresses; nobody answers there.
    static let storage: S3Storage = {
        do {
            return try S3Storage(
                configuration: S3Configuration(
                    endpoint: "https://files.example", accessKeyID: "key", secretAccessKey: "secret-of-tests"),
                engine: CurlEngine())
        } catch { preconditionFailure("\(error)") }
    }()
    static let tenantID = "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b"
    static let fast = DeliveryPolicy(
        sending: RetryPolicy(delays: [.milliseconds(20)], maximumAttempts: 20, maximumElapsed: .seconds(5)),
        receipts: RetryPolicy(delays: [.milliseconds(5)], maximumAttempts: 3, maximumElapsed: .seconds(5)),
        neighbours: RetryPolicy(delays: [.milliseconds(5)], maximumAttempts: 100, maximumElapsed: .seconds(5)),
        longestThrottle: .seconds(1)
    )

    static func service(
        _ desk: ClaimDesk,
        _ genesys: GenesysDesk,
        on messaging: any MessageTransport,
        policy: DeliveryPolicy = fast,
        tenantPolicy: MessagingPolicy = MessagingPolicy(),
        readMarks: ReadMarkDesk = ReadMarkDesk()
    ) -> InboundTransformer {
        let credentials = ClientCredentials(bearerToken: "internal")
        func transport(_ routes: [Route]) -> InProcessTransport {
            let table = RouteTable(routes: routes, authenticator: OpenDoor())
            return InProcessTransport { table }
        }
        return InboundTransformer(
            stateManager: StateManagerClient(transport: transport(desk.routes), credentials: credentials),
            genesysAPI: GenesysAPIServiceClient(transport: transport(genesys.routes), credentials: credentials),
            whatsAppAPI: WhatsAppAPIServiceClient(transport: transport(readMarks.routes), credentials: credentials),
            tenants: TenantDesk.client(tenantPolicy),
            messaging: messaging,
            links: MediaLinks(storage: Self.storage, lifetimeSeconds: 600),
            operations: OperationsAnswers(
                service: .inboundTransformer,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            policy: policy,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func headers(lane: String, attempt: Int = 1) -> RelayHeaders {
        RelayHeaders(
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            lane: lane,
            attempt: attempt,
            occurredAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        )
    }

    static func message(_ wamid: String, lane: String = "100:1", text: String = "Hello") throws -> OutgoingMessage {
        try message(wamid, lane: lane, "text", ["text": ["body": .string(text)]])
    }

    /// A message of any type.
    static func message(
        _ wamid: String,
        lane: String = "100:1",
        _ type: String,
        _ content: JSONValue,
        file: StoredMedia? = nil,
        fileOnly: Bool = false,
        writtenInApp: Bool = false
    ) throws -> OutgoingMessage {
        let base: [(String, JSONValue)] = [
            ("id", .string(wamid)), ("from", "49151000001"), ("timestamp", "1790000000"), ("type", .string(type)),
        ]
        let update = base + (content.object?.members ?? []).map { ($0.name, $0.value) }
        let message = InboundMessage(
            tenantId: tenantID,
            phoneNumberId: "100",
            integrationId: "integration",
            customer: CustomerIdentity(waId: "49151000001", displayName: "Test Person"),
            platformMessageId: wamid,
            messageType: type,
            receivedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000),
            archiveKey: "shared/1.json",
            update: JSONObject(update),
            media: file,
            fileOnly: fileOnly,
            writtenInApp: writtenInApp
        )
        return try InboundMessagesPublisher.message(message, headers: headers(lane: lane), messageID: wamid)
    }

    static func delivery(_ message: OutgoingMessage, redelivered: Bool = false) -> DeliveredMessage {
        DeliveredMessage(
            queue: "q",
            exchange: message.exchange,
            routingKey: message.routingKey,
            body: message.body,
            contentType: message.contentType,
            messageID: message.messageID,
            type: message.type,
            headers: message.headers,
            redelivered: redelivered
        )
    }
}
