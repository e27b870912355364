public import ContractRuntime
import HTTPTypes

/// Carries requests to one origin over libcurl.
public final class CurlTransport: ClientTransport {
    private let engine: CurlEngine
    private let configuration: TransportConfiguration
    private let lane: LaneID
    private let base: WebAddress

    /// Creates a transport.
    /// - Parameters:
    ///   - baseURL: Origin, and a path that goes before every request's target; without query.
    ///   - engine: The engine that does the work; kept as long as the transport lives.
    ///   - configuration: Limits and policies.
    /// - Throws: ``TransportError/Code/invalidRequest`` if the base URL is none or is not allowed, or if more exchanges may be
    ///   on the wire than the engine has connections for one host.
    public init(
        baseURL: String,
        engine: CurlEngine,
        configuration: TransportConfiguration = TransportConfiguration()
    ) throws(TransportError) {
        base = try WebAddress(baseURL)
        guard !base.target.contains("?") else {
            throw TransportError(.invalidRequest, reason: "a base URL must not have a query")
        }
        try configuration.egress.check(base)
        guard configuration.inFlightLimit <= engine.hostConnectionLimit else {
            throw TransportError(
                .invalidRequest,
                reason: "\(base.origin): \(configuration.inFlightLimit) exchanges at once are more than the engine's "
                    + "\(engine.hostConnectionLimit) connections to a host; raise hostConnectionLimit")
        }
        self.engine = engine
        self.configuration = configuration
        lane = LaneID(rawValue: engine.inbox.makeID().rawValue)
    }

    /// Sends a request to the transport's own origin, below the base URL's path.
    public func send(
        _ request: ContractRequest,
        options: RequestOptions
    ) async throws(TransportError) -> ContractResponse {
        try await send(request, to: base.appending(target: request.target), options: options)
    }

    /// Sends a request to an address of its own, within the transport's limits and ``EgressPolicy``: for URLs that a
    /// payload names. The request's target is not used.
    /// - Throws: As ``send(_:options:)``; ``TransportError/Code/invalidRequest`` if the host is not allowed.
    public func send(
        _ request: ContractRequest,
        to address: WebAddress,
        options: RequestOptions
    ) async throws(TransportError) -> ContractResponse {
        try await exchange(request, with: address, options: options).response
    }

    /// As ``send(_:to:options:)``, and says who answered, which redirects may have made another than was asked.
    public func exchange(
        _ request: ContractRequest,
        with address: WebAddress,
        options: RequestOptions
    ) async throws(TransportError) -> (response: ContractResponse, from: WebAddress) {
        let deadline = ContinuousClock.now + options.timeout
        var request = request
        var address = address
        var hops = 0
        // Once a server has answered a call that may have acted, no failure of a later hop means that nothing was done.
        var mayHaveActed = false
        while true {
            do throws(TransportError) {
                try configuration.egress.check(address)
                let response = try await exchange(request, at: address, options: options, deadline: deadline)
                guard case .follow(let limit, let isAllowed) = configuration.redirects else {
                    return (response, address)
                }
                mayHaveActed = mayHaveActed || ![.get, .head, .options].contains(request.method)
                guard let hop = try RedirectHop(response, to: request, at: address) else { return (response, address) }
                hops += 1
                guard hops <= limit, isAllowed(address, hop.address) else {
                    throw TransportError(.invalidRequest, reason: "\(address.origin): redirect \(hops) is not allowed")
                }
                request = hop.request
                address = hop.address
            } catch {
                throw mayHaveActed && !error.mayHaveBeenProcessed
                    ? TransportError(.outcomeUnknown, reason: error.reason) : error
            }
        }
    }

    private func exchange(
        _ request: ContractRequest,
        at address: WebAddress,
        options: RequestOptions,
        deadline: ContinuousClock.Instant
    ) async throws(TransportError) -> ContractResponse {
        let id = engine.inbox.makeID()
        let body: ExchangePlan.Body
        var source: AsyncThrowingStream<[UInt8], any Error>?
        switch request.body {
        case .empty: body = .none
        case .bytes(let bytes): body = .bytes(bytes)
        case .stream(let chunks, let length):
            let capacity = configuration.streamBufferSize
            body = .pipe(RequestPipe(id: id, inbox: engine.inbox, capacity: capacity, length: length), length: length)
            source = chunks
        }
        let plan = ExchangePlan(
            id: id,
            lane: lane,
            address: address,
            method: request.method,
            headers: request.headers,
            body: body,
            options: options,
            configuration: configuration,
            deadline: deadline,
            outcome: ExchangeOutcome(),
            inbox: engine.inbox
        )
        let result = await withTaskCancellationHandler {
            if !engine.inbox.post(.start(plan)) { plan.fail(.notConnected, "the engine is shut down") }
            return await Self.outcome(of: plan, sending: source)
        } onCancel: {
            plan.fail(.cancelled, "the caller cancelled")
            engine.inbox.post(.cancel(id))
        }
        return try result.get()
    }

    /// Waits for the response while the request's body is read from its source.
    private static func outcome(
        of plan: ExchangePlan,
        sending source: AsyncThrowingStream<[UInt8], any Error>?
    ) async -> ExchangeOutcome.Value {
        guard let source, case .pipe(let pipe, _) = plan.body else { return await plan.outcome.value() }
        return await withTaskGroup { group in
            group.addTask { await pipe.fill(from: source) }
            let result = await plan.outcome.value()
            // A server that refuses need not take the rest; one that accepts early still gets all of it.
            if case .success(let response) = result, response.status < 300 {
                await group.waitForAll()
            } else {
                group.cancelAll()
            }
            return result
        }
    }
}

extension WebAddress {
    /// This address as a base, with a request's target after its path.
    fileprivate func appending(target: String) throws(TransportError) -> WebAddress {
        guard Self.isValid(target: target) else {
            throw TransportError(
                .invalidRequest,
                reason: "a target starts with / and has only visible ASCII, without fragment"
            )
        }
        return WebAddress(base: self, target: self.target == "/" ? target : trimmedTarget + target)
    }

    private var trimmedTarget: Substring { target.hasSuffix("/") ? target.dropLast() : target[...] }
}
