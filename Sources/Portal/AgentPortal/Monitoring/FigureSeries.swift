import AgentPortalContract
import ContractRuntime

/// The last half hour in figures: a rate is what counters have grown by in the minute before.
struct FigureSeries: Sendable {
    /// A process that was not seen for so many readings is forgotten.
    private static let maximumProcesses = 100

    private static let minute: Int64 = 60_000

    private let capacity: Int
    /// What counters have grown by, with the time of the reading that showed it; of the last minute.
    private var growths: [(milliseconds: Int64, counted: [RelayReading.Counter: Double])] = []
    /// Whether counters were read before, so that they can have grown.
    private var hasBaseline = false
    /// Counters of a process when it was read last, by its start.
    private var baselines: [Double: [RelayReading.Counter: Double]] = [:]
    /// The samples, the oldest first.
    private(set) var samples: [FigureSample] = []
    /// The reading behind the last sample.
    private(set) var latest: RelayReading?

    /// - Parameter capacity: Most samples; the oldest goes first.
    init(capacity: Int) { self.capacity = capacity }

    /// Adds a sample made of a reading.
    mutating func add(_ reading: RelayReading) {
        let now = reading.at.millisecondsSinceEpoch
        var growth: [RelayReading.Counter: Double] = [:]
        for (process, counted) in reading.counted {
            // A process seen for the first time has counted before; nothing is known of when.
            if let before = baselines[process] {
                for counter in RelayReading.Counter.allCases {
                    growth[counter, default: 0] += max(0, (counted[counter] ?? 0) - (before[counter] ?? 0))
                }
            }
            baselines[process] = counted
        }
        growths.append((now, growth))
        growths.removeAll { now - $0.milliseconds >= Self.minute }
        let isFirst = !hasBaseline
        hasBaseline = !baselines.isEmpty
        func perMinute(_ counter: RelayReading.Counter) -> Double? {
            guard !isFirst, reading.measured.contains(counter) else { return nil }
            return growths.reduce(0) { $0 + ($1.counted[counter] ?? 0) }
        }
        if baselines.count > Self.maximumProcesses {
            baselines = baselines.filter { reading.counted[$0.key] != nil }
        }
        samples.append(
            FigureSample(
                at: reading.at, inboundPerMinute: perMinute(.inbound), outboundPerMinute: perMinute(.outbound),
                webhooksPerMinute: perMinute(.webhooks), failuresPerMinute: perMinute(.failures),
                queued: reading.queued, held: reading.held,
                deadLetters: reading.deadLetters, quarantined: reading.quarantined))
        if samples.count > capacity { samples.removeFirst(samples.count - capacity) }
        latest = reading
    }
}
