import ContractJSON
import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Publishes a dead letter again, to where it came from.
    public func replayDeadLetter(
        _ input: ReplayDeadLetter.Input,
        _ context: RequestContext
    ) async throws -> ReplayDeadLetter.Output {
        let (result, record) = try await replay(input.deadLetterId, context)
        switch (result, record) {
        case (.replayed, let record?): return .accepted(record)
        case (.notOpen, let record?):
            return .conflict(.conflict("the dead letter is \(record.state.rawValue) already", context))
        case (.unavailable, _):
            return .serviceUnavailable(
                .unavailable("the broker did not take the message; it stays open", context),
                retryAfter: 1
            )
        default: return .notFound(.noDeadLetter(context))
        }
    }

    /// Publishes a dead letter again and says what became of it.
    ///
    /// Published within the transaction that marks it: whoever takes the message waits for the row's lock and finds it
    /// claimed. If the process dies in between, the dead letter is still open and the message a duplicate.
    func replay(
        _ id: String,
        _ context: RequestContext
    ) async throws -> (result: ChangeResult, record: DeadLetterRecord?) {
        do {
            return try await database.transaction { transaction in
                let rows = try await transaction.query(Self.lock(id))
                guard let row = rows.first else { return (.notFound, nil) }
                guard try row.text("state") == "open" else { return (.notOpen, try row.document("document")) }
                let results = try await transaction.batch([Self.reopenMessage(id, context), Self.mark(id, context)])
                try await messages.publish([try Self.replay(of: row)])
                return (.replayed, try results.last?.first?.document("document"))
            }
        } catch let error as MessagingError where error.isRetryable {
            logger.warning("a replay was not published", metadata: ["dead_letter_id": .string(id)])
            return (.unavailable, nil)
        }
    }

    private static func lock(_ id: String) -> Statement {
        Statement(
            """
            SELECT state, exchange, routing_key, message_name, headers, payload, gen_random_uuid() AS message_id,
                dead_letter_document(d) AS document
            FROM dead_letters d WHERE id = $1 FOR UPDATE
            """,
            [.uuid(id)]
        )
    }

    /// A message whose last attempt has no result goes back to `sending`, so that it is reconciled before it is sent.
    private static func reopenMessage(_ id: String, _ context: RequestContext) -> Statement {
        Statement(
            """
            UPDATE message_tracking SET
                status = CASE WHEN open_attempt_id IS NULL THEN 'claimed' ELSE 'sending' END,
                updated_at = clock_timestamp(),
                events = with_event(events, jsonb_build_object('kind', 'replayed', 'traceId', $2::text))
            WHERE id = (SELECT tracking_id FROM dead_letters WHERE id = $1) AND status = 'dead_lettered'
            """,
            [.uuid(id), .optional(context.traceID, Parameter.text)]
        )
    }

    private static func mark(_ id: String, _ context: RequestContext) -> Statement {
        Statement(
            """
            UPDATE dead_letters d SET state = 'replayed', replays = replays + 1, replayed_by = $2,
                replayed_at = clock_timestamp(), updated_at = clock_timestamp()
            WHERE id = $1 RETURNING dead_letter_document(d) AS document
            """,
            [.uuid(id), .optional(context.principal?.name, Parameter.text)]
        )
    }

    /// The message as it was published, but for its attempt and its message id.
    static func replay(of row: Row) throws -> OutgoingMessage {
        let payload = try row.jsonDocument("payload")
        return OutgoingMessage(
            exchange: try row.text("exchange"),
            routingKey: try row.text("routing_key"),
            // Every message of the relay is an object; a string stands for a body that was no JSON.
            body: Array((try payload.string ?? row.json("payload")).utf8),
            messageID: try row.uuid("message_id"),
            type: try row.text("message_name"),
            headers: try headersOfReplay(row)
        )
    }
}

extension StateManager {
    /// The headers that something was published with, one attempt later.
    static func headersOfReplay(_ row: Row) throws -> [String: String] {
        var headers: [String: String] = [:]
        for (name, value) in try row.jsonDocument("headers").object ?? JSONObject() {
            switch value {
            case .string(let text): headers[name] = text
            case .number, .bool: headers[name] = value.jsonText
            // Tables of the broker, such as x-death, are about the earlier publication.
            case .null, .array, .object: continue
            }
        }
        // Its place among the held messages was given up with it.
        headers["heldId"] = nil
        headers["attempt"] = String((headers["attempt"].flatMap { Int($0) } ?? 1) + 1)
        return headers
    }
}

extension Row {
    /// A stored JSON document of any form.
    func jsonDocument(_ column: String) throws -> JSONValue {
        try JSONValue(
            parsing: Array(try json(column).utf8),
            limits: JSONLimits(maximumBytes: 32 << 20, maximumDepth: 512)
        )
    }
}
