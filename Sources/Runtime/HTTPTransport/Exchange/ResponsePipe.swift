import ContractRuntime
import Synchronization

/// Carries a streamed response body from the engine's thread to its reader, holding no more than its capacity and one
/// of libcurl's portions (16 KiB).
final class ResponsePipe: Sendable {
    fileprivate struct State {
        var buffer: [UInt8] = []
        /// The engine was turned away; the reader posts `continueDownload` when it has made room.
        var isPaused = false
        var isComplete = false
        var failure: TransportError?
        var reader: CheckedContinuation<Result<[UInt8]?, TransportError>, Never>?
    }

    private let id: ExchangeID
    private let inbox: EngineInbox
    private let capacity: Int
    private let state = Mutex(State())

    init(id: ExchangeID, inbox: EngineInbox, capacity: Int) {
        self.id = id
        self.inbox = inbox
        self.capacity = capacity
    }

    /// The stream that callers see. Letting go of it before its end aborts the exchange.
    func stream() -> AsyncThrowingStream<[UInt8], any Error> {
        let reader = ResponseReader(pipe: self)
        return AsyncThrowingStream { try await reader.next() }
    }

    // MARK: The engine's side

    /// Takes a portion; false, and nothing is taken, if the reader has to catch up first.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let reader: CheckedContinuation<Result<[UInt8]?, TransportError>, Never>?
        let accepted: Bool
        (accepted, reader) = state.withLock { state in
            if let reader = state.takeReader() { return (true, reader) }
            guard state.buffer.count < capacity else {
                state.isPaused = true
                return (false, nil)
            }
            state.buffer.append(contentsOf: bytes)
            return (true, nil)
        }
        reader?.resume(returning: .success(Array(bytes)))
        return accepted
    }

    /// The body is complete, or broken off.
    func finish(_ failure: TransportError?) {
        let reader = state.withLock { state in
            guard !state.isComplete else { return nil as CheckedContinuation<Result<[UInt8]?, TransportError>, Never>? }
            state.isComplete = true
            state.failure = failure
            return state.takeReader()
        }
        reader?.resume(returning: failure.map { .failure($0) } ?? .success(nil))
    }

    // MARK: The reader's side

    /// All that has arrived, nil at the end. A body that broke off is handed over up to there, then the error.
    fileprivate func next() async throws(TransportError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let known = known(orWait: continuation) { continuation.resume(returning: known) }
            }
        } onCancel: {
            abort()
        }
        return try result.get()
    }

    private func known(
        orWait continuation: CheckedContinuation<Result<[UInt8]?, TransportError>, Never>
    ) -> Result<[UInt8]?, TransportError>? {
        let (result, makesRoom): (Result<[UInt8]?, TransportError>?, Bool) = state.withLock { state in
            if !state.buffer.isEmpty {
                defer {
                    state.buffer = []
                    state.isPaused = false
                }
                return (.success(state.buffer), state.isPaused)
            }
            if let failure = state.failure { return (.failure(failure), false) }
            if state.isComplete { return (.success(nil), false) }
            guard state.reader == nil else {
                return (
                    .failure(TransportError(.invalidRequest, reason: "a body is read by one task at a time")), false
                )
            }
            state.reader = continuation
            return (nil, false)
        }
        if makesRoom { inbox.post(.continueDownload(id)) }
        return result
    }

    /// Ends the exchange, if it is not over, and wakes the reader.
    fileprivate func abort() {
        let isOver = state.withLock { $0.isComplete }
        guard !isOver else { return }
        finish(TransportError(.cancelled, reason: "the reader of the response cancelled"))
        inbox.post(.cancel(id))
    }
}

extension ResponsePipe.State {
    fileprivate mutating func takeReader() -> CheckedContinuation<Result<[UInt8]?, TransportError>, Never>? {
        defer { reader = nil }
        return reader
    }
}

/// Belongs to the stream alone, so that its end is the stream's end.
private final class ResponseReader: Sendable {
    private let pipe: ResponsePipe

    init(pipe: ResponsePipe) { self.pipe = pipe }

    deinit { pipe.abort() }

    func next() async throws(TransportError) -> [UInt8]? { try await pipe.next() }
}
