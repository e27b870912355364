import ContractRuntime

/// A command as Redis takes it: any number of arguments of any bytes.
struct RedisCommand: Sendable {
    /// The command's own name, the only part that may be logged.
    let name: String
    /// All arguments in a row. A leading byte keeps the address of an empty argument from being null.
    private(set) var bytes: [UInt8] = [0]
    private(set) var lengths: [Int] = []

    init(_ arguments: [String]) {
        name = arguments.first ?? ""
        for argument in arguments { append(argument) }
    }

    mutating func append(_ argument: String) {
        append(argument.utf8)
    }

    mutating func append(_ argument: some Collection<UInt8>) {
        bytes.append(contentsOf: argument)
        lengths.append(argument.count)
    }
}

/// A command on its way to the server and back.
struct PendingCommand: Sendable {
    typealias Outcome = Result<RedisReply, CacheError>

    let id: UInt64
    let command: RedisCommand
    let deadline: ContinuousClock.Instant
    /// Resumed exactly once, by the loop or by the caller whose command the mailbox refused.
    let continuation: CheckedContinuation<Outcome, Never>
}

/// What others tell the cache's loop.
enum RedisMessage: Sendable {
    case submit(PendingCommand)
    /// The caller of a command gave up; without effect if it has been answered.
    case cancel(UInt64)
    /// No more commands; the continuation is resumed when the connection is closed.
    case close(CheckedContinuation<Void, Never>?)
}

extension CacheError {
    /// The answer of a cache that has been closed.
    static let closed = CacheError(.unavailable, reason: "the cache is closed")

    /// Classifies an error reply by its first word. The rest may quote keys and values and is left out.
    init(serverError text: String, to command: String) {
        let word = text.prefix { $0.isUppercase || $0.isNumber || $0 == "_" }
        let code: Code =
            switch word {
            case "WRONGTYPE": .wrongType
            case "LOADING", "BUSY", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF": .unavailable
            // Before version 7 a script's errors began with ERR and named the cause inside.
            default: text.contains("WRONGTYPE") ? .wrongType : .misconfigured
            }
        self.init(code, reason: "Redis refused \(command): \(word)")
    }
}
