import ArgumentParser
import ContractJSON
import ContractRuntime
import ServiceKit
import SimulatorContract
import Simulators

/// `waba-genesys simulate PLATFORM`
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run a simulator of Meta or of Genesys.",
        discussion: """
            Each option is also read from the environment, as SIMULATOR_ and its name: SIMULATOR_PAIR_LIMIT=off. What is \
            set up through the control interface for a number or an integration goes before both.

            Examples:
              waba-genesys simulate meta
              waba-genesys simulate genesys --retry-time-scale 0.1
            """)

    @Argument(help: "`meta` or `genesys`.") var platform: String
    @OptionGroup var options: SimulatorOptions

    func run() async throws {
        guard let role = ServiceName(rawValue: platform + "-simulator") else {
            throw ValidationError("there is no simulator of \(platform): use meta or genesys")
        }
        let environment = ProcessEnvironment.variables
        let settings = try SimulatorSettings(options, else: SimulatorOptions(environment: environment))
        try await Roles.run([role], environment: environment, simulation: settings)
    }
}

/// What both simulators were started with.
struct SimulatorSettings: Sendable {
    var meta = MetaSimulatorConfiguration()
    var genesys = GenesysSimulatorConfiguration()
}

/// What can be set about a simulator at its start.
struct SimulatorOptions: ParsableArguments {
    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

    @Option(help: "Meta: whether more than 45 messages at once to one user, then one per 6 s, are refused; default on.")
    var pairLimit: Switch?
    @Option(help: "Meta: messages a minute to one user that the pair limit allows for good; default 10.")
    var pairMessagesPerMinute: Int?
    @Option(help: "Both: factor for the waits between attempts to deliver a webhook; default Meta 0.1, Genesys 1.")
    var retryTimeScale: Double?
    @Option(help: "Genesys: how often a webhook that was not accepted is tried again; default 5.")
    var webhookRetries: Int?
    @Option(help: "Meta: milliseconds from one status of a message to the next; default 50.")
    var statusDelay: Int?
    @Option(help: "Meta: milliseconds that due statuses wait for others to share a webhook with; default 10.")
    var statusBatchWindow: Int?
    @Option(help: "Meta: whether messages outside the customer service window are refused at once; default off.")
    var closedWindowRefusal: Switch?
    @Option(help: "Meta: seconds from a user's last message to the end of the service window; default 86400.")
    var serviceWindow: Int?
    @Option(help: "Meta: messages a second and number; default 80.")
    var messagesPerSecond: Int?
    @Option(help: "Genesys: milliseconds from the creation of an integration to its completion; default 500.")
    var integrationCreation: Int?
    @Option(help: "Genesys: requests a minute and OAuth client; default 300.")
    var requestsPerMinute: Int?
    @Option(help: "Genesys: seconds until a token expires; default 86400.")
    var tokenLifetime: Int?
    @Option(
        help: "Both: faults in place from the start, a JSON array of the contract's Fault.",
        transform: FaultReading.faults)
    var faults: [Fault]?

    func validate() throws {
        let durations = [webhookRetries, statusDelay, statusBatchWindow, serviceWindow, integrationCreation].compactMap(
            \.self)
        let limits = [messagesPerSecond, pairMessagesPerMinute, requestsPerMinute, tokenLifetime].compactMap(\.self)
        guard durations.allSatisfy({ 0...1_000_000_000 ~= $0 }), limits.allSatisfy({ 1...1_000_000_000 ~= $0 }),
            (0...1_000) ~= retryTimeScale ?? 1
        else { throw ValidationError("a setting of the simulator is negative or too large") }
    }
}

/// Reads faults by their contract.
private enum FaultReading {
    @Sendable static func faults(_ text: String) throws -> [Fault] {
        do {
            guard let items = try JSONValue(parsing: Array(text.utf8)).array else {
                throw ValidationError("faults: expected a JSON array")
            }
            return try items.map { try Fault(json: $0) }
        } catch let error as ContractDecodingError {
            throw ValidationError("faults: \(error)")
        } catch let error as JSONSyntaxError {
            throw ValidationError("faults: \(error)")
        }
    }
}

extension SimulatorOptions {
    /// Reads them from the environment, refusing what the command line would refuse.
    init(environment: [String: String]) throws {
        let names = [
            "pair-limit", "pair-messages-per-minute", "retry-time-scale", "webhook-retries", "status-delay",
            "status-batch-window",
            "closed-window-refusal", "service-window", "messages-per-second", "integration-creation",
            "requests-per-minute", "token-lifetime",
            "faults",
        ]
        self = try .parse(
            names.flatMap { name -> [String] in
                let variable = "SIMULATOR_" + name.uppercased().replacing("-", with: "_")
                return environment[variable].map { ["--\(name)=\($0)"] } ?? []
            })
    }
}

extension SimulatorSettings {
    /// The first that says something, else the default.
    fileprivate init(_ options: SimulatorOptions, else fallback: SimulatorOptions) {
        func set<Value, Option>(
            _ target: inout Value, _ option: KeyPath<SimulatorOptions, Option?>, _ transform: (Option) -> Value
        ) {
            if let value = options[keyPath: option] ?? fallback[keyPath: option] { target = transform(value) }
        }
        set(&meta.enforcesPairLimit, \.pairLimit) { $0 == .on }
        set(&meta.pairMessagesPerMinute, \.pairMessagesPerMinute) { $0 }
        set(&meta.retryTimeScale, \.retryTimeScale) { $0 }
        set(&genesys.retryTimeScale, \.retryTimeScale) { $0 }
        set(&genesys.webhookRetries, \.webhookRetries) { $0 }
        set(&meta.statusDelay, \.statusDelay) { .milliseconds($0) }
        set(&meta.statusBatchWindow, \.statusBatchWindow) { .milliseconds($0) }
        set(&meta.refusesClosedWindowAtOnce, \.closedWindowRefusal) { $0 == .on }
        set(&meta.serviceWindowMilliseconds, \.serviceWindow) { Int64($0) * 1_000 }
        set(&meta.messagesPerSecond, \.messagesPerSecond) { $0 }
        set(&genesys.integrationCreationMilliseconds, \.integrationCreation) { Int64($0) }
        set(&genesys.requestsPerMinute, \.requestsPerMinute) { $0 }
        set(&genesys.tokenLifetimeSeconds, \.tokenLifetime) { $0 }
        set(&meta.faults, \.faults) { $0 }
        set(&genesys.faults, \.faults) { $0 }
    }
}
