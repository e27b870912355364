import Database
import Logging
import RelayMessagingContract
import ServiceKit

/// Counts what waits for a person or a platform, for `/metrics`.
struct WaitingGauges: Sendable {
    let state: StateManager
    var pause: Duration = .seconds(10)

    /// Runs until the task is cancelled.
    func run() async throws {
        while true {
            do {
                try await count()
                await countQueues()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                state.logger.debug("what waits was not counted", metadata: ["error": "\(type(of: error))"])
            }
            try await Task.sleep(for: pause)
        }
    }

    /// One round.
    func count() async throws {
        let rows = try await state.database.query(
            Statement(
                """
                SELECT (SELECT count(*) FROM dead_letters WHERE state = 'open') AS dead_letters,
                    (SELECT count(*) FROM quarantined_updates WHERE state = 'open') AS quarantined,
                    (SELECT count(DISTINCT tenant_id) FROM tenant_holds WHERE platform = 'whatsapp') AS held_whatsapp,
                    (SELECT count(DISTINCT tenant_id) FROM tenant_holds WHERE platform = 'genesys') AS held_genesys,
                    (SELECT count(*) FROM held_messages WHERE platform = 'whatsapp') AS waiting_whatsapp,
                    (SELECT count(*) FROM held_messages WHERE platform = 'genesys') AS waiting_genesys,
                    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(held_at)), 0)::bigint
                        FROM held_messages) AS oldest
                """
            )
        )
        guard let row = rows.first else { return }
        let metrics = state.operations.metrics
        metrics.set(.deadLetters, to: Double(try row.int("dead_letters")))
        metrics.set(.quarantinedUpdates, to: Double(try row.int("quarantined")))
        for platform in ["whatsapp", "genesys"] {
            metrics.set(.tenantsOnHold, [platform], to: Double(try row.int("held_\(platform)")))
            metrics.set(.heldMessages, [platform], to: Double(try row.int("waiting_\(platform)")))
        }
        metrics.set(.oldestHeld, to: Double(try row.int("oldest")))
    }

    /// The queues of all channels. One that no process has declared yet has no figure.
    func countQueues() async {
        guard let queueDepth = state.queueDepth else { return }
        let metrics = state.operations.metrics
        for queue in RelayMessagingTopology.all.flatMap(\.queues) {
            guard let depth = try? await queueDepth(queue.name) else { continue }
            metrics.set(.queueMessages, [queue.name], to: Double(depth.messages))
            metrics.set(.queueConsumers, [queue.name], to: Double(depth.consumers))
        }
    }
}
