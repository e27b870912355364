import ContractRuntime
import Logging
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

extension InboundTransformer {
    /// What is known of the message that a message names; nil where it names none, or none of the relay's.
    func answered(
        _ reference: EarlierReference?,
        _ message: InboundMessage,
        _ work: Work
    ) async throws -> AnsweredMessage? {
        guard let reference else { return nil }
        return try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            let output: FindAnswered.Output
            do throws(ClientError) {
                output = try await stateManager.findAnswered(
                    .init(tenantId: message.tenantId, wamid: reference.wamid, optionId: reference.optionID),
                    traceparent: work.traceparent
                )
            } catch { throw AttemptFailure.client(error, of: "state-manager", attempt: attempt) }
            switch output {
            case .ok(let answered): return answered
            case .notFound, .badRequest: return nil
            case .serviceUnavailable, .unauthorized: throw AttemptFailure.unreachable("state-manager")
            case .internalServerError, .undocumented:
                throw AttemptFailure.failing("state-manager", attempt: attempt)
            }
        }
    }

    /// Shows the customer that the message was read, where the tenant wants that as soon as Genesys has it. Tried once:
    /// a mark that fails holds up no message.
    func markReceived(_ message: InboundMessage, _ work: Work) async {
        guard message.messageType != "system" else { return }
        let result: String
        do {
            let policy = try await policies.policy(of: message.tenantId, traceparent: work.traceparent)
            guard policy.markAsRead == .received else { return }
            let mark = MarkReadRequest(
                tenantId: message.tenantId,
                phoneNumberId: message.phoneNumberId,
                wamid: message.platformMessageId
            )
            let output = try await whatsAppAPI.markRead(.init(body: mark), traceparent: work.traceparent)
            result = if case .ok(.accepted) = output { "accepted" } else { "failed" }
        } catch {
            work.logger.debug("not marked as read", metadata: ["type": .string("\(type(of: error))")])
            result = "failed"
        }
        operations.metrics.increment(.messages, ["inbound", "read", result])
    }
}
