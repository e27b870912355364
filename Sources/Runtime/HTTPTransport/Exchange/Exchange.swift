import CCurl
import ContractRuntime
import HTTPTypes

/// An exchange on the wire. Lives on the engine's thread; libcurl calls it back there.
///
/// Head first: `connecting → sending → head known → body → concluded`. A buffered response settles the outcome at its end, a
/// streamed one at its head.
final class Exchange {
    let plan: ExchangePlan
    let easy: UnsafeMutableRawPointer
    /// When the exchange is ended by force; nil while nobody but the reader is waited for.
    private(set) var deadline: ContinuousClock.Instant? { didSet { deadlines.note(deadline) } }
    /// Why the exchange was ended by one of its callbacks; explains libcurl's code.
    private var refusal: TransportError?

    private let deadlines: DeadlineWatch
    private var head = ResponseHead()
    private var collected: [UInt8] = []
    private var stream: ResponsePipe?
    private var bytesRead = 0
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init(_ plan: ExchangePlan, easy: UnsafeMutableRawPointer, deadlines: DeadlineWatch) {
        self.plan = plan
        self.easy = easy
        self.deadlines = deadlines
        deadline = plan.deadline
    }

    /// The exchange of a handle that ``configure(idleConnectionSeconds:)`` has set up; the engine keeps it alive.
    static func of(_ easy: UnsafeMutableRawPointer) -> Exchange? {
        var context: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { return nil }
        return of(context: context)
    }

    static func of(context: UnsafeMutableRawPointer) -> Exchange {
        Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }

    func addHeader(_ line: String) -> Bool {
        guard let longer = curl_slist_append(headerList, line) else { return false }
        headerList = longer
        return true
    }

    var headers: UnsafeMutablePointer<curl_slist>? { headerList }

    /// Called when libcurl no longer uses them.
    func freeHeaders() {
        curl_slist_free_all(headerList)
        headerList = nil
    }

    /// Whether a byte of the request has been handed to the network, over all connections tried.
    var hasSent: Bool {
        var size = 0
        return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &size) != CURLE_OK || size > 0
    }

    // MARK: Before sending

    /// Asked by libcurl once a connection is there, new or kept alive, and before each try to send the request on it.
    func mayUseConnection(to remote: IPAddress?) -> Bool {
        guard plan.configuration.egress.permits(remote) else {
            refusal = TransportError(.invalidRequest, reason: "\(plan.address.origin): resolves to a forbidden address")
            return false
        }
        // libcurl sends again, whatever the method, if a kept-alive connection ends without an answer. The server may have
        // acted on what it got, so that is right for idempotent requests only.
        guard !hasSent || plan.isIdempotent else {
            refusal = TransportError(
                .outcomeUnknown,
                reason: "\(plan.address.origin): the connection ended before the response"
            )
            return false
        }
        return true
    }

    /// Asked before a socket is made for one of the host's addresses.
    func mayConnect(to remote: IPAddress?) -> Bool {
        guard plan.configuration.egress.permits(remote) else {
            refusal = TransportError(.invalidRequest, reason: "\(plan.address.origin): resolves to a forbidden address")
            return false
        }
        refusal = nil
        return true
    }

    // MARK: Request body

    func readBody(into target: UnsafeMutableRawBufferPointer) -> Int {
        switch plan.body {
        case .none:
            return 0
        case .bytes(let bytes):
            let count = min(target.count, bytes.count - bytesRead)
            bytes.withUnsafeBytes { source in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[bytesRead..<bytesRead + count]))
            }
            bytesRead += count
            return count
        case .pipe(let pipe, _):
            switch pipe.read(into: target) {
            case .bytes(let count): return count
            case .starved: return Int(CURL_READFUNC_PAUSE)
            case .end: return 0
            case .failed(let reason):
                refusal = TransportError(hasSent ? .outcomeUnknown : .invalidRequest, reason: reason)
                return Int(CURL_READFUNC_ABORT)
            }
        }
    }

    /// Goes back within a body in memory, for a second try on another connection.
    func rewindBody(to offset: Int) -> Bool {
        guard case .bytes(let bytes) = plan.body, (0...bytes.count).contains(offset) else { return false }
        bytesRead = offset
        return true
    }

    // MARK: Response

    /// Takes a header line; false ends the exchange.
    func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        switch head.take(line) {
        case .more:
            return true
        case .tooLarge:
            refusal = TransportError(
                .outcomeUnknown,
                reason: "the response head has more than \(ResponseHead.sizeLimit) bytes"
            )
            return false
        case .complete:
            if plan.options.streamsResponse { handOverHead() } else { return collectionFits(head.contentLength ?? 0) }
            return true
        }
    }

    /// Takes a portion of the body: how many bytes were taken, libcurl's "pause", or 0 to end the exchange.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let stream {
            guard stream.offer(bytes) else {
                deadline = nil
                return Int(CURL_WRITEFUNC_PAUSE)
            }
            deadline = .now + plan.configuration.streamIdleTimeout
            return bytes.count
        }
        guard collectionFits(collected.count + bytes.count) else { return 0 }
        if collected.isEmpty, let length = head.contentLength { collected.reserveCapacity(length) }
        collected.append(contentsOf: bytes)
        return bytes.count
    }

    /// A pipe is ready again.
    func unpause(now: ContinuousClock.Instant) {
        if stream != nil { deadline = now + plan.configuration.streamIdleTimeout }
        // A refusal of a callback called from here ends the transfer, which libcurl reports in its own way.
        _ = curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    private func collectionFits(_ count: Int) -> Bool {
        guard count > plan.options.responseBodyLimit, plan.method != .head else { return true }
        refusal = TransportError(
            .responseTooLarge,
            reason: "the response has more than \(plan.options.responseBodyLimit) bytes"
        )
        return false
    }

    private func handOverHead() {
        let stream = ResponsePipe(id: plan.id, inbox: plan.inbox, capacity: plan.configuration.streamBufferSize)
        self.stream = stream
        deadline = .now + plan.configuration.streamIdleTimeout
        let hasBody = plan.method != .head && head.status != 204 && head.status != 304
        let body = hasBody ? ContractBody.stream(stream.stream(), length: head.contentLength) : .empty
        plan.outcome.settle(.success(ContractResponse(status: head.status, headers: head.headers, body: body)))
    }

    // MARK: End

    /// What libcurl's result means, or nil if all is well.
    func failure(for code: CURLcode) -> TransportError? {
        if let refusal { return refusal }
        if code == CURLE_OK {
            return head.isComplete
                ? nil : TransportError(.outcomeUnknown, reason: "\(plan.address.origin): the response has no head")
        }
        return ExchangeFailure(code, hasSent: hasSent).error(origin: plan.address.origin)
    }

    var failureByTimeout: TransportError {
        ExchangeFailure(CURLE_OPERATION_TIMEDOUT, hasSent: hasSent).error(origin: plan.address.origin)
    }

    /// Tells everyone who waits, once.
    func conclude(_ failure: TransportError?) {
        if case .pipe(let pipe, _) = plan.body { pipe.close() }
        stream?.finish(failure)
        if let failure {
            plan.outcome.settle(.failure(failure))
        } else if stream == nil {
            let body: ContractBody = collected.isEmpty ? .empty : .bytes(collected)
            plan.outcome.settle(.success(ContractResponse(status: head.status, headers: head.headers, body: body)))
        }
    }
}
