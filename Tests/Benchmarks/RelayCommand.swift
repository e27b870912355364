import ArgumentParser
import ContractRuntime
import Foundation
import ServiceKit

/// A running installation with both simulators under load: acknowledgement, latency, throughput.
struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Load a running relay both ways and measure it.",
        discussion: "Addresses and ADMIN_API_KEY come from the environment, as `make bench` sets them.")

    @Option(help: "What runs, for the table.") var label = "ten processes"
    @Option(help: "Conversations that the messages are spread over.") var conversations = 200
    @Option(help: "Seconds of each steady phase.") var seconds = 15
    @Option(help: "Messages each way of the throughput phase.") var messages = 5_000
    @Option(help: "What DESIGN.md asks of the throughput, in messages a second.") var throughputTarget = 500
    @Option(
        help: "Folder with a file a process that begins with its id, for the row of memory; without it there is none.")
    var processes: String?

    func run() async throws {
        let site = try LoadedSite(environment: ProcessInfo.processInfo.environment)
        try await site.onboard()
        try await site.openConversations(conversations)
        // The gentle load first: what a hard one leaves in the queues would be measured with it.
        for rate in [10, 25, 50, 100] {
            for figure in try await latency(site, rate: rate) { print(figure.row) }
        }
        print(try await acknowledgement(site).row)
        print(try await throughput(site).row)
        if let processes { print(try await memory(site, ProcessMemory(folder: processes)).row) }
    }

    /// How much any process grows while a document of 100 MB goes each way.
    private func memory(_ site: LoadedSite, _ memory: ProcessMemory) async throws -> Figure {
        let growth = try await site.memoryOfLargeDocument(memory)
        let most = growth.sorted { $0.value > $1.value }.prefix(3).map {
            String(format: "%@ %.0f MB", $0.key, Double($0.value) / 1_048_576)
        }
        return Figure(
            what: "memory that a document of 100 MB each way adds at its peak, \(label)",
            measured: most.joined(separator: ", "), target: "≤ 32 MB in any process")
    }

    /// How soon Meta gets its 200 at a steady rate.
    private func acknowledgement(_ site: LoadedSite) async throws -> Figure {
        let rate = 300
        let sent = try await site.steady(rate: rate, seconds: seconds, [.inbound])
        _ = try await site.arrivals(of: sent)
        let times = sent.map(\.acknowledgedAfter)
        return Figure(
            what: "webhook acknowledged at \(rate) a second, \(label)",
            measured: Self.percentiles(times), target: "p99 ≤ 50 ms")
    }

    /// From the start of the webhook to the arrival at the other platform.
    /// - Parameter rate: Texts a second each way. The design's target is for 100; lower ones show what the relay adds where
    ///   the machine has processor time left.
    private func latency(_ site: LoadedSite, rate: Int) async throws -> [Figure] {
        let sent = try await site.steady(rate: rate, seconds: seconds, [.inbound, .outbound])
        let arrivals = try await site.arrivals(of: sent)
        return Direction.allCases.map { direction in
            let times = sent.filter { $0.direction == direction }
                .map { Double(arrivals[$0.text, default: .max] - $0.startedAt) }
            return Figure(
                what: "\(direction.rawValue), end to end, at \(rate) texts a second each way, \(label)",
                measured: Self.percentiles(times), target: rate == 100 ? "p99 ≤ 250 ms" : "–")
        }
    }

    /// How many texts a second the relay carries when both platforms send as fast as they get their 200.
    private func throughput(_ site: LoadedSite) async throws -> Figure {
        let sent = try await site.burst(each: messages, inFlight: 64)
        let arrivals = try await site.arrivals(of: sent)
        guard let first = sent.map(\.startedAt).min(), let last = arrivals.values.max() else {
            throw LoadError("nothing was sent")
        }
        let rate = Double(sent.count) / (Double(last - first) / 1_000)
        return Figure(
            what: "\(messages) texts each way as fast as they are acknowledged, none lost or doubled, \(label)",
            measured: String(format: "%.0f messages a second end to end", rate), target: "≥ \(throughputTarget)")
    }

    private static func percentiles(_ milliseconds: [Double]) -> String {
        String(
            format: "p50 %.0f ms, p99 %.0f ms, longest %.0f ms", milliseconds.median, milliseconds.percentile(99),
            milliseconds.max() ?? 0)
    }
}
