import ContractRuntime
import ServiceKit
import Synchronization
import Testing

@Suite("Retries")
struct RetryTests {
    struct Failure: DisposedError {
        let disposition: Disposition
    }

    private static let half = RetryPolicy(maximumElapsed: .seconds(10_000), random: { 0.5 })

    /// The waits until a policy gives up on failures of one kind.
    private func waits(_ policy: RetryPolicy, _ disposition: Disposition) async -> (
        waits: [Duration], error: RetriesExhausted?
    ) {
        let clock = SkippingClock()
        do {
            try await withRetries(policy, clock: clock) { _ in throw Failure(disposition: disposition) }
            return (clock.sleeps, nil)
        } catch {
            return (clock.sleeps, error as? RetriesExhausted)
        }
    }

    @Test("transient failures wait up to 1 s, 5 s, 30 s, 2 min and 10 min, with full jitter")
    func schedule() async {
        let (waits, error) = await waits(Self.half, .transient)
        #expect(waits == [.milliseconds(500), .milliseconds(2_500), .seconds(15), .seconds(60), .seconds(300)])
        #expect(error?.attempts == 6)
        #expect(error?.disposition == .transient)
    }

    @Test("the jitter reaches from nothing to the whole wait")
    func jitter() {
        for seed in [0.0, 0.25, 0.999] {
            let policy = RetryPolicy(random: { seed })
            let wait = policy.delay(after: .transient, attempt: 2, elapsed: .zero)
            #expect(wait == .seconds(5) * seed)
        }
    }

    @Test("a wait that was asked for is never shortened")
    func throttled() async {
        let (waits, _) = await waits(RetryPolicy(maximumAttempts: 3, random: { 0 }), .retryAfter(.seconds(20)))
        #expect(waits == [.seconds(20), .seconds(20)])
    }

    @Test(
        "what another attempt can't mend is tried once",
        arguments: [Disposition.authentication, .permanent(code: "131026", reason: "undeliverable"), .unknownOutcome]
    )
    func final(disposition: Disposition) async {
        let (waits, error) = await waits(Self.half, disposition)
        #expect(waits.isEmpty)
        #expect(error?.attempts == 1)
        #expect(error?.disposition == disposition)
    }

    @Test("a wait that would pass the longest time is not begun")
    func elapsed() async {
        let policy = RetryPolicy(maximumElapsed: .seconds(60), random: { 0.5 })
        #expect(await waits(policy, .transient).waits == [.milliseconds(500), .milliseconds(2_500), .seconds(15)])
        #expect(await waits(policy, .retryAfter(.seconds(61))).waits == [])
    }

    @Test("success ends the retries, and each one is told")
    func success() async throws {
        var told: [Int] = []
        let clock = SkippingClock()
        let value = try await withRetries(
            Self.half,
            clock: clock,
            onRetry: { _, attempt, _ in told.append(attempt) },
            operation: { attempt in
                if attempt < 3 { throw Failure(disposition: .transient) }
                return attempt
            }
        )
        #expect(value == 3)
        #expect(told == [1, 2])
    }

    @Test("a cancelled task stops waiting at once")
    func cancellation() async {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await withRetries(
                RetryPolicy(delays: [.seconds(3_600)], maximumElapsed: .seconds(7_200), random: { 0.9 })
            ) { _ in
                start.yield()
                throw Failure(disposition: .transient)
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("the runtime's errors have known dispositions")
    func dispositions() {
        #expect(Disposition(of: TransportError(.notConnected, reason: "")) == .transient)
        #expect(Disposition(of: ClientError.transport(TransportError(.outcomeUnknown, reason: ""))) == .unknownOutcome)
        #expect(Disposition(of: MessagingError(.unavailable, reason: "")) == .transient)
        #expect(
            Disposition(of: MessagingError(.misconfigured, reason: "r"))
                == .permanent(code: "misconfigured", reason: "r")
        )
        #expect(Disposition(status: 204) == nil)
        #expect(Disposition(status: 429, headers: [.retryAfter: "7"]) == .retryAfter(.seconds(7)))
        let past = Disposition(status: 429, headers: [.retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"])
        let far = Disposition(status: 503, headers: [.retryAfter: "Friday, 31-Dec-60 23:59:59 GMT"])
        #expect(past == .retryAfter(.zero) && far == .retryAfter(.seconds(86_400)))
        #expect(Disposition(status: 503) == .transient)
        #expect(Disposition(status: 503, headers: [.retryAfter: "2"]) == .retryAfter(.seconds(2)))
        #expect(Disposition(status: 401) == .authentication)
        #expect(Disposition(status: 404)?.label == "permanent")
    }
}
