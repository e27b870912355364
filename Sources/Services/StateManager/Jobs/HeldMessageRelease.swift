import ContractJSON
import ContractRuntime
import Database
import Logging
import ServiceKit

/// Publishes held messages again when their tenant is served, and now and then one on trial.
struct HeldMessageRelease: Sendable {
    let state: StateManager
    /// Most messages of one tenant and platform that are on their way at a time. A released tenant has its share of the
    /// transformers' places and no more.
    var window = 32
    var pause: Duration = .milliseconds(250)

    /// Runs until the task is cancelled.
    func run() async throws {
        while true {
            do {
                try await release()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // They stay where they are; the next round tries again.
                state.logger.warning("held messages were not published", metadata: ["error": "\(type(of: error))"])
            }
            try await Task.sleep(for: pause)
        }
    }

    /// One round. The rows are marked in the transaction that publishes them: what the broker did not confirm stays
    /// unmarked, and what was published by a process that died before it could say so is a duplicate for the claim.
    func release() async throws {
        let waiting = try await state.database.query(
            Statement("SELECT EXISTS (SELECT 1 FROM held_messages) OR EXISTS (SELECT 1 FROM tenant_holds) AS any")
        )
        guard try waiting.first?.bool("any") == true else { return }
        try await state.database.transaction { transaction in
            let rows = try await transaction.query(
                Statement("SELECT * FROM take_due($1::integer) ORDER BY received_at, id", [.int(window)])
            )
            guard !rows.isEmpty else { return }
            try await state.messages.publish(try rows.map(Self.message(of:)))
        }
    }

    /// The message as it was, but for the header that says that it was held.
    static func message(of row: Row) throws -> OutgoingMessage {
        var headers: [String: String] = [:]
        for (name, value) in try row.jsonDocument("headers").object ?? JSONObject() { headers[name] = value.string }
        headers["heldId"] = String(try row.int("id"))
        return OutgoingMessage(
            exchange: try row.text("exchange"),
            routingKey: try row.text("routing_key"),
            body: Array(try row.text("body").utf8),
            messageID: try row.text("message_id"),
            type: try row.text("message_name"),
            headers: headers
        )
    }
}
