import ContractJSON
import ContractRuntime
import Database
import RelayMessagingContract
import SharedContract

/// A dead letter on its way into the table, whoever gave up.
struct StoredDeadLetter {
    /// A UUID, or any text that is the same whenever the same letter comes again.
    var key: String
    var letter: DeadLetter

    /// Stores it once and makes its message `dead_lettered`, in one statement. A message that was accepted stays what
    /// it is. The attempt that has no result stays open for the replay.
    var statement: Statement {
        Statement(
            """
            WITH stored AS (
                INSERT INTO dead_letters (
                    id, tenant_id, tracking_id, direction, service, cause, violations, attempts, first_failed_at,
                    failed_at, trace_id, exchange, routing_key, message_name, headers, payload)
                VALUES (
                    $1::uuid, $2::uuid, coalesce($3::uuid, (
                        SELECT id FROM message_tracking
                        WHERE tenant_id = $2::uuid AND direction = $4 AND platform_message_id = $5)),
                    $4, $6, $7::jsonb, $8::json, $9, $10, $11, $12, $13, $14, $15, $16::json, $17::json)
                ON CONFLICT (id) DO NOTHING RETURNING *
            )
            UPDATE message_tracking m SET
                status = 'dead_lettered', failed_at = NULL, last_failure = stored.cause, updated_at = clock_timestamp(),
                events = with_event(m.events, jsonb_build_object(
                    'kind', 'deadLettered', 'failure', stored.cause, 'traceId', stored.trace_id))
            FROM stored WHERE m.id = stored.tracking_id
                AND (m.status IN ('claimed', 'sending') OR m.status = 'failed' AND m.accepted_at IS NULL)
            """,
            [
                .uuid(key), .optional(letter.tenantId, Parameter.uuid), .optional(letter.trackingId, Parameter.uuid),
                .optional(letter.direction?.rawValue, Parameter.text),
                .optional(platformMessageID?.withoutNulls, Parameter.text),
                .text(letter.service.rawValue), .document(letter.cause), .jsonText(letter.violations ?? []),
                .int(letter.attempts), .optional(letter.firstFailedAt, Parameter.timestamp),
                .timestamp(letter.failedAt), .optional(letter.traceId, Parameter.text), .text(letter.exchange),
                .text(letter.routingKey), .text(letter.messageName), .jsonText(JSONValue.object(letter.headers)),
                .jsonText(letter.payload),
            ]
        )
    }

    /// The id under which the message was claimed, if it is one that is claimed.
    private var platformMessageID: String? {
        letter.direction == nil ? nil : letter.payload["platformMessageId"]?.string
    }
}

extension Parameter {
    /// A time of the contract.
    static func timestamp(_ time: DateTime) -> Parameter {
        .timestamp(Database.Timestamp(microsecondsSinceEpoch: time.microsecondsSinceEpoch))
    }
}

extension DateTime {
    /// Microseconds since 1970-01-01T00:00:00Z, rounded towards it.
    fileprivate var microsecondsSinceEpoch: Int64 { Int64(clamping: nanosecondsSinceEpoch / 1_000) }
}
