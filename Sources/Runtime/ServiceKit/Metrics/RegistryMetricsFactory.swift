public import CoreMetrics

/// Lets libraries that use swift-metrics record into a registry. Their names keep no `waba_`.
extension MetricRegistry: MetricsFactory {
    private func recording(
        _ label: String,
        _ dimensions: [(String, String)],
        _ kind: MetricDefinition.Kind
    ) -> RegistryRecorder {
        let definition = MetricDefinition(
            exactName: Self.sanitized(label),
            kind,
            labels: dimensions.map { Self.sanitized($0.0) },
            help: "As recorded by a library."
        )
        return RegistryRecorder(registry: self, metric: definition, labels: dimensions.map(\.1))
    }

    /// A counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        recording(label, dimensions, .counter)
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        recording(label, dimensions, .gauge)
    }

    /// A histogram, or a gauge where only the last value counts.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        recording(label, dimensions, aggregate ? .histogram : .gauge)
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        recording(label, dimensions, .histogram)
    }

    /// Values stay: Prometheus counts on counters that never vanish.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Values stay.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Values stay.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Values stay.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private static func sanitized(_ name: String) -> String {
        let text = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return text.first?.isNumber == false ? text : "_" + text
    }
}

/// Records for one combination of labels.
private final class RegistryRecorder: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private let registry: MetricRegistry
    private let metric: MetricDefinition
    private let labels: [String]

    init(registry: MetricRegistry, metric: MetricDefinition, labels: [String]) {
        self.registry = registry
        self.metric = metric
        self.labels = labels
    }

    func increment(by amount: Int64) { registry.increment(metric, labels, by: Double(amount)) }
    func increment(by amount: Double) { registry.add(metric, labels, amount) }
    func decrement(by amount: Double) { registry.add(metric, labels, -amount) }
    func set(_ value: Int64) { registry.set(metric, labels, to: Double(value)) }
    func set(_ value: Double) { registry.set(metric, labels, to: value) }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { registry.observe(metric, labels, Double(duration) / 1e9) }
    func reset() {}

    func record(_ value: Double) {
        if metric.kind == .histogram { registry.observe(metric, labels, value) } else { set(value) }
    }
}
