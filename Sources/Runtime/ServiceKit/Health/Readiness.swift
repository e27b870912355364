/// Whether a process takes work, and what each dependency answered.
public struct Readiness: Sendable, Hashable {
    /// Whether it takes work.
    public enum Status: String, Sendable, Hashable {
        /// It does.
        case ready
        /// A required dependency is down.
        case notReady
        /// It was told to stop.
        case draining
    }

    /// The last check of a dependency.
    public struct Dependency: Sendable, Hashable {
        /// Result of a check.
        public enum Status: String, Sendable, Hashable {
            /// It works.
            case up
            /// It works, but not as it should.
            case degraded
            /// It does not work.
            case down
        }

        /// Its name.
        public let name: String
        /// What the check gave.
        public let status: Status
        /// Whether the process is not ready without it.
        public let isRequired: Bool
        /// How long the check took; nil if it did not end.
        public let latency: Duration?
        /// Why it is down or degraded.
        public let detail: String?

        init(name: String, status: Status, isRequired: Bool, latency: Duration? = nil, detail: String? = nil) {
            self.name = name
            self.status = status
            self.isRequired = isRequired
            self.latency = latency
            self.detail = detail
        }

        /// The latency in milliseconds with three decimals.
        public var latencyMilliseconds: Double? {
            latency.map { ($0 / .microseconds(1)).rounded() / 1_000 }
        }
    }

    /// Whether it takes work.
    public let status: Status
    /// One result a dependency, in the order of registration.
    public let dependencies: [Dependency]

    /// 200 if ready, else 503.
    public var httpStatus: Int { status == .ready ? 200 : 503 }
}
