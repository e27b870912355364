import ContractJSON
import ContractRuntime
import SimulatorContract

/// What a simulated platform got and did, in order, for inspection.
actor Journal {
    /// One accepted call, kept as bytes until somebody looks.
    struct Entry: Sendable {
        var kind: ReceivedKind
        var account: String
        var customer: String
        var conversationID: String?
        var platformMessageID: String?
        var sourceMessageID: String?
        var text: String?
        var body: [UInt8]
    }

    private struct Received {
        let sequence: Int
        let at: Int64
        let entry: Entry
    }

    /// Most lines of the log that are kept (simulator.yaml, getLog).
    private static let maximumLines = 10_000

    private let now: @Sendable () -> Int64
    private var received: [Received] = []
    private var lines: [SimulatorLogLine] = []
    private var lineCount = 0

    init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// Keeps an accepted call.
    func record(_ entry: Entry) {
        received.append(Received(sequence: received.count + 1, at: now(), entry: entry))
    }

    /// Writes a line.
    func log(_ direction: LogDirection, _ operation: String? = nil, status: Int? = nil, _ text: String) {
        lineCount += 1
        lines.append(
            SimulatorLogLine(
                sequence: lineCount,
                at: DateTime(millisecondsSinceEpoch: now()),
                direction: direction,
                operation: operation,
                status: status,
                text: String(text.prefix(2_000))
            )
        )
        // Drops a tenth at a time, so that a full log does not move at every line.
        if lines.count > Self.maximumLines + Self.maximumLines / 10 {
            lines.removeFirst(lines.count - Self.maximumLines)
        }
    }

    /// The last lines after a sequence number.
    func log(after sequence: Int) -> [SimulatorLogLine] {
        lines.filter { $0.sequence > sequence }.suffix(Self.maximumLines)
    }

    /// Accepted calls that match, in the order of arrival.
    func received(_ input: ListReceivedMessages.Input) -> ReceivedMessages {
        let matching = received.filter { item in
            item.sequence > input.after ?? 0 && input.account.map { $0 == item.entry.account } ?? true
                && input.customer.map { $0 == item.entry.customer } ?? true
                && input.kind.map { $0 == item.entry.kind } ?? true
        }
        return ReceivedMessages(items: matching.prefix(input.limit ?? 1_000).map(Self.message), total: matching.count)
    }

    private static func message(_ item: Received) -> ReceivedMessage {
        let body = try? JSONValue(parsing: item.entry.body, limits: JSONLimits(maximumBytes: .max))
        return ReceivedMessage(
            sequence: item.sequence,
            kind: item.entry.kind,
            receivedAt: DateTime(millisecondsSinceEpoch: item.at),
            account: item.entry.account,
            customer: item.entry.customer,
            conversationId: item.entry.conversationID,
            platformMessageId: item.entry.platformMessageID,
            sourceMessageId: item.entry.sourceMessageID,
            text: item.entry.text,
            body: body?.object ?? JSONObject()
        )
    }

    /// Forgets everything and counts from 1 again.
    func reset() {
        received = []
        lines = []
        lineCount = 0
    }
}
