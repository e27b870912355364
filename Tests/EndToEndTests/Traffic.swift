import SharedContract
import SimulatorContract
import Synchronization

/// Texts of several conversations in both directions, without a pause until it is told to end.
///
/// It goes on by what has arrived: there is always something under way and never so much that it would take minutes to drain.
final class Traffic: Sendable {
    /// Most texts under way in one direction.
    private static let window = 120
    /// Texts that one call to a simulator makes, each a webhook of its own.
    private static let burst = 5

    /// One customer at one number.
    struct Conversation: Sendable, Hashable {
        let line: Line
        let customer: String
    }

    private struct State {
        var sent: [Side: [Conversation: [String]]] = [.meta: [:], .genesys: [:]]
        var isEnding = false
    }

    let conversations: [Conversation]
    /// The tenants that they belong to.
    let lines: [Line]
    private let world: RelayWorld
    private let state = Mutex(State())

    init(_ world: RelayWorld, conversations: [Conversation]) {
        self.world = world
        self.conversations = conversations
        lines = Set(conversations.map(\.line)).sorted { $0.phoneNumberID < $1.phoneNumberID }
    }

    /// What has been sent to a platform through the relay, by conversation, in order.
    func sent(to side: Side) -> [Conversation: [String]] { state.withLock { $0.sent[side] ?? [:] } }

    /// How many have been sent to a platform.
    func count(to side: Side) -> Int { sent(to: side).values.reduce(0) { $0 + $1.count } }

    /// Sends no more than what is under way.
    func end() { state.withLock { $0.isEnding = true } }

    /// Has each customer write once, which opens the service windows that agents' texts need.
    func open() async throws {
        for conversation in conversations { try await send(to: .genesys, in: conversation) }
        let isOpen: Bool? = try await within(.seconds(300)) {
            try await world.receivedCount(.genesys, lines) >= count(to: .genesys) ? true : nil
        }
        guard isOpen == true else { throw Unexpected("the first texts do not arrive") }
    }

    /// Sends until ``end()``.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for side in Side.allCases { group.addTask { try await self.run(to: side) } }
            try await group.waitForAll()
        }
    }

    private func run(to side: Side) async throws {
        while true {
            for conversation in conversations {
                let isFree = try await within(.seconds(600)) { () -> Bool? in
                    if state.withLock({ $0.isEnding }) { return false }
                    return try await count(to: side) - world.receivedCount(side, lines) < Self.window ? true : nil
                }
                guard let isFree else { throw Unexpected("nothing arrives at \(side) any more") }
                guard isFree else { return }
                try await send(to: side, in: conversation)
            }
        }
    }

    private func send(to side: Side, in conversation: Conversation) async throws {
        let text = "text \(sent(to: side)[conversation]?.count ?? 0) part"
        switch side {
        case .genesys:
            let order = CustomerMessage(
                phoneNumberId: conversation.line.phoneNumberID, customer: CustomerIdentity(waId: conversation.customer),
                text: text, count: Self.burst)
            guard case .accepted = try await world.meta.sendCustomerMessage(.init(body: order)) else {
                throw Unexpected("sendCustomerMessage")
            }
        case .meta:
            let order = AgentMessage(
                integrationId: conversation.line.integrationID, to: conversation.customer, text: text, count: Self.burst
            )
            guard case .accepted = try await world.genesys.sendAgentMessage(.init(body: order)) else {
                throw Unexpected("sendAgentMessage")
            }
        }
        // The simulators number the texts of a call.
        let texts = (1...Self.burst).map { "\(text) \($0)" }
        state.withLock { $0.sent[side, default: [:]][conversation, default: []] += texts }
    }
}
