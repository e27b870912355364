import ContractRuntime
import Foundation
import Logging
import MessageBroker
import Synchronization
import Testing

/// The broker that the suite uses.
enum Broker {
    private static let url = ProcessInfo.processInfo.environment["AMQP_URL"]
    static let isAvailable = url != nil || ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1"

    static func transport() throws -> RabbitMQTransport {
        let url = try #require(url, "AMQP_URL must hold the address of a RabbitMQ server")
        return RabbitMQTransport(
            BrokerConfiguration(address: try BrokerAddress(url)),
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// What consumers took, in order.
final class Deliveries: Sendable {
    private let kept = Mutex<[DeliveredMessage]>([])

    func add(_ delivery: DeliveredMessage) { kept.withLock { $0.append(delivery) } }

    /// Waits until there are so many, twenty seconds at most.
    func wait(for count: Int) async throws -> [DeliveredMessage] {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let deliveries = kept.withLock { $0 }
            if deliveries.count >= count { return deliveries }
            try #require(ContinuousClock.now < deadline, "only \(deliveries.count) of \(count) deliveries came")
            await Task.yield()
        }
    }
}
