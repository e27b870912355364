public import ContractRuntime
import HTTPTypes
public import ServiceKit

/// Calls the relay's public address as a platform would: through the gateway, with and without a right signature.
///
/// A probe's body is no JSON, so that it is refused as malformed right after its signature was found right, and has no effect.
public struct WebhookProbe: Sendable {
    private static let body = Array("probe: not a notification".utf8)
    private static let timeout = Duration.seconds(5)

    /// Where platforms reach the gateway (PUBLIC_BASE_URL).
    public let publicBaseURL: String
    private let transport: any ClientTransport

    /// - Parameters:
    ///   - publicBaseURL: Where platforms reach the gateway.
    ///   - transport: Carries requests there.
    public init(publicBaseURL: String, transport: any ClientTransport) {
        self.publicBaseURL = publicBaseURL
        self.transport = transport
    }

    /// How a probe ended.
    public enum Outcome: Sendable, Hashable {
        /// The signature was found right.
        case accepted
        /// The signature was found wrong.
        case refused
        /// Another answer: something else listens there, or the relay is not well.
        case answered(Int)
        /// No answer at all.
        case unreachable(String)
    }

    /// Posts a probe.
    /// - Parameters:
    ///   - path: The webhook's path.
    ///   - signature: How the platform signs.
    ///   - secret: What to sign with.
    public func post(_ path: String, _ signature: WebhookSignature, secret: Secret) async -> Outcome {
        switch await send(Self.request(Self.body, path, signature, secret)) {
        case .success(let response) where response.status == 400: return .accepted
        case .success(let response) where response.status == 401: return .refused
        case .success(let response): return .answered(response.status)
        case .failure(let error): return .unreachable(error.reason)
        }
    }

    /// Posts a whole webhook, which has its effect.
    /// - Parameters:
    ///   - body: The webhook.
    ///   - path: The webhook's path.
    ///   - signature: How the platform signs.
    ///   - secret: What to sign with.
    public func deliver(
        _ body: [UInt8], to path: String, _ signature: WebhookSignature, secret: Secret
    ) async -> Outcome {
        switch await send(Self.request(body, path, signature, secret)) {
        case .success(let response) where response.status == 200: return .accepted
        case .success(let response) where response.status == 401: return .refused
        case .success(let response): return .answered(response.status)
        case .failure(let error): return .unreachable(error.reason)
        }
    }

    private static func request(
        _ body: [UInt8], _ path: String, _ signature: WebhookSignature, _ secret: Secret
    ) -> ContractRequest {
        var request = ContractRequest(method: .post, target: path, body: .bytes(body))
        request.headers[.contentType] = "application/json"
        if let name = HTTPField.Name("X-Hub-Signature-256") {
            request.headers[name] = signature.header(of: body, secret: secret)
        }
        return request
    }

    /// Sends Meta's verification request.
    /// - Returns: Accepted if the challenge comes back as the whole body, refused for 403.
    public func verify(_ path: String, token: String) async -> Outcome {
        let challenge = StableIdentifier.random()
        let query =
            "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(PercentCoding.encode(token))"
        switch await send(ContractRequest(method: .get, target: "\(path)?\(query)")) {
        case .success(let response):
            if response.status == 403 { return .refused }
            let body = try? await response.body.collect(limit: 10_000)
            return response.status == 200 && body == Array(challenge.utf8) ? .accepted : .answered(response.status)
        case .failure(let error): return .unreachable(error.reason)
        }
    }

    private func send(_ request: ContractRequest) async -> Result<ContractResponse, TransportError> {
        do throws(TransportError) {
            return .success(try await transport.send(request, options: RequestOptions(timeout: Self.timeout)))
        } catch {
            return .failure(error)
        }
    }
}

extension WebhookProbe.Outcome {
    /// Why a probe that should have been accepted was not.
    public func cause(at address: String) -> String {
        switch self {
        case .accepted: "The probe was accepted."
        case .refused: "\(address) refuses the signature or token, although it is the stored one."
        case .answered(let status): "\(address) answered \(status), which the relay would not."
        case .unreachable(let reason): "\(address) gave no answer: \(reason)."
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .accepted: ""
        case .refused: "Wait a minute, until changed secrets are known everywhere, and check again."
        case .answered: "Point PUBLIC_BASE_URL at the gateway; look for a proxy in front that answers itself."
        case .unreachable:
            "Make PUBLIC_BASE_URL reachable: name, TLS certificate, port 443, and a proxy that passes /webhooks on."
        }
    }
}
