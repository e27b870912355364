import Synchronization

/// Holds the metrics of a process and writes them as Prometheus text.
///
/// Recording is safe from every thread and never fails. A metric keeps at most 1,000 combinations of label values; what
/// comes after them counts under `other`.
public final class MetricRegistry: Sendable {
    /// Upper bounds of the buckets of every histogram, in seconds.
    public static let buckets: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let maximumCombinations = 1_000

    struct Cell {
        /// The value of a counter or gauge, the sum of a histogram.
        var value = 0.0
        /// Counts up to each bound and beyond the last one, not cumulative; empty unless a histogram.
        var counts: [UInt64] = []
    }

    struct Family {
        let definition: MetricDefinition
        var cells: [[String]: Cell] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let collectors = Mutex<[@Sendable (MetricRegistry) -> Void]>([])

    /// An empty registry.
    public init() {}

    /// Adds to a counter.
    public func increment(_ metric: MetricDefinition, _ labels: [String] = [], by amount: Double = 1) {
        guard amount >= 0 else { return }
        change(metric, labels) { $0.value += amount }
    }

    /// Sets a gauge.
    public func set(_ metric: MetricDefinition, _ labels: [String] = [], to value: Double) {
        change(metric, labels) { $0.value = value }
    }

    /// Adds to a gauge; a negative amount subtracts.
    public func add(_ metric: MetricDefinition, _ labels: [String] = [], _ amount: Double) {
        change(metric, labels) { $0.value += amount }
    }

    /// Counts a value in a histogram.
    public func observe(_ metric: MetricDefinition, _ labels: [String] = [], _ value: Double) {
        change(metric, labels) { cell in
            if cell.counts.isEmpty { cell.counts = Array(repeating: 0, count: Self.buckets.count + 1) }
            cell.counts[Self.buckets.firstIndex { value <= $0 } ?? Self.buckets.count] += 1
            cell.value += value
        }
    }

    /// Counts a duration in a histogram of seconds.
    public func observe(_ metric: MetricDefinition, _ labels: [String] = [], _ duration: Duration) {
        observe(metric, labels, duration / .seconds(1))
    }

    /// Calls `collect` before every exposition, to set gauges that are cheaper to ask for than to keep.
    public func collect(_ collect: @escaping @Sendable (MetricRegistry) -> Void) {
        collectors.withLock { $0.append(collect) }
    }

    /// The present value of a counter or gauge, or the number of values of a histogram; nil if it was never recorded.
    public func value(_ metric: MetricDefinition, _ labels: [String] = []) -> Double? {
        families.withLock { families in
            families[metric.name]?.cells[labels].map { cell in
                metric.kind == .histogram ? Double(cell.counts.reduce(0, +)) : cell.value
            }
        }
    }

    /// All metrics in text exposition format 0.0.4.
    public func exposition() -> String {
        for collect in collectors.withLock({ $0 }) { collect(self) }
        let families = families.withLock { Array($0.values) }
        return PrometheusText.text(families.sorted { $0.definition.name < $1.definition.name })
    }

    private func change(_ metric: MetricDefinition, _ labels: [String], _ change: (inout Cell) -> Void) {
        precondition(labels.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
        families.withLock { families in
            var cells = families[metric.name, default: Family(definition: metric)].cells
            // Emptied first, so that the change below does not copy the table.
            families[metric.name]?.cells = [:]
            let isKnown = cells[labels] != nil || cells.count < Self.maximumCombinations
            change(&cells[isKnown ? labels : labels.map { _ in "other" }, default: Cell()])
            families[metric.name, default: Family(definition: metric)].cells = cells
        }
    }
}
