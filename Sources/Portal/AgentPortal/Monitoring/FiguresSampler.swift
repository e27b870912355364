import AgentPortalContract
import ContractRuntime
import ServiceKit
import SharedContract
import Synchronization

/// Looks at all services again and again and keeps what it sees for half an hour, in memory: charts are a help, not a record.
///
/// Of a service with several instances it sees the one that answers.
final class FiguresSampler: Sendable {
    /// Time from one sample to the next.
    static let interval: Duration = .seconds(5)
    /// Half an hour.
    private static let capacity = 360

    private typealias Answer = (
        name: SharedContract.ServiceName, readiness: SharedContract.Readiness?, metrics: MetricsReading?
    )

    private let probes: [ServiceProbe]
    private let series = Mutex(FigureSeries(capacity: FiguresSampler.capacity))

    init(probes: [ServiceProbe]) { self.probes = probes }

    /// Runs until the task is cancelled.
    func run() async throws {
        while true {
            await sample()
            try await Task.sleep(for: Self.interval)
        }
    }

    /// What was sampled, the oldest first.
    var figures: Figures {
        Figures(intervalSeconds: Int(Self.interval.components.seconds), samples: series.withLock(\.samples))
    }

    /// The last reading, or one that is made now where there is none.
    func latest() async -> RelayReading? {
        if let reading = series.withLock(\.latest) { return reading }
        await sample()
        return series.withLock(\.latest)
    }

    private func sample() async {
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, probe) in probes.enumerated() {
                group.addTask {
                    async let readiness = probe.readiness()
                    async let text = probe.metrics()
                    return (index, (probe.name, await readiness, await text.map(MetricsReading.init)))
                }
            }
            var answers: [(Int, Answer)] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let reading = RelayReading(at: WallClock.now, answers: answers)
        series.withLock { $0.add(reading) }
    }
}
