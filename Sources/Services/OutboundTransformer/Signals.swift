import ContractRuntime
import Logging
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

// Read marks and typing. They are tried once and hold up no message: a late one is worth nothing.

extension OutboundTransformer {
    /// WhatsApp refuses to mark older messages as read (mark messages as read, December 2025).
    private static let oldestMark: Int64 = 30 * 24 * 3_600_000

    /// Tells state-manager what the options stand for, before a customer can choose one.
    func remember(_ options: [StructuredOption], of message: OutboundMessage, _ work: Work) async throws {
        let structured = StructuredMessage(
            tenantId: message.tenantId,
            genesysMessageId: message.platformMessageId,
            options: options
        )
        try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            let output: RememberOptions.Output
            do throws(ClientError) {
                output = try await stateManager.rememberOptions(.init(body: structured), traceparent: work.traceparent)
            } catch { throw AttemptFailure.client(error, of: "state-manager", attempt: attempt) }
            switch output {
            case .noContent: return
            case .serviceUnavailable, .unauthorized: throw AttemptFailure.unreachable("state-manager")
            case .badRequest:
                throw AttemptFailure.permanent(code: "contract-violation", reason: "state-manager refuses the options")
            case .internalServerError, .undocumented:
                throw AttemptFailure.failing("state-manager", attempt: attempt)
            }
        }
    }

    /// Shows the customer that somebody is typing, where the tenant wants that.
    func showTyping(_ message: OutboundMessage, _ work: Work) async {
        await signal("typing", message, work) { $0.showTyping && message.isTyping }
    }

    /// Marks the customer's last message as read when it is answered, where the tenant wants that.
    func markAnswered(_ message: OutboundMessage, _ work: Work) async {
        await signal("read", message, work) { $0.markAsRead == .answered }
    }

    private func signal(
        _ kind: String,
        _ message: OutboundMessage,
        _ work: Work,
        wants: (MessagingPolicy) -> Bool
    ) async {
        let result: String
        do {
            let policy = try await policies.policy(of: message.tenantId, traceparent: work.traceparent)
            result = wants(policy) ? try await mark(message, typing: kind == "typing", work) : "ignored"
        } catch {
            work.logger.debug("no signal", metadata: ["kind": .string(kind), "type": .string("\(type(of: error))")])
            result = "failed"
        }
        operations.metrics.increment(.messages, ["outbound", kind, result])
    }

    private func mark(_ message: OutboundMessage, typing: Bool, _ work: Work) async throws -> String {
        let found = try await stateManager.findLastInbound(
            .init(
                tenantId: message.tenantId,
                conversationId: message.conversationId,
                customerAddress: message.customerAddress,
                channelId: message.channelId
            ),
            traceparent: work.traceparent
        )
        guard case .ok(let last) = found,
            now().millisecondsSinceEpoch - last.lastInboundAt.millisecondsSinceEpoch < Self.oldestMark
        else { return "ignored" }
        let mark = MarkReadRequest(
            tenantId: message.tenantId,
            phoneNumberId: message.phoneNumberId,
            wamid: MessagePart.messageID(of: last.wamid),
            typing: typing
        )
        let output = try await whatsAppAPI.markRead(.init(body: mark), traceparent: work.traceparent)
        if case .ok(.accepted) = output { return "accepted" }
        return "failed"
    }
}

extension OutboundMessage {
    /// Whether it says that somebody is typing.
    fileprivate var isTyping: Bool {
        messageType == .event
            && (update["events"]?.array ?? []).contains { $0["eventType"]?.string == "Typing" }
    }
}
