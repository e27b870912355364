import ContractRuntime
import GenesysPlatformContract
import ServiceKit
import SharedContract

/// Asks a Genesys OAuth server for tokens with the client-credentials grant.
struct GenesysLogin: Sendable {
    /// Longest time of one request; less than the lease of `GenesysTokens`.
    static let timeout: Duration = .seconds(8)

    let addresses: GenesysAddresses
    private let transport: @Sendable (String) -> any ClientTransport
    private let transports = TransportShelf()

    init(addresses: GenesysAddresses, transport: @escaping @Sendable (String) -> any ClientTransport) {
        self.addresses = addresses
        self.transport = transport
    }

    /// A new token and how many seconds it lives.
    func token(
        with credential: GenesysCredential,
        traceparent: String
    ) async throws(TokenFailure) -> (accessToken: String, lifeSeconds: Int) {
        let client = GenesysPlatformClient(
            transport: transports.transport(to: try addresses.login(of: credential), make: transport),
            credentials: ClientCredentials(
                basic: ClientCredentials.Basic(user: credential.clientId, password: credential.clientSecret)
            )
        )
        let output: RequestToken.Output
        do {
            output = try await client.requestToken(
                RequestToken.Input(body: TokenRequest()),
                traceparent: TraceContext.child(of: traceparent),
                options: RequestOptions(timeout: Self.timeout)
            )
        } catch {
            // A page of something in between says nothing of the credential, and may say how long to wait.
            throw .unavailable(
                reason: "the Genesys login host gives no usable answer",
                retryAfterSeconds: error.retryAfter.map { min($0, 86_400) } ?? 2)
        }
        switch output {
        case .ok(let token): return (token.accessToken, token.expiresIn)
        case .badRequest(let error), .unauthorized(let error):
            throw .refused(reason: "Genesys refuses the OAuth client (\(error.error.word))")
        case .tooManyRequests(_, let retryAfter, _):
            throw .unavailable(
                reason: "the OAuth client asks for too many tokens",
                retryAfterSeconds: min(retryAfter.flatMap { RetryAfter.seconds($0) } ?? 60, 86_400))
        case .serviceUnavailable:
            throw .unavailable(reason: "the Genesys login host is not available", retryAfterSeconds: 5)
        case .undocumented(let response) where [408, 425].contains(response.status):
            throw .unavailable(reason: "the Genesys login host did not take the request in time", retryAfterSeconds: 2)
        case .undocumented(let response) where (400..<500).contains(response.status):
            throw .refused(reason: "Genesys refuses the OAuth client (HTTP \(response.status))")
        case .undocumented(let response) where (300..<400).contains(response.status):
            throw .misdirected(reason: "the Genesys login address redirects elsewhere (HTTP \(response.status))")
        case .undocumented:
            throw .unavailable(reason: "the Genesys login host fails", retryAfterSeconds: 5)
        }
    }
}

/// Keeps the transports to login hosts, so that their connections are used again.
private final class TransportShelf: Sendable {
    private let transports = ExpiringCache<String, any ClientTransport>(capacity: 64, lifetime: .seconds(3_600))

    func transport(to address: String, make: (String) -> any ClientTransport) -> any ClientTransport {
        if let transport = transports.value(for: address) { return transport }
        let transport = make(address)
        transports.set(transport, for: address)
        return transport
    }
}

extension TokenError.ErrorValue {
    /// The word of RFC 6749; words that the contract does not know are not repeated, they may hold anything.
    fileprivate var word: String {
        if case .unknown = self { "another error" } else { jsonValue.string ?? "an error" }
    }
}
