import ContractRuntime
import Logging
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract

extension InboundTransformer {
    /// Records what the business wrote to a customer in the WhatsApp Business app, as an outbound message that Genesys knows
    /// nothing of: it is found and stands in the conversation, and goes to no agent as if the customer had written it.
    func recordEcho(_ message: InboundMessage, _ work: Work) async throws {
        // Told again, or of a message that the relay sent itself.
        guard try await tracking(of: message, work)?.metaMessageId == nil else {
            operations.metrics.increment(.duplicates, ["outbound"])
            return
        }
        let read = ReadMessage(message.update)
        let transformed = Transformed(
            read, answered: try await answered(read.earlier, message, work), file: MessageFile(message),
            author: .business)
        let claim = ClaimRequest.outbound(
            OutboundClaim(
                tenantId: message.tenantId, channelId: message.channelId,
                platformMessageId: MessagePart.writtenInApp(message.platformMessageId),
                customerAddress: message.customer.waId ?? message.customer.userId ?? "",
                messageType: message.messageType, mediaType: message.media?.mediaType ?? read.mediaType,
                mediaUrl: message.media?.url,
                text: transformed.texts.first.map { String($0.unicodeScalars.prefix(10_000)) },
                occurredAt: message.occurredAt, receivedAt: message.receivedAt, traceId: work.traceID,
                archiveKey: message.archiveKey))
        let claims = try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            do { return try await batches.claims([claim], traceparent: work.traceparent) } catch {
                if error is CancellationError { throw error }
                throw AttemptFailure.stateManager(error, over: "claim", attempt: attempt)
            }
        }
        guard let tracked = claims.first?.tracking.id else { return }
        // WhatsApp tells of it because it was sent.
        let report = StatusReport(
            tenantId: message.tenantId, wamid: message.platformMessageId, trackingId: tracked, status: .sent,
            customer: message.customer, occurredAt: message.occurredAt, receivedAt: message.receivedAt,
            traceId: work.traceID)
        try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            do { _ = try await batches.statuses(report, traceparent: work.traceparent) } catch {
                if error is CancellationError { throw error }
                throw AttemptFailure.stateManager(error, over: "status", attempt: attempt)
            }
        }
        operations.metrics.increment(.messages, ["outbound", message.messageType, "written-in-app"])
    }

    /// What is tracked under a message's own id, whichever way it went; nil where nothing is.
    func tracking(of message: InboundMessage, _ work: Work) async throws -> MessageTracking? {
        try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            let output: FindTracking.Output
            do throws(ClientError) {
                output = try await stateManager.findTracking(
                    .init(tenantId: message.tenantId, id: message.platformMessageId), traceparent: work.traceparent)
            } catch { throw AttemptFailure.client(error, of: "state-manager", attempt: attempt) }
            switch output {
            case .ok(let tracking): return tracking
            case .notFound: return nil
            case .serviceUnavailable, .unauthorized: throw AttemptFailure.unreachable("state-manager")
            case .badRequest, .internalServerError, .undocumented:
                throw AttemptFailure.failing("state-manager", attempt: attempt)
            }
        }
    }
}
