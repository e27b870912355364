import ContractRuntime
import Testing

@testable import MediaFiles

@Suite("Checked stream")
struct CheckedStreamTests {
    /// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private static func stream(_ chunks: [String], length: Int? = nil) -> ContractBody {
        .stream(
            AsyncThrowingStream { continuation in
                for chunk in chunks { continuation.yield(Array(chunk.utf8)) }
                continuation.finish()
            }, length: length)
    }

    private static func rules(_ maximum: Int = 100, sha256: String? = nil, patience: Duration = .seconds(60))
        -> CheckedStream.Rules
    {
        CheckedStream.Rules(maximumBytes: maximum, sha256: sha256, deadline: .now + patience)
    }

    @Test("all bytes pass, the beginning among them, and are counted and hashed")
    func passes() async throws {
        let checked = try await CheckedStream(Self.stream(["a", "b", "c"]), rules: Self.rules(sha256: Self.abc))
        #expect(checked.head == Array("abc".utf8))
        #expect(checked.summary == nil)
        #expect(try await checked.body.collect(limit: 10) == Array("abc".utf8))
        #expect(checked.summary == .init(sizeBytes: 3, sha256: Self.abc))
    }

    @Test("other bytes than announced end the stream with an error")
    func damaged() async throws {
        let checked = try await CheckedStream(.bytes(Array("abd".utf8)), rules: Self.rules(sha256: Self.abc))
        await #expect(throws: CheckedStream.Violation.damaged) { try await checked.body.collect(limit: 10) }
        #expect(checked.summary == nil)
    }

    @Test("more bytes than allowed are not passed on, announced or not")
    func tooLarge() async throws {
        await #expect(throws: CheckedStream.Violation.tooLarge) {
            try await CheckedStream(Self.stream(["abc"], length: 101), rules: Self.rules())
        }
        let checked = try await CheckedStream(Self.stream(["ab", "cd"]), rules: Self.rules(3))
        await #expect(throws: CheckedStream.Violation.tooLarge) { try await checked.body.collect(limit: 10) }
    }

    @Test("what is late is given up")
    func late() async throws {
        await #expect(throws: CheckedStream.Violation.late) {
            try await CheckedStream(Self.stream(["abc"]), rules: Self.rules(patience: .seconds(-1)))
        }
        // Its beginning came in time.
        let rest = AsyncStream.makeStream(of: [UInt8].self)
        rest.continuation.yield([UInt8](repeating: 7, count: 600))
        let body = ContractBody.stream(
            AsyncThrowingStream {
                for await chunk in rest.stream { return chunk }
                return nil
            }, length: nil)
        let checked = try await CheckedStream(body, rules: Self.rules(1_000, patience: .milliseconds(50)))
        try await Task.sleep(for: .milliseconds(60))
        await #expect(throws: CheckedStream.Violation.late) { try await checked.body.collect(limit: 1_000) }
    }
}

@Suite("Transfer gate", .timeLimit(.minutes(1)))
struct TransferGateTests {
    @Test("no more transfers run at once than allowed, and all run")
    func bounds() async throws {
        let gate = TransferGate(limit: 2, share: 2)
        let running = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.run(for: "t") {
                        await running.enter()
                        await Task.yield()
                        await running.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await running.most <= 2)
        #expect(await running.total == 50)
    }

    @Test("who is cancelled while waiting leaves without a turn, and takes none from others")
    func cancels() async throws {
        let gate = TransferGate(limit: 1)
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let first = Task { try await gate.run(for: "t") { for await _ in release { break } } }
        let second = Task { try await gate.run(for: "t") {} }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        releasing.yield()
        try await first.value
        try await gate.run(for: "t") {}
    }

    @Test(
        "one owner's slow transfers leave places for others, whose turns come before its next",
        .timeLimit(.minutes(1)))
    func shares() async throws {
        let gate = TransferGate(limit: 2)
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let slow = Counter()
        let transfers = (1...2).map { _ in
            Task {
                try await gate.run(for: "slow") {
                    await slow.enter()
                    beginning.yield()
                    for await _ in release {}
                    await slow.leave()
                }
            }
        }
        for await _ in begun { break }
        // Would wait for ever if both places were the slow one's; each turn lets the second of the slow ones come.
        for _ in 0..<1_000 {
            try await gate.run(for: "other") { await Task.yield() }
        }
        #expect(await slow.total == 1)
        releasing.finish()
        for transfer in transfers { try await transfer.value }
        #expect(await slow.most == 1)
        #expect(await slow.total == 2)
    }

    private actor Counter {
        private var now = 0
        private(set) var most = 0
        private(set) var total = 0

        func enter() {
            now += 1
            total += 1
            most = max(most, now)
        }

        func leave() { now -= 1 }
    }
}
