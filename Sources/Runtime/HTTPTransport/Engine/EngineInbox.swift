import Synchronization

/// Names one exchange of an engine.
struct ExchangeID: Hashable, Sendable {
    let rawValue: UInt64
}

/// What other threads ask of the engine's thread.
enum EngineCommand: Sendable {
    case start(ExchangePlan)
    /// Ends the exchange, waiting or running; a closed connection tells the server.
    case cancel(ExchangeID)
    /// The request pipe has bytes, an end or a failure again.
    case continueUpload(ExchangeID)
    /// The response pipe has room again.
    case continueDownload(ExchangeID)
}

/// The only way into the engine's thread: a list under a lock, and a wake-up for the thread that waits.
final class EngineInbox: Sendable {
    private struct State: ~Copyable {
        var commands: [EngineCommand] = []
        var isStopping = false
        /// Nil once the engine has ended.
        var watch: SocketWatch?
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let nextID = Atomic<UInt64>(1)

    init(_ watch: SocketWatch) { state = Mutex(State(watch: watch)) }

    func makeID() -> ExchangeID {
        ExchangeID(rawValue: nextID.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// Hands a command over; false if the engine is stopping or has ended.
    @discardableResult
    func post(_ command: EngineCommand) -> Bool {
        state.withLock { state in
            guard !state.isStopping, let watch = state.watch else { return false }
            state.commands.append(command)
            // The thread takes the whole list at once, so one wake-up is enough for all that is added until then.
            if state.commands.count == 1 { watch.wake() }
            return true
        }
    }

    /// Takes all commands; nil means stop.
    func takeAll() -> [EngineCommand]? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            let commands = state.commands
            state.commands.removeAll(keepingCapacity: commands.count < 1024)
            return commands
        }
    }

    func stop() {
        state.withLock { state in
            guard !state.isStopping else { return }
            state.isStopping = true
            state.watch?.wake()
        }
    }

    /// What was posted and never taken, once the thread has seen the stop.
    func drain() -> [EngineCommand] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// The thread's last act: nobody wakes it afterwards.
    func close() {
        let waiting = state.withLock { state in
            state.watch = nil
            state.isStopping = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                guard state.watch != nil else { return true }
                state.waitingForEnd.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }
}
