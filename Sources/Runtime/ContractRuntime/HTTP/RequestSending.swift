/// How often and why a call is tried again (`x-retry`).
public struct RetryRule: Sendable, Hashable {
    /// Most attempts, the first one included.
    public var attempts: Int
    /// Statuses after which it is tried again.
    public var statuses: Set<Int>
    /// Wait before the second attempt; doubles with each, and a random part of it is taken (full jitter).
    public var backoff: Duration
    /// Longest wait; a `Retry-After` that asks for more ends the attempts.
    public var maximumWait: Duration
    /// Whether the operation may be repeated when its outcome is unknown.
    public var isIdempotent: Bool

    /// Creates a rule.
    public init(
        attempts: Int, statuses: Set<Int> = [429, 503], backoff: Duration = .milliseconds(200),
        maximumWait: Duration = .seconds(30), isIdempotent: Bool
    ) {
        self.attempts = attempts
        self.statuses = statuses
        self.backoff = backoff
        self.maximumWait = maximumWait
        self.isIdempotent = isIdempotent
    }
}

/// Sends a request by the rules of its operation; what generated clients call.
public enum RequestSending {
    /// Sends a request, again where the rule says so.
    /// - Parameters:
    ///   - rule: When to try again; nil: never.
    ///   - clock: Where waits are spent.
    public static func send(
        _ request: ContractRequest, over transport: any ClientTransport, options: RequestOptions,
        rule: RetryRule? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) async throws(ClientError) -> ContractResponse {
        var attempt = 1
        while true {
            let wait: Duration
            do {
                let response = try await transport.send(request, options: options)
                guard let rule, attempt < rule.attempts, rule.statuses.contains(response.status), isRepeatable(request),
                    let pause = pause(after: response, rule, attempt)
                else { return response }
                wait = pause
            } catch {
                guard let rule, attempt < rule.attempts, error.code != .cancelled, error.code != .invalidRequest,
                    error.code != .responseTooLarge, isRepeatable(request),
                    rule.isIdempotent || !error.mayHaveBeenProcessed
                else { throw .transport(error) }
                wait = jitter(rule, attempt)
            }
            do { try await sleep(wait, clock) } catch {
                throw .transport(TransportError(.cancelled, reason: "cancelled while waiting for another attempt"))
            }
            attempt += 1
        }
    }

    /// A body that was streamed is gone after the first attempt.
    private static func isRepeatable(_ request: ContractRequest) -> Bool {
        if case .stream = request.body { false } else { true }
    }

    private static func pause(after response: ContractResponse, _ rule: RetryRule, _ attempt: Int) -> Duration? {
        guard let seconds = response.headers[.retryAfter].flatMap({ RetryAfter.seconds($0) }) else {
            return jitter(rule, attempt)
        }
        return .seconds(seconds) <= rule.maximumWait ? .seconds(seconds) : nil
    }

    private static func jitter(_ rule: RetryRule, _ attempt: Int) -> Duration {
        let whole = min(rule.maximumWait, rule.backoff * (1 << min(attempt - 1, 20)))
        return whole * Double.random(in: 0...1)
    }

    private static func sleep(_ wait: Duration, _ clock: some Clock<Duration>) async throws {
        try await clock.sleep(until: clock.now.advanced(by: wait), tolerance: nil)
    }

    /// The response with its body in memory, for outcomes that are not streamed.
    public static func collected(
        _ response: ContractResponse, limit: Int
    ) async throws(ClientError) -> ContractResponse {
        guard case .stream = response.body else { return response }
        var collected = response
        do { collected.body = .bytes(try await response.body.collect(limit: limit)) } catch is BodyTooLarge {
            throw .transport(TransportError(.responseTooLarge, reason: "more than \(limit) bytes"))
        } catch {
            throw .transport(TransportError(.outcomeUnknown, reason: "the response body ended early"))
        }
        return collected
    }

    /// A key for `Idempotency-Key`: 128 random bits.
    public static func idempotencyKey() -> String {
        let digits = String(UInt128.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

/// The pages of a list, asked for one after the other (`x-pagination`).
public struct ContractPages<Page: Sendable>: AsyncSequence, Sendable {
    private let load: @Sendable (String?) async throws -> (page: Page, next: String?)

    /// - Parameter load: Asks for the page of a cursor, nil for the first; gives the cursor of the next one.
    public init(_ load: @escaping @Sendable (String?) async throws -> (page: Page, next: String?)) { self.load = load }

    /// Starts at the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(load: load) }

    /// Asks for pages.
    public struct Iterator: AsyncIteratorProtocol {
        let load: @Sendable (String?) async throws -> (page: Page, next: String?)
        private var cursor: String?
        private var isFinished = false

        init(load: @escaping @Sendable (String?) async throws -> (page: Page, next: String?)) { self.load = load }

        /// The next page; nil behind the last one.
        public mutating func next() async throws -> Page? {
            guard !isFinished else { return nil }
            let (page, next) = try await load(cursor)
            // A server that answers with the cursor it was asked for would be asked for ever.
            isFinished = next == nil || next == "" || next == cursor
            cursor = next
            return page
        }
    }
}
