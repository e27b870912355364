import ContractRuntime
import Synchronization

/// Carries a streamed request body from the task that reads its source to the engine's thread, holding no more than its
/// capacity and one chunk.
final class RequestPipe: Sendable {
    /// What the engine finds when libcurl asks for bytes.
    enum Portion {
        case bytes(Int)
        /// Nothing yet: the exchange is paused, and the pipe posts `continueUpload` when that changes.
        case starved
        case end
        case failed(String)
    }

    fileprivate struct State {
        /// Being read from, beginning at `offset`.
        var front: [UInt8] = []
        var offset = 0
        /// Being written to.
        var back: [UInt8] = []
        var isStarved = false
        /// The engine takes nothing any more.
        var isClosed = false
        var isComplete = false
        var failure: String?
        var written = 0
        var writer: CheckedContinuation<Void, Never>?

        var buffered: Int { front.count - offset + back.count }
    }

    private let id: ExchangeID
    private let inbox: EngineInbox
    private let capacity: Int
    private let length: Int?
    private let state = Mutex(State())

    /// - Parameter length: The byte count that was announced; a source that has more or fewer fails the exchange.
    init(id: ExchangeID, inbox: EngineInbox, capacity: Int, length: Int?) {
        self.id = id
        self.inbox = inbox
        self.capacity = capacity
        self.length = length
    }

    // MARK: The source's side

    /// Reads the source to its end, as fast as the server takes it.
    func fill(from chunks: AsyncThrowingStream<[UInt8], any Error>) async {
        do {
            for try await chunk in chunks where !chunk.isEmpty {
                guard await write(chunk) else { return }
            }
            // A cancelled reader ends a stream early, which must never look like the end of the body.
            if Task.isCancelled { fail("the caller cancelled") } else { complete() }
        } catch {
            fail("the source of the request body failed: \(error)")
        }
    }

    /// Waits for room and adds a chunk; false if nobody takes it any more.
    private func write(_ chunk: [UInt8]) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let hasRoom = state.withLock { state in
                guard !state.isClosed, state.buffered >= capacity else { return true }
                state.writer = continuation
                return false
            }
            if hasRoom { continuation.resume() }
        }
        let (accepted, wakes) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.written += chunk.count
            if state.back.isEmpty { state.back = chunk } else { state.back.append(contentsOf: chunk) }
            return (true, state.takeStarvation())
        }
        if wakes { inbox.post(.continueUpload(id)) }
        return accepted
    }

    private func complete() {
        let wakes = state.withLock { state in
            if let length, state.written != length {
                state.failure = "the request body has \(state.written) bytes where \(length) were announced"
            } else {
                state.isComplete = true
            }
            return state.takeStarvation()
        }
        if wakes { inbox.post(.continueUpload(id)) }
    }

    private func fail(_ reason: String) {
        let wakes = state.withLock { state in
            state.failure = reason
            return state.takeStarvation()
        }
        if wakes { inbox.post(.continueUpload(id)) }
    }

    // MARK: The engine's side

    /// Copies what there is, up to the size of `target`.
    func read(into target: UnsafeMutableRawBufferPointer) -> Portion {
        let (portion, writer): (Portion, CheckedContinuation<Void, Never>?) = state.withLock { state in
            if let failure = state.failure { return (.failed(failure), nil) }
            if let length, state.written > length {
                return (.failed("the request body has more bytes than the \(length) that were announced"), nil)
            }
            if state.offset == state.front.count {
                state.front = state.back
                state.back = []
                state.offset = 0
            }
            let count = min(target.count, state.front.count - state.offset)
            guard count > 0 else {
                if state.isComplete { return (.end, nil) }
                state.isStarved = true
                return (.starved, nil)
            }
            state.front.withUnsafeBytes { bytes in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.offset..<state.offset + count]))
            }
            state.offset += count
            guard state.buffered < capacity else { return (.bytes(count), nil) }
            return (.bytes(count), state.takeWriter())
        }
        writer?.resume()
        return portion
    }

    /// The exchange is over: a source that waits for room is let go.
    func close() {
        let writer = state.withLock { state in
            state.isClosed = true
            return state.takeWriter()
        }
        writer?.resume()
    }
}

extension RequestPipe.State {
    fileprivate mutating func takeStarvation() -> Bool {
        defer { isStarved = false }
        return isStarved
    }

    fileprivate mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
        defer { writer = nil }
        return writer
    }
}
