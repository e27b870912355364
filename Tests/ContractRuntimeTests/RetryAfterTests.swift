import ContractRuntime
import HTTPTypes
import Synchronization
import Testing

@Suite("Retry-After")
struct RetryAfterTests {
    /// 1994-11-06T08:49:37Z, the time of the examples in RFC 9110 §5.6.7.
    private static let example: Int64 = 784_111_777_000

    @Test(
        "is read in seconds and as a date, in all three forms of RFC 9110",
        arguments: [
            ("0", 0), ("120", 120), (" 7 ", 7), ("99999999999999999999999", Int.max),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 30), ("Sunday, 06-Nov-94 08:49:37 GMT", 30),
            ("Sun Nov  6 08:49:37 1994", 30), ("Sun Nov 06 08:49:37 1994", 30),
            ("Mon, 07 Nov 1994 08:49:37 GMT", 86_430), ("Sun, 06 Nov 1994 08:49:60 GMT", 53),
        ])
    func forms(_ field: String, _ seconds: Int) {
        #expect(RetryAfter.seconds(field, now: Self.example - 30_000) == seconds)
    }

    @Test("a time that is past asks for no wait; parts of a second are waited for")
    func edges() {
        let field = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter.seconds(field, now: Self.example) == 0)
        #expect(RetryAfter.seconds(field, now: Self.example + 86_400_000) == 0)
        #expect(RetryAfter.seconds(field, now: Self.example - 1) == 1)
        #expect(RetryAfter.seconds("Tue, 01 Jan 2030 00:00:00 GMT") ?? 0 >= 0)
    }

    @Test(
        "what is neither is nothing",
        arguments: [
            "", " ", "-5", "+5", "1.5", "5s", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 2026 08:49:37 GMT",
            "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "2026-09-21T10:00:00Z", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        ])
    func neither(_ field: String) {
        #expect(RetryAfter.seconds(field, now: Self.example) == nil)
    }

    @Test("a date that is past sends a call again at once, one that is far off ends its attempts")
    func sending() async throws {
        for (date, attempts) in [("Sun, 06 Nov 1994 08:49:37 GMT", 2), ("Fri, 31 Dec 9999 23:59:59 GMT", 1)] {
            let transport = Throttling(date: date)
            let response = try await RequestSending.send(
                ContractRequest(method: .get, target: "/"), over: transport, options: RequestOptions(),
                rule: RetryRule(attempts: 2, backoff: .seconds(3_600), isIdempotent: true))
            #expect(transport.attempts == attempts)
            #expect(response.status == (attempts == 2 ? 200 : 429))
        }
    }
}

/// Refuses the first call until a date, and takes the second.
private final class Throttling: ClientTransport {
    private let date: String
    private let count = Mutex(0)

    init(date: String) { self.date = date }

    var attempts: Int { count.withLock { $0 } }

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        let attempt = count.withLock {
            $0 += 1
            return $0
        }
        guard attempt == 1 else { return ContractResponse(status: 200) }
        return ContractResponse(status: 429, headers: [.retryAfter: date])
    }
}
