import ContractRuntime
import SimulatorContract

extension LoadedSite {
    /// Waits until every text arrived at the other platform.
    /// - Returns: When each arrived, in milliseconds since the epoch.
    /// - Throws: ``LoadError`` if one is lost or arrives twice.
    func arrivals(of sent: [SentText]) async throws -> [String: Int64] {
        var missing = Set(sent.map(\.text))
        var found: [String: Int64] = [:]
        var last: [Direction: Int] = [:]
        let deadline = ContinuousClock.now + Self.patience
        while true {
            for direction in Direction.allCases {
                for message in try await received(direction, after: last[direction] ?? 0) {
                    last[direction] = message.sequence
                    guard let text = message.text else { continue }
                    if missing.remove(text) != nil {
                        found[text] = message.receivedAt.millisecondsSinceEpoch
                    } else if found[text] != nil {
                        throw LoadError("\(text) arrived twice")
                    }
                }
            }
            guard !missing.isEmpty else { return found }
            guard ContinuousClock.now < deadline else {
                throw LoadError(
                    "\(missing.count) of \(sent.count) texts did not arrive, such as \(missing.first ?? "")")
            }
            // Seldom, so that looking does not load what is measured.
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What the platform at the end of a direction has received after a sequence number, the first first.
    func received(_ direction: Direction, after sequence: Int) async throws -> [ReceivedMessage] {
        let simulator = direction == .inbound ? genesys : meta
        let account = direction == .inbound ? tenant.integrationID : tenant.phoneNumberID
        var messages: [ReceivedMessage] = []
        var last = sequence
        while true {
            let input = ListReceivedMessages.Input(account: account, kind: .message, after: last, limit: 5_000)
            guard case .ok(let page) = try await simulator.listReceivedMessages(input) else {
                throw LoadError("the simulator did not list what it received")
            }
            messages += page.items
            guard page.items.count == 5_000, let end = page.items.last?.sequence else { return messages }
            last = end
        }
    }
}
