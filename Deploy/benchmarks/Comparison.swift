import ContractJSON
import ContractRuntime
import Foundation
import WhatsAppWebhookContract

/// Prints a row of figures a payload size: the best of several rounds of each side, which alternate.
@main
enum Comparison {
    static func main() throws {
        print("bytes    decode: ours  swift6 models  times    encode: ours  swift6 models  times")
        for bytes in [500, 2_500, 100_000] {
            let payload = WebhookPayload.value(bytes: bytes)
            let data = Data(payload)
            let ours = try MessagesValue(json: payload)
            let other = try OtherModels(decoding: data)
            let best = try Self.best(
                rounds: 15,
                [
                    { _ = try MessagesValue(json: payload) },
                    { _ = try OtherModels(decoding: data) },
                    { _ = ours.jsonBytes },
                    { _ = try other.encoded() },
                ])
            print(
                String(
                    format: "%6d   %9.1f µs  %10.1f µs  %5.1f   %9.1f µs  %10.1f µs  %5.1f", payload.count, best[0],
                    best[1], best[1] / best[0], best[2], best[3], best[3] / best[2]))
        }
    }

    /// Microseconds a call of each.
    private static func best(rounds: Int, _ works: [() throws -> Void]) throws -> [Double] {
        let clock = ContinuousClock()
        var best = works.map { _ in Double.infinity }
        for _ in 0..<rounds {
            for (index, work) in works.enumerated() {
                let start = clock.now
                var calls = 0
                var elapsed = Duration.zero
                while elapsed < .milliseconds(60) {
                    for _ in 0..<10 { try work() }
                    calls += 10
                    elapsed = clock.now - start
                }
                best[index] = min(best[index], elapsed / .microseconds(1) / Double(calls))
            }
        }
        return best
    }
}
