import ContractRuntime
import Database
import ServiceKit

extension StateManager {
    /// Writes a row before its delivery is acknowledged. While the database is away it waits; nothing is given up,
    /// because there is nowhere else to put it.
    func store(_ statement: Statement, _ kind: String) async -> DeliveryDecision {
        let policy = RetryPolicy(
            delays: [.milliseconds(100), .seconds(1), .seconds(5), .seconds(30)],
            maximumAttempts: 100
        )
        do {
            try await withRetries(policy) { _ in
                do throws(DatabaseError) {
                    try await database.execute(statement)
                } catch {
                    throw StorageFailure(cause: error)
                }
            }
            return .acknowledge
        } catch is CancellationError {
            return .requeue
        } catch {
            logger.error("a message was not stored", metadata: ["kind": .string(kind), "error": "\(error)"])
            return .requeue
        }
    }
}

/// A row could not be written. Always tried again: rows are keyed by id.
private struct StorageFailure: DisposedError {
    let cause: DatabaseError
    var disposition: Disposition { .transient }
}
