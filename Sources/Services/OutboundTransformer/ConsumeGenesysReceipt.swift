public import ContractRuntime
import Logging
import RelayDelivery
public import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract

extension OutboundTransformer {
    /// Records what Genesys says became of an inbound message; never forwarded to the customer.
    public func consume(
        _ message: GenesysReceipt,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        let work = deliveries.work(
            delivery, headers, tenantID: message.tenantId, direction: .inbound,
            ["genesys_message_id": message.platformMessageId])
        return await deliveries.settle(work) {
            guard let status = ReportedStatus(message.status) else {
                operations.metrics.increment(.messages, ["inbound", "receipt", "ignored"])
                work.logger.info(
                    "receipt without effect",
                    metadata: ["status": .string(String(message.status.rawValue.prefix(60)))]
                )
                return
            }
            let report = ReceiptReport(
                tenantId: message.tenantId,
                genesysMessageId: message.platformMessageId,
                wamid: message.sourceMessageId,
                conversationId: message.conversationId,
                status: status,
                failure: status == .failed ? failure(of: message) : nil,
                occurredAt: message.occurredAt,
                receivedAt: message.receivedAt,
                traceId: work.traceID
            )
            if case .unknown = try await recordOnceKnown(report, work) {
                work.logger.info("receipt of a message that the relay did not send")
            }
        }
    }

    private func failure(of message: GenesysReceipt) -> FailureCause {
        let code = message.reasons?.compactMap(\.code).first { !$0.isEmpty }
        return FailureCause(
            disposition: .permanent,
            code: code,
            reason: "Genesys reports the message as failed"
        )
    }

    /// Records a receipt, again after a while if nobody knows its message: it may have overtaken the answer to the call that
    /// sent it.
    private func recordOnceKnown(_ report: ReceiptReport, _ work: Work) async throws -> TrackingResult {
        do {
            return try await withRetries(policy.earlyReceipts, clock: deliveries.clock) { _ in
                let result = try await record(report, work)
                if case .unknown = result { throw EarlyReceipt(result: result) }
                return result
            }
        } catch let given as RetriesExhausted {
            guard let early = given.cause as? EarlyReceipt else { throw given.cause }
            return early.result
        }
    }

    private func record(_ report: ReceiptReport, _ work: Work) async throws -> TrackingResult {
        try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            do { return try await batches.receipts(report, traceparent: work.traceparent) } catch {
                if error is CancellationError { throw error }
                throw AttemptFailure.stateManager(error, over: "receipt", attempt: attempt)
            }
        }
    }
}

/// Nobody knows the message that a receipt is about, yet.
private struct EarlyReceipt: DisposedError {
    let result: TrackingResult
    var disposition: Disposition { .transient }
}

extension ReportedStatus {
    /// What counts of a receipt's status; nil for those that say nothing about the way of a message.
    fileprivate init?(_ status: GenesysReceipt.Status) {
        switch status {
        case .published, .delivered: self = .delivered
        case .sent: self = .sent
        case .read: self = .read
        case .failed: self = .failed
        case .removed, .unknown: return nil
        }
    }
}
