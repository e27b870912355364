import ContractRuntime
import HTTPTypes
import Synchronization

/// Takes a simulator's webhooks in place of the gateway and answers as a test wants.
final class Receiver: ClientTransport {
    struct Webhook: Sendable {
        let method: HTTPRequest.Method
        let target: String
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var signature: String? { HTTPField.Name("X-Hub-Signature-256").flatMap { headers[$0] } }
    }

    private struct State {
        var webhooks: [Webhook] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var answers: [Int?] = []
        /// What `hub.verify_token` must be; nil: the challenge is never echoed.
        var verifyToken: String?
        /// What GET finds at a target.
        var files: [String: (bytes: [UInt8], mime: String)] = [:]
    }

    private let state = Mutex(State())

    /// The next webhooks are answered with these statuses, nil: not at all; all others with 200.
    func answerNext(_ statuses: [Int?]) { state.withLock { $0.answers += statuses } }

    /// Has the challenge echoed when this token comes with it.
    func verify(_ token: String) { state.withLock { $0.verifyToken = token } }

    /// Has a file ready where a platform is told to fetch it.
    func serve(_ bytes: [UInt8], mime: String, at target: String) {
        state.withLock { $0.files[target] = (bytes, mime) }
    }

    var webhooks: [Webhook] { state.withLock(\.webhooks) }

    /// Waits until so many webhooks have come.
    func webhooks(atLeast count: Int) async -> [Webhook] {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.webhooks.count >= count {
                    continuation.resume()
                } else {
                    state.waiting.append((count, continuation))
                }
            }
        }
        return webhooks
    }

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        if request.method == .get, let file = state.withLock({ $0.files[request.target] }) {
            return ContractResponse(status: 200, headers: [.contentType: file.mime], body: .bytes(file.bytes))
        }
        let body: [UInt8]
        do { body = try await request.body.collect(limit: 16 << 20) } catch { body = [] }
        let answer: Int? = state.withLock { state in
            state.webhooks.append(
                Webhook(method: request.method, target: request.target, headers: request.headers, body: body))
            let count = state.webhooks.count
            for waiting in state.waiting where waiting.count <= count { waiting.continuation.resume() }
            state.waiting.removeAll { $0.count <= count }
            return state.answers.isEmpty ? 200 : state.answers.removeFirst()
        }
        guard let answer else { throw TransportError(.outcomeUnknown, reason: "the receiver was killed") }
        let token = state.withLock(\.verifyToken)
        guard request.method == .get, let token, answer == 200 else { return ContractResponse(status: answer) }
        let query = Set(request.target.split(separator: "?").dropFirst().joined().split(separator: "&"))
        guard query.contains("hub.verify_token=\(token)"), query.contains("hub.mode=subscribe"),
            let challenge = query.first(where: { $0.hasPrefix("hub.challenge=") })
        else { return ContractResponse(status: 403) }
        return ContractResponse(status: 200, body: .bytes(Array(challenge.utf8.dropFirst(14))))
    }
}

/// A clock that moves only when somebody sleeps or a test says so.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_790_000_000_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(_ duration: Duration) {
        milliseconds.withLock { $0 += Int64(duration / .milliseconds(1)) }
    }

    /// Moves the clock instead of waiting.
    func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        advance(duration)
        await Task.yield()
    }
}
