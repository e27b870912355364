public import ContractRuntime
import GenesysAPIServiceContract
import Logging
import RelayDelivery
public import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract

extension InboundTransformer {
    /// Records a status of an agent's message and tells Genesys about delivery and failure.
    public func consume(
        _ message: MessageStatus,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        let work = deliveries.work(
            delivery, headers, tenantID: message.tenantId, direction: .outbound,
            ["wamid": message.platformMessageId.endOfID])
        return await deliveries.settle(work) {
            guard let status = ReportedStatus(message.status) else {
                work.logger.info(
                    "status without effect",
                    metadata: ["status": .string(String(message.status.rawValue.prefix(60)))]
                )
                operations.metrics.increment(.messages, ["outbound", "status", "ignored"])
                return
            }
            let failure = status == .failed ? StatusFailure(update: message.update) : nil
            guard case .recorded(let recorded) = try await record(message, status, failure, work) else {
                work.logger.info("status of a message that the relay did not send")
                return
            }
            guard let receipt = receipt(message, status, failure, recorded, work) else { return }
            try await send(receipt, work)
            if receipt.status == .delivered { reportedDelivered.set(true, for: receipt.trackingId) }
        }
    }

    private func record(
        _ message: MessageStatus,
        _ status: ReportedStatus,
        _ failure: StatusFailure?,
        _ work: Work
    ) async throws -> TrackingResult {
        let report = StatusReport(
            tenantId: message.tenantId,
            wamid: message.platformMessageId,
            trackingId: message.trackingId,
            status: status,
            failure: failure?.cause,
            customer: message.customer,
            occurredAt: message.occurredAt,
            receivedAt: message.receivedAt,
            traceId: work.traceID
        )
        return try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            do { return try await batches.statuses(report, traceparent: work.traceparent) } catch {
                if error is CancellationError { throw error }
                throw AttemptFailure.stateManager(error, over: "status", attempt: attempt)
            }
        }
    }

    /// The receipt that Genesys is due, if any.
    private func receipt(
        _ message: MessageStatus,
        _ status: ReportedStatus,
        _ failure: StatusFailure?,
        _ recorded: TrackingRecorded,
        _ work: Work
    ) -> SendReceiptRequest? {
        let tracking = recorded.tracking
        guard tracking.direction == .outbound, let genesysID = tracking.genesysMessageId,
            let customer = recorded.mapping?.customer ?? message.customer
        else { return nil }
        // What changed nothing was told before, unless this delivery was interrupted between recording and telling.
        guard recorded.changed || (work.isRepeated && tracking.status.rawValue == status.rawValue) else {
            operations.metrics.increment(.statusesCoalesced)
            return nil
        }
        var request = SendReceiptRequest(
            tenantId: message.tenantId,
            trackingId: tracking.id,
            integrationId: message.integrationId,
            genesysMessageId: MessagePart.messageID(of: genesysID),
            to: recorded.mapping?.genesysAddress ?? GenesysAddress(customer, nickname: nil),
            status: .delivered,
            isFinal: true,
            occurredAt: message.occurredAt ?? message.receivedAt
        )
        switch status {
        // Of a message in parts the first one speaks for the delivery unless another one failed, and each for its failure.
        case .delivered where recorded.failedPart, .read where recorded.failedPart: return nil
        case .delivered: return MessagePart.isFirst(genesysID) ? request : nil
        // Read means delivered, and WhatsApp may leave the other out when the chat is open.
        case .read:
            return MessagePart.isFirst(genesysID) && reportedDelivered.value(for: tracking.id) == nil ? request : nil
        case .failed:
            request.status = .failed
            request.reasons = [(failure ?? StatusFailure(code: nil)).reason]
            return request
        case .accepted, .sent: return nil
        }
    }

    /// A failure to tell leaves the message itself as it is, so the dead letter names no tracked message. Of a message that
    /// Genesys does not know it would refuse the receipt.
    func send(_ receipt: SendReceiptRequest, _ work: Work) async throws {
        guard !MessagePart.isUnknownToGenesys(receipt.genesysMessageId) else { return }
        try await deliveries.attempting(policy.receipts, logger: work.logger) { attempt in
            let output: SendReceipt.Output
            do throws(ClientError) {
                output = try await genesysAPI.sendReceipt(
                    .init(body: receipt),
                    traceparent: work.traceparent,
                    options: RequestOptions(timeout: .seconds(60))
                )
            } catch { throw AttemptFailure.client(error, of: "genesys-api-service", attempt: attempt) }
            switch output {
            case .ok(let outcome):
                if let held = HeldBack(outcome) { throw held }
                if let failure = AttemptFailure(outcome) { throw failure }
            case .badRequest:
                throw AttemptFailure.permanent(
                    code: "contract-violation",
                    reason: "genesys-api-service refuses the receipt"
                )
            case .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
                throw AttemptFailure.unreachable("genesys-api-service")
            }
        }
    }
}

extension ReportedStatus {
    /// What counts of a WhatsApp status; nil for those that say nothing about the way of a message: `deleted`,
    /// `warning` and what is yet to come.
    fileprivate init?(_ status: MessageStatus.Status) {
        switch status {
        case .sent: self = .sent
        case .delivered: self = .delivered
        // The first play of a voice message.
        case .read, .played: self = .read
        case .failed: self = .failed
        case .deleted, .warning, .unknown: return nil
        }
    }
}
