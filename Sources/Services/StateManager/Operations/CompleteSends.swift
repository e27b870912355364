import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Records the results of a batch of attempts.
    public func completeSends(
        _ input: CompleteSends.Input,
        _ context: RequestContext
    ) async throws -> CompleteSends.Output {
        let results = try await database.batch(
            """
            SELECT item.n, send.known, send.changed, mapping_document(send.mapping) AS mapping,
                CASE WHEN send.known THEN tracking_document(send.tracking) END AS tracking
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY value ->> 'trackingId', n
            ) AS item, LATERAL complete_send(item.value) AS send
            """,
            input.body
        ) { try $0.trackingResult() }
        await conversations.remember(
            zip(input.body.items, results).compactMap { item, result in
                guard case .accepted(let accepted) = item.outcome, accepted.conversationId != nil else { return nil }
                return result.mapping
            }
        )
        return .ok(TrackingResults(results: results))
    }
}

extension Row {
    /// What an item did to its message.
    /// - Parameter failedPart: Whether another part of the message has failed.
    func trackingResult(failedPart: Bool = false) throws -> TrackingResult {
        guard try bool("known") else { return .unknown(TrackingUnknown()) }
        return .recorded(
            TrackingRecorded(
                changed: try bool("changed"),
                tracking: try document("tracking"),
                mapping: try documentOptional("mapping"),
                failedPart: failedPart
            )
        )
    }
}

extension TrackingResult {
    /// The message's conversation, where there is one.
    var mapping: ConversationMapping? {
        guard case .recorded(let recorded) = self else { return nil }
        return recorded.mapping
    }
}
