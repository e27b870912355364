import AgentPortalContract
import ContractRuntime

/// The last half hour in figures: rates are what a counter has grown by since the reading before.
struct FigureSeries: Sendable {
    /// Counters of a process when it was read last.
    private struct Baseline {
        let milliseconds: Int64
        let counted: [RelayReading.Counter: Double]
    }

    /// A process that was not seen for so many readings is forgotten.
    private static let maximumProcesses = 100

    private let capacity: Int
    private var baselines: [Double: Baseline] = [:]
    /// The samples, the oldest first.
    private(set) var samples: [FigureSample] = []
    /// The reading behind the last sample.
    private(set) var latest: RelayReading?

    /// - Parameter capacity: Most samples; the oldest goes first.
    init(capacity: Int) { self.capacity = capacity }

    /// Adds a sample made of a reading.
    mutating func add(_ reading: RelayReading) {
        let now = reading.at.millisecondsSinceEpoch
        var perMinute: [RelayReading.Counter: Double] = [:]
        for (process, counted) in reading.counted {
            // A process seen for the first time has counted before; nothing is known of its rate.
            if let before = baselines[process], now > before.milliseconds {
                let minutes = Double(now - before.milliseconds) / 60_000
                for counter in RelayReading.Counter.allCases {
                    let growth = (counted[counter] ?? 0) - (before.counted[counter] ?? 0)
                    perMinute[counter, default: 0] += max(0, growth) / minutes
                }
            }
            baselines[process] = Baseline(milliseconds: now, counted: counted)
        }
        if baselines.count > Self.maximumProcesses {
            baselines = baselines.filter { reading.counted[$0.key] != nil }
        }
        samples.append(
            FigureSample(
                at: reading.at, inboundPerMinute: perMinute[.inbound] ?? 0,
                outboundPerMinute: perMinute[.outbound] ?? 0,
                webhooksPerMinute: perMinute[.webhooks] ?? 0, failuresPerMinute: perMinute[.failures] ?? 0,
                queued: Double(reading.queues.reduce(0) { $0 + $1.messages }), held: reading.held,
                deadLetters: reading.deadLetters, quarantined: reading.quarantined))
        if samples.count > capacity { samples.removeFirst(samples.count - capacity) }
        latest = reading
    }
}
