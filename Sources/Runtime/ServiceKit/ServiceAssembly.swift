public import ContractRuntime

/// What a service consists of once its dependencies are given to it: the routes it answers and the jobs it runs.
public struct ServiceAssembly: Sendable {
    /// A long-lived task, e.g. a queue consumer. It ends when its task is cancelled, after its work in flight.
    public struct Job: Sendable {
        /// For logs.
        public let name: String
        /// Runs until the calling task is cancelled.
        public let run: @Sendable () async throws -> Void

        /// Creates a job.
        public init(name: String, run: @escaping @Sendable () async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Routes of the service's contract and of the third-party contracts it answers.
    public var routes: [Route]
    /// Its consumers and other background work.
    public var jobs: [Job]

    /// How refusals are answered that come from no handler, unknown paths for example.
    public var refusal: @Sendable (ProblemDocument, ContractRequest) -> ContractResponse

    /// Creates an assembly.
    public init(
        routes: [Route], jobs: [Job] = [],
        refusal: @escaping @Sendable (ProblemDocument, ContractRequest) -> ContractResponse = { problem, _ in
            problem.response
        }
    ) {
        self.routes = routes
        self.jobs = jobs
        self.refusal = refusal
    }
}
