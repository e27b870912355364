import ContractJSON
import ContractRuntime
import Logging
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

@testable import OutboundTransformer

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
    static let tenantID = "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b"
    static let fast = DeliveryPolicy(
        sending: RetryPolicy(delays: [.milliseconds(20)], maximumAttempts: 20, maximumElapsed: .seconds(5)),
        neighbours: RetryPolicy(delays: [.milliseconds(5)], maximumAttempts: 100, maximumElapsed: .seconds(5)),
        earlyReceipts: RetryPolicy(delays: [.milliseconds(1)], maximumAttempts: 3),
        longestThrottle: .seconds(1)
    )

    static func service(
        _ desk: ClaimDesk,
        _ whatsApp: WhatsAppDesk,
        on messaging: any MessageTransport,
        tenantPolicy: MessagingPolicy = MessagingPolicy()
    ) -> OutboundTransformer {
        let credentials = ClientCredentials(bearerToken: "internal")
        func transport(_ routes: [Route]) -> InProcessTransport {
            let table = RouteTable(routes: routes, authenticator: OpenDoor())
            return InProcessTransport { table }
        }
        return OutboundTransformer(
            stateManager: StateManagerClient(transport: transport(desk.routes), credentials: credentials),
            whatsAppAPI: WhatsAppAPIServiceClient(transport: transport(whatsApp.routes), credentials: credentials),
            tenants: TenantDesk.client(tenantPolicy),
            messaging: messaging,
            operations: OperationsAnswers(
                service: .outboundTransformer,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            policy: fast,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func headers(lane: String) -> RelayHeaders {
        RelayHeaders(
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            lane: lane,
            attempt: 1,
            occurredAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        )
    }

    static func message(
        _ id: String,
        lane: String = "i:1",
        type: String = "Text",
        text: String? = nil,
        content: [JSONValue] = [],
        media: [OutboundMedia]? = nil
    ) throws -> OutgoingMessage {
        let members: [(String, JSONValue)] = [
            ("id", .string(id)), ("type", .string(type)),
            (
                "channel",
                [
                    "id": "integration", "to": ["id": "49151000001", "idType": "Phone"],
                    "time": "2026-11-20T09:15:30.000Z", "messageId": .string(id),
                ]
            ),
        ]
        var update = JSONObject(members)
        if text != "" { update["text"] = .string(text ?? id) }
        if !content.isEmpty { update["content"] = .array(content) }
        if type == "Event" {
            update["text"] = nil
            update["events"] = [["eventType": "Typing", "typing": ["type": "On", "duration": 5000]]]
        }
        let message = OutboundMessage(
            tenantId: tenantID,
            phoneNumberId: "100",
            integrationId: "integration",
            customerAddress: "49151000001",
            platformMessageId: id,
            messageType: try OutboundMessage.MessageType(json: .string(type)),
            receivedAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000),
            archiveKey: "shared/1.json",
            update: update,
            media: media
        )
        return try OutboundMessagesPublisher.message(message, headers: headers(lane: lane), messageID: id)
    }

    static func delivery(_ message: OutgoingMessage) -> DeliveredMessage {
        DeliveredMessage(
            queue: "q",
            exchange: message.exchange,
            routingKey: message.routingKey,
            body: message.body,
            contentType: message.contentType,
            messageID: message.messageID,
            type: message.type,
            headers: message.headers
        )
    }
}
