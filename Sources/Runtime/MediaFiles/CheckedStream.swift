public import ContractRuntime
import Crypto
import Synchronization

/// Bytes on their way from one place to another that are counted, hashed and bounded as they pass, a chunk at a time.
///
/// What breaks a rule ends the stream with an error before its end, so that whoever stores it stores nothing.
public struct CheckedStream: Sendable {
    /// What a stream has to satisfy.
    public struct Rules: Sendable {
        /// Most bytes.
        public var maximumBytes: Int
        /// SHA-256 in lower-case hexadecimal that they must have; nil: any.
        public var sha256: String?
        /// When the last byte must have passed; what drips in for ever is given up.
        public var deadline: ContinuousClock.Instant

        /// Creates rules.
        public init(maximumBytes: Int, sha256: String? = nil, deadline: ContinuousClock.Instant) {
            self.maximumBytes = maximumBytes
            self.sha256 = sha256
            self.deadline = deadline
        }
    }

    /// What was found wrong.
    public enum Violation: Error, Sendable, Hashable {
        /// More bytes than allowed.
        case tooLarge
        /// Other bytes than announced.
        case damaged
        /// Too slow.
        case late
    }

    /// What has passed, once all of it has.
    public struct Summary: Sendable, Hashable {
        /// Byte count.
        public let sizeBytes: Int
        /// SHA-256 in lower-case hexadecimal.
        public let sha256: String
    }

    /// The beginning, as far as ``FileSignature`` wants it.
    public let head: [UInt8]
    /// All of it, once.
    public let body: ContractBody
    private let meter: StreamMeter

    /// Reads the beginning of a body.
    /// - Throws: ``Violation``; what the body throws.
    public init(_ source: ContractBody, rules: Rules) async throws {
        if let length = source.length, length > rules.maximumBytes { throw Violation.tooLarge }
        let reader = SourceReader(source)
        let meter = StreamMeter(rules)
        head = try await reader.head(FileSignature.neededBytes, by: rules.deadline)
        body = .stream(
            AsyncThrowingStream {
                let chunk = try await reader.next()
                try meter.take(chunk)
                return chunk
            }, length: source.length)
        self.meter = meter
    }

    /// What has passed; nil before its end.
    public var summary: Summary? { meter.summary }
    /// What was found wrong.
    public var violation: Violation? { meter.violation }
}

/// Counts and hashes what passes.
private final class StreamMeter: Sendable {
    private struct State {
        var hasher = SHA256()
        var sizeBytes = 0
        var summary: CheckedStream.Summary?
        var violation: CheckedStream.Violation?
    }

    private let state = Mutex(State())
    private let rules: CheckedStream.Rules

    init(_ rules: CheckedStream.Rules) { self.rules = rules }

    var summary: CheckedStream.Summary? { state.withLock(\.summary) }
    var violation: CheckedStream.Violation? { state.withLock(\.violation) }

    /// Takes note of a chunk, nil at the end.
    func take(_ chunk: [UInt8]?) throws(CheckedStream.Violation) {
        let violation: CheckedStream.Violation? = state.withLock { state in
            if let chunk { add(chunk, to: &state) } else { finish(&state) }
            return state.violation
        }
        if let violation { throw violation }
    }

    private func add(_ chunk: [UInt8], to state: inout State) {
        state.sizeBytes += chunk.count
        state.hasher.update(data: chunk)
        if state.sizeBytes > rules.maximumBytes { state.violation = .tooLarge }
        if ContinuousClock.now > rules.deadline { state.violation = .late }
    }

    private func finish(_ state: inout State) {
        guard state.summary == nil else { return }
        let digest = state.hasher.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard rules.sha256.map({ $0 == digest }) ?? true else {
            state.violation = .damaged
            return
        }
        state.summary = CheckedStream.Summary(sizeBytes: state.sizeBytes, sha256: digest)
    }
}

/// Reads a body chunk by chunk, its beginning before everything else and once more with the rest.
private actor SourceReader {
    private var chunks: AsyncThrowingStream<[UInt8], any Error>.Iterator?
    private var waiting: [UInt8] = []

    init(_ body: ContractBody) {
        switch body {
        case .empty: chunks = nil
        case .bytes(let bytes): waiting = bytes
        case .stream(let stream, _): chunks = stream.makeAsyncIterator()
        }
    }

    func head(_ count: Int, by deadline: ContinuousClock.Instant) async throws -> [UInt8] {
        while waiting.count < count, let chunk = try await pull() {
            waiting += chunk
            guard ContinuousClock.now <= deadline else { throw CheckedStream.Violation.late }
        }
        return Array(waiting.prefix(count))
    }

    func next() async throws -> [UInt8]? {
        guard waiting.isEmpty else {
            defer { waiting = [] }
            return waiting
        }
        return try await pull()
    }

    private func pull() async throws -> [UInt8]? {
        guard var iterator = chunks else { return nil }
        let chunk = try await iterator.next(isolation: self)
        chunks = chunk == nil ? nil : iterator
        return chunk
    }
}
