import ArgumentParser
import ContractJSON
import ContractRuntime
import Foundation
import WhatsAppWebhookContract

/// Decoding with full validation against Foundation without any, and encoding, in one run.
struct CodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec", abstract: "Compare the generated codec with Foundation's coders on the same payloads.")

    @Option(help: "Rounds of each side; they alternate, and the median counts.") var rounds = 9
    @Option(help: "Milliseconds a round lasts at least.") var roundMilliseconds = 100

    func run() throws {
        for messages in [1, 8, 390] {
            let payload = WebhookPayload.messages(messages)
            let size = Self.size(payload.count)
            let contract = try MessagesValue(json: payload)
            let foundation = try JSONDecoder().decode(PlainMessagesValue.self, from: Data(payload))
            let data = Data(payload)
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
    }

    private static func size(_ bytes: Int) -> String {
        let kilobytes = Double(bytes) / 1_000
        return kilobytes < 10 ? String(format: "%.1f kB", kilobytes) : String(format: "%.0f kB", kilobytes)
    }

    private func compare(_ ours: () throws -> Void, _ foundation: () throws -> Void) throws -> Comparison {
        var times: (ours: [Double], foundation: [Double]) = ([], [])
        for _ in 0..<rounds {
            times.ours.append(try microseconds(ours))
            times.foundation.append(try microseconds(foundation))
        }
        return Comparison(ours: times.ours.median, foundation: times.foundation.median)
    }

    /// Mean time of a call within one round.
    private func microseconds(_ work: () throws -> Void) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var calls = 0
        var elapsed = Duration.zero
        while elapsed < .milliseconds(roundMilliseconds) {
            for _ in 0..<10 { try work() }
            calls += 10
            elapsed = clock.now - start
        }
        return elapsed / .microseconds(1) / Double(calls)
    }
}

/// Medians of one operation, in microseconds a call.
private struct Comparison {
    let ours: Double
    let foundation: Double

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
