import ContractJSON
import ContractRuntime
import Database
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract

extension StateManager {
    /// Gives a held message up for good: a discarded dead letter in place of the held message, and the agent is told.
    ///
    /// Told within the transaction: if the process dies before the end, the message is still held, and a second discard
    /// tells the agent once more.
    public func discardHeldMessage(
        _ input: DiscardHeldMessage.Input,
        _ context: RequestContext
    ) async throws -> DiscardHeldMessage.Output {
        do {
            return try await database.transaction { transaction in
                let rows = try await transaction.query(Self.lockHeld(input.heldId))
                guard let row = rows.first else { return .notFound(.noHeldMessage(context)) }
                guard try !row.bool("is_on_its_way") else {
                    return .conflict(.conflict("the message is on its way at this moment", context))
                }
                let results = try await transaction.batch([
                    Self.bury(row, input.heldId, note: input.body.note, context),
                    Statement("DELETE FROM held_messages WHERE id = $1", [.int(input.heldId)]),
                ])
                guard let buried = results.first?.first else { return .notFound(.noHeldMessage(context)) }
                if let failure = try Self.failure(of: row, context) { try await messages.publish([failure]) }
                return .ok(try buried.document("document"))
            }
        } catch let error as MessagingError where error.isRetryable {
            return .serviceUnavailable(
                .unavailable("the broker did not take the agent's notice; the message is still held", context),
                retryAfter: 1
            )
        }
    }

    private static let discarded = FailureCause(
        disposition: .permanent, code: "discarded", reason: "given up while it was held")

    private static func lockHeld(_ id: Int) -> Statement {
        Statement(
            """
            SELECT tenant_id, tracking_id, platform, lane, message_name, headers, body,
                gen_random_uuid() AS message_id, published_at IS NOT NULL OR is_released AS is_on_its_way
            FROM held_messages WHERE id = $1 FOR UPDATE
            """,
            [.int(id)]
        )
    }

    private static func bury(_ row: Row, _ id: Int, note: String, _ context: RequestContext) throws -> Statement {
        Statement(
            """
            WITH buried AS (
                INSERT INTO dead_letters AS d (
                    id, state, tenant_id, tracking_id, direction, service, cause, attempts, first_failed_at, failed_at,
                    trace_id, exchange, routing_key, message_name, headers, payload, note, discarded_by, discarded_at)
                SELECT gen_random_uuid(), 'discarded', w.tenant_id, w.tracking_id,
                    CASE WHEN w.message_name = 'WhatsAppUpdates' THEN 'inbound'
                        WHEN w.platform = 'whatsapp' OR w.message_name = 'GenesysMessage' THEN 'outbound'
                        ELSE 'inbound' END,
                    'state-manager', $2::jsonb,
                    greatest(coalesce(m.attempts, 1), 1), w.held_at, clock_timestamp(), $3, w.exchange, w.routing_key,
                    w.message_name, w.headers, $4::json, $5, $6, clock_timestamp()
                FROM held_messages w LEFT JOIN message_tracking m ON m.id = w.tracking_id WHERE w.id = $1
                RETURNING d.tracking_id, dead_letter_document(d) AS document
            ), failed AS (
                UPDATE message_tracking m SET status = 'failed', failed_at = clock_timestamp(), last_failure = $2::jsonb,
                    open_attempt_id = NULL, updated_at = clock_timestamp(),
                    events = with_event(events, jsonb_build_object('kind', 'discarded', 'traceId', $3::text))
                FROM buried WHERE m.id = buried.tracking_id AND m.status IN ('claimed', 'sending')
            )
            SELECT document FROM buried
            """,
            [
                .int(id), .document(discarded), .optional(context.traceID, Parameter.text),
                .jsonText(try row.heldPayload()), .text(note.withoutNulls),
                .optional(context.principal?.name, Parameter.text),
            ]
        )
    }

    /// What tells the agent; nil for what no agent wrote.
    private static func failure(of row: Row, _ context: RequestContext) throws -> OutgoingMessage? {
        guard let origin = try AgentsMessage(row) else { return nil }
        let now = WallClock.now
        let failure = SendFailure(
            tenantId: origin.tenantID,
            integrationId: origin.integrationID,
            trackingId: try row.uuidOptional("tracking_id"),
            genesysMessageId: origin.id,
            customerAddress: origin.customerAddress,
            cause: discarded,
            isFinal: true,
            failedAt: now
        )
        let headers = RelayHeaders(
            traceparent: TraceContext.child(of: context.traceparent), lane: try row.text("lane"), attempt: 1,
            occurredAt: now)
        return try InboundMessagesPublisher.message(failure, headers: headers, messageID: try row.uuid("message_id"))
    }
}

/// What names a held message to the agent who wrote it.
private struct AgentsMessage {
    let tenantID: String
    let integrationID: String
    let id: String
    let customerAddress: String

    /// - Returns: Nil for what no agent wrote.
    init?(_ row: Row) throws {
        let body = Array(try row.text("body").utf8)
        switch try row.text("message_name") {
        case "OutboundMessage":
            guard let message = try? OutboundMessage(json: body) else { return nil }
            (tenantID, integrationID) = (message.tenantId, message.integrationId)
            (id, customerAddress) = (message.platformMessageId, message.customerAddress)
        case "GenesysMessage":
            guard let message = try? GenesysMessage(json: body),
                let customer = message.update["channel"]?["to"]?["id"]?.string
            else { return nil }
            (tenantID, integrationID) = (message.tenantId, message.integrationId)
            (id, customerAddress) = (message.platformMessageId, customer)
        default:
            return nil
        }
    }
}
