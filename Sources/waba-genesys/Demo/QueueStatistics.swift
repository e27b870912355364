import ContractJSON

/// What RabbitMQ's management interface says of a queue.
struct QueueStatistics: Sendable, Hashable {
    let name: String
    let ready: Int
    let unacknowledged: Int
    let consumers: Int
    /// Since the broker started, as are those acknowledged.
    let published: Int
    let acknowledged: Int

    /// Reads an element of `GET /api/queues`; a counter that is not there yet is 0.
    init(_ queue: JSONValue) {
        name = queue["name"]?.string ?? "?"
        ready = queue["messages_ready"]?.int ?? 0
        unacknowledged = queue["messages_unacknowledged"]?.int ?? 0
        consumers = queue["consumers"]?.int ?? 0
        published = queue.value(at: "/message_stats/publish")?.int ?? 0
        acknowledged = queue.value(at: "/message_stats/ack")?.int ?? 0
    }

    /// Messages in the queue.
    var messages: Int { ready + unacknowledged }
}

extension [QueueStatistics] {
    /// Whether every message that was published is counted as acknowledged or waits.
    var isAccountedFor: Bool {
        reduce(0) { $0 + $1.published } > 0 && allSatisfy { $0.published == $0.acknowledged + $0.messages }
    }
}
