import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Publishes many dead letters again, each for itself.
    public func replayDeadLetters(
        _ input: ReplayDeadLetters.Input,
        _ context: RequestContext
    ) async throws -> ReplayDeadLetters.Output {
        let ids = try await openDeadLetters(ids: input.body.ids, filter: input.body.filter)
        let results = try await changeEach(ids) { id in
            let (result, record) = try await replay(id, context)
            return (DeadLetterChange(id: id, result: result, record: record), result)
        }
        return .ok(DeadLetterChanges(results: results, remaining: try await countOpen(input.body.filter)))
    }

    /// Gives many dead letters up for good.
    public func discardDeadLetters(
        _ input: DiscardDeadLetters.Input,
        _ context: RequestContext
    ) async throws -> DiscardDeadLetters.Output {
        let ids = try await openDeadLetters(ids: input.body.ids, filter: input.body.filter)
        let results = try await changeEach(ids) { id in
            let (result, record) = try await discard(id, note: input.body.note, context)
            return (DeadLetterChange(id: id, result: result, record: record), result)
        }
        return .ok(DeadLetterChanges(results: results, remaining: try await countOpen(input.body.filter)))
    }

    /// Does the same to each, in order; while the broker is away the others are not even tried.
    func changeEach<Change>(
        _ ids: [String],
        _ change: (String) async throws -> (Change, ChangeResult)
    ) async throws -> [Change] {
        var changes: [Change] = []
        for id in ids {
            let (changed, result) = try await change(id)
            changes.append(changed)
            if result == .unavailable { break }
        }
        return changes
    }

    /// The named ones without repetitions, or the oldest open ones that the filter finds.
    private func openDeadLetters(ids: [String]?, filter: DeadLetterFilter?) async throws -> [String] {
        if let ids { return ids.withoutRepetitions }
        let rows = try await database.query(
            Statement(
                """
                SELECT id FROM dead_letters
                WHERE state = 'open' AND ($1::uuid IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR service = $2)
                    AND ($3::text IS NULL OR direction = $3) AND ($4::text IS NULL OR cause ->> 'disposition' = $4)
                    AND ($5::text IS NULL OR cause ->> 'code' = $5)
                ORDER BY created_at, id LIMIT 100
                """,
                Self.parameters(filter)
            )
        )
        return try rows.map { try $0.uuid("id") }
    }

    private func countOpen(_ filter: DeadLetterFilter?) async throws -> Int {
        guard let filter else { return 0 }
        let rows = try await database.query(
            Statement(
                """
                SELECT count(*) AS remaining FROM dead_letters
                WHERE state = 'open' AND ($1::uuid IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR service = $2)
                    AND ($3::text IS NULL OR direction = $3) AND ($4::text IS NULL OR cause ->> 'disposition' = $4)
                    AND ($5::text IS NULL OR cause ->> 'code' = $5)
                """,
                Self.parameters(filter)
            )
        )
        return try rows.first?.int("remaining") ?? 0
    }

    private static func parameters(_ filter: DeadLetterFilter?) -> [Parameter] {
        [
            .optional(filter?.tenantId, Parameter.uuid), .optional(filter?.service?.rawValue, Parameter.text),
            .optional(filter?.direction?.rawValue, Parameter.text),
            .optional(filter?.disposition?.rawValue, Parameter.text),
            .optional(filter?.code?.withoutNulls, Parameter.text),
        ]
    }
}

extension [String] {
    /// Each element once, in the order of its first place.
    var withoutRepetitions: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0.lowercased()).inserted }
    }
}
