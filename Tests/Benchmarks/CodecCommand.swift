import ArgumentParser
import ContractJSON
import ContractRuntime
import Foundation
import WhatsAppWebhookContract

/// Decoding with full validation against Foundation without any, and encoding, in one run.
struct CodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec", abstract: "Compare the generated codec with Foundation's coders on the same payloads.",
        discussion: """
            Foundation decodes into `Codable` structs with the same members and checks nothing beyond their types.

            Examples:
              benchmarks codec
              benchmarks codec --rounds 21 --round-milliseconds 50
            """)

    @Option(help: "Rounds of each side; they alternate, and the quickest counts.") var rounds = 15
    @Option(help: "Milliseconds a round lasts at least.") var roundMilliseconds = 60

    func run() throws {
        for bytes in [500, 2_500, 100_000] {
            let payload = WebhookPayload.value(bytes: bytes)
            let size = Self.size(payload.count)
            let contract = try MessagesValue(json: payload)
            let data = Data(payload)
            let foundation = try JSONDecoder().decode(PlainMessagesValue.self, from: data)
            guard try JSONValue(parsing: [UInt8](JSONEncoder().encode(foundation))) == contract.jsonValue else {
                throw ValidationError("the two codecs do not carry the same members")
            }
            let decoding = try compare(
                { _ = try MessagesValue(json: payload) },
                { _ = try JSONDecoder().decode(PlainMessagesValue.self, from: data) })
            print(decoding.figure("decode and validate \(size), beside `JSONDecoder` without validation", 3).row)
            let encoding = try compare({ _ = contract.jsonBytes }, { _ = try JSONEncoder().encode(foundation) })
            print(encoding.figure("encode \(size), beside `JSONEncoder`", 10).row)
        }
        for count in [10, 100, 1_000] { print(RouterLoad(routes: count).figure(rounds, roundMilliseconds).row) }
    }

    private static func size(_ bytes: Int) -> String {
        let kilobytes = Double(bytes) / 1_000
        return kilobytes < 10 ? String(format: "%.1f kB", kilobytes) : String(format: "%.0f kB", kilobytes)
    }

    private func compare(_ ours: () throws -> Void, _ foundation: () throws -> Void) throws -> Comparison {
        var best = Comparison(ours: .infinity, foundation: .infinity)
        for _ in 0..<rounds {
            best.ours = min(best.ours, try Stopwatch.microseconds(atLeast: roundMilliseconds, ours))
            best.foundation = min(best.foundation, try Stopwatch.microseconds(atLeast: roundMilliseconds, foundation))
        }
        return best
    }
}

/// Times short work.
enum Stopwatch {
    /// Mean time of a call within one round.
    static func microseconds(atLeast milliseconds: Int, _ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var calls = 0
        var elapsed = Duration.zero
        while elapsed < .milliseconds(milliseconds) {
            for _ in 0..<10 { try work() }
            calls += 10
            elapsed = clock.now - start
        }
        return elapsed / .microseconds(1) / Double(calls)
    }
}

/// The best round of each side, in microseconds a call.
private struct Comparison {
    var ours: Double
    var foundation: Double

    func figure(_ what: String, _ target: Double) -> Figure {
        Figure(
            what: what,
            measured: String(format: "%.1f µs beside %.1f µs: %.1f×", ours, foundation, foundation / ours),
            target: String(format: "≥ %.0f×", target))
    }
}

extension [Double] {
    /// The middle value; 0 if there is none.
    var median: Double { percentile(50) }

    /// The value that `share` percent do not exceed; 0 if there is none.
    func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        return sorted()[Swift.min(count - 1, Int((Double(count) * share / 100).rounded(.down)))]
    }
}
