import ContractRuntime
import EventLoop
import Logging
import Synchronization

/// A cache in Redis, shared by all tasks of a process over one connection.
///
/// One thread of its own owns the connection and drives hiredis without blocking. What all callers ask for while it is
/// busy goes out in one write; replies come back in the same order. While the server is away commands fail at once
/// with `unavailable`; the connection comes back by itself. A command that timed out, was cancelled or lost its
/// connection may still have taken effect.
public final class RedisCache: CacheStore {
    private let mailbox: Mailbox<RedisMessage>
    private let configuration: RedisConfiguration
    private let published = PublishedRedisStatistics()
    private let lastCommandID = Atomic<UInt64>(0)

    /// A cache at `url` (`redis://[user[:password]@]host[:port][/database]`, credentials percent-encoded), which begins
    /// to connect. Throws `misconfigured` if the address can't be one, `unavailable` if the system has no descriptor or
    /// thread left.
    public init(
        url: String,
        configuration: RedisConfiguration = RedisConfiguration(),
        logger: Logger = Logger(label: "cache")
    ) throws(CacheError) {
        let address = try RedisAddress(url: url)
        guard let mailbox = Mailbox<RedisMessage>(capacity: configuration.maximumPendingCommands) else {
            throw CacheError(.unavailable, reason: "no descriptor left for the cache's wake-up")
        }
        self.mailbox = mailbox
        self.configuration = configuration
        let published = published
        let isStarted = LoopThread.start("redis") {
            RedisLoop(
                mailbox: mailbox,
                address: address,
                configuration: configuration,
                logger: logger,
                published: published
            ).run()
        }
        guard isStarted else { throw CacheError(.unavailable, reason: "no thread left for the cache") }
    }

    deinit {
        mailbox.post(.close(nil))
    }

    /// Asks the server for an answer; for readiness checks.
    public func check() async throws(CacheError) {
        _ = try await send(RedisCommand(["PING"]))
    }

    /// Runs a Lua script, which is atomic. Keys it touches belong into `keys`.
    public func eval(
        _ script: String,
        keys: [String],
        arguments: [String]
    ) async throws(CacheError) -> RedisReply {
        try await eval(script, keys: keys, arguments: arguments.map { Array($0.utf8) })
    }

    /// Runs a Lua script, which is atomic, with arguments of any bytes.
    public func eval(
        _ script: String,
        keys: [String],
        arguments: [[UInt8]]
    ) async throws(CacheError) -> RedisReply {
        var command = RedisCommand(["EVAL", script, String(keys.count)] + keys)
        for argument in arguments { command.append(argument) }
        return try await send(command)
    }

    /// The figures at this moment.
    public var statistics: RedisStatistics {
        published.value.withLock(\.self)
    }

    /// Refuses new commands, waits for the answers to come (`RedisConfiguration.commandTimeout` at most) and closes the
    /// connection. Repeated calls wait as well.
    public func close() async {
        await withCheckedContinuation { continuation in
            if mailbox.post(.close(continuation)) == .closed { continuation.resume() }
        }
    }

    func send(_ command: RedisCommand) async throws(CacheError) -> RedisReply {
        let id = lastCommandID.add(1, ordering: .relaxed).newValue
        let deadline = ContinuousClock.now + configuration.commandTimeout
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<PendingCommand.Outcome, Never>) in
                submit(PendingCommand(id: id, command: command, deadline: deadline, continuation: continuation))
                // A cancellation before the submission told the loop about a command that it did not know yet.
                if Task.isCancelled { mailbox.post(.cancel(id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(id))
        }
        return try outcome.get()
    }

    private func submit(_ command: PendingCommand) {
        switch mailbox.offer(.submit(command)) {
        case .accepted: break
        case .full:
            let error = CacheError(.unavailable, reason: "more commands at once than the cache accepts")
            command.continuation.resume(returning: .failure(error))
        case .closed: command.continuation.resume(returning: .failure(.closed))
        }
    }
}
