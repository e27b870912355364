import ContractJSON
import Foundation
import SimulatorContract
import Testing

/// What no log may hold, of all that went through an installation: texts, names and numbers of customers, and secrets.
struct LogSecrecy {
    /// Texts that are looked for; each costs a search through all logs.
    private static let texts = 300
    /// Shorter ones stand in a log by chance.
    private static let shortest = 8

    /// Numbers that are looked for in Base64.
    private static let numbers = 50

    /// What every Base64 text with these bytes somewhere in it contains: one form for each place within a group of three.
    static func base64(_ text: String) -> [String] {
        (0..<3).map { shift in
            let bytes = [UInt8](repeating: 0, count: shift) + Array(text.utf8)
            let groups = Data(bytes.prefix(bytes.count / 3 * 3)).base64EncodedString()
            return String(groups.dropFirst([0, 2, 3][shift]))
        }
    }

    /// Takes what both platforms received, and what tenants were onboarded with.
    static func canaries(of world: RelayWorld) async throws -> [(what: String, text: String)] {
        var texts: Set<String> = []
        var people: Set<String> = []
        for simulator in [world.meta, world.genesys] {
            var last = 0
            while true {
                guard
                    case .ok(let page) = try await simulator.listReceivedMessages(
                        ListReceivedMessages.Input(after: last, limit: 5_000))
                else { throw Unexpected("listReceivedMessages") }
                for message in page.items {
                    if let text = message.text { texts.insert(text) }
                    people.insert(message.customer)
                    let from = JSONValue.object(message.body).value(at: "/channel/from")
                    for name in ["nickname", "firstName", "lastName"] {
                        if let text = from?[name]?.string { people.insert(text) }
                    }
                }
                guard page.items.count == 5_000, let sequence = page.items.last?.sequence else { break }
                last = sequence
            }
        }
        let long = texts.filter { $0.utf8.count >= shortest }.shuffled().prefix(Self.texts)
        let numbers = people.filter { $0.utf8.count >= 10 && $0.allSatisfy(\.isNumber) }.shuffled().prefix(Self.numbers)
        return long.map { ("a text", $0) }
            + numbers.flatMap(Self.base64).map { ("a number, as wamids hold it", $0) }
            + people.filter { $0.utf8.count >= shortest }.map { ("a name or number", $0) }
            + ["client-secret-", "webhook-secret-of-", "app-secret-of-", "verify-token-of-"].map { ("a secret", $0) }
    }
}
