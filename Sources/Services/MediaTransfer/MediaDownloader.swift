public import ContractRuntime
public import HTTPTransport
import HTTPTypes
import ServiceKit

/// Fetches addresses that payloads name: from allowed hosts of the public Internet only, over TLS, each hop of a redirect
/// checked like the first, and a token shown to nobody but the host it is for.
public struct MediaDownloader: Sendable {
    private let publicHosts: [HostPattern]
    private let publicTransport: CurlTransport
    /// Origins of the operator's own configuration, which may be private and without TLS.
    private let trusted: [String: CurlTransport]

    /// Creates a downloader.
    /// - Parameters:
    ///   - hosts: Public hosts that files may be fetched from; at least one.
    ///   - redirectHosts: Public hosts beside these that they may redirect to.
    ///   - origins: Addresses of the operator's configuration in place of a platform's own; fetched from as they are, and
    ///     free to redirect to one another.
    ///   - engine: Carries the requests.
    /// - Throws: `TransportError` if an address is none.
    public init(hosts: [String], redirectHosts: [String] = [], origins: [String], engine: CurlEngine) throws {
        guard let first = hosts.first else {
            throw TransportError(.invalidRequest, reason: "no host to fetch files from")
        }
        let patterns = hosts.map { HostPattern($0) }
        publicHosts = patterns
        let base = first.hasPrefix("*.") ? "media." + first.dropFirst(2) : first
        publicTransport = try CurlTransport(
            baseURL: "https://\(base)", engine: engine,
            configuration: TransportConfiguration(
                inFlightLimit: 16, egress: .publicHosts(patterns + redirectHosts.map { HostPattern($0) }),
                redirects: .follow(limit: 4) { _, _ in true }))
        var trusted: [String: CurlTransport] = [:]
        let own = Set(try origins.map { try WebAddress($0).origin })
        for origin in origins {
            let address = try WebAddress(origin)
            trusted[address.origin] = try CurlTransport(
                baseURL: address.origin, engine: engine,
                configuration: TransportConfiguration(
                    inFlightLimit: 16, redirects: .follow(limit: 4) { _, next in own.contains(next.origin) }))
        }
        self.trusted = trusted
    }

    /// Whether a file may be fetched from an address, and whether it is one of the origins of the operator.
    public func isAllowed(_ url: String) -> Bool {
        guard let address = try? WebAddress(url) else { return false }
        return trusted[address.origin] != nil || address.isSecure && publicHosts.contains { $0.matches(address.host) }
    }

    /// Asks for a file.
    /// - Parameters:
    ///   - url: Its address, as a payload names it.
    ///   - token: Bearer that is shown if `mayShow` says so for the address; redirects to other origins never see it.
    ///   - mayShow: Whether the host issued the token.
    /// - Returns: The bytes on their way.
    /// - Throws: ``MediaProblem``; `CancellationError`. A token that is refused by whom it was shown to, and that alone, is
    ///   ``MediaFailureCode/mediaDenied``; an address that nothing is fetched from, and that alone, is
    ///   ``MediaFailureCode/mediaLink``.
    public func download(
        _ url: String, token: String?, mayShow: @Sendable (WebAddress) -> Bool = { _ in true }
    ) async throws -> ContractBody {
        let address: WebAddress
        do throws(TransportError) { address = try WebAddress(url) } catch {
            throw MediaProblem.lasting(.mediaLink, "the file's address can't be used")
        }
        guard isAllowed(url) else {
            throw MediaProblem.lasting(.mediaLink, "files are not fetched from \(address.host)")
        }
        // Meta refuses downloads without a user agent (seen 2022).
        var headers: HTTPFields = [.userAgent: "waba-genesys", .accept: "*/*"]
        let shown = token.flatMap { mayShow(address) ? $0 : nil }
        if let shown { headers[.authorization] = "Bearer \(shown)" }
        let transport = trusted[address.origin] ?? publicTransport
        let (response, source): (ContractResponse, WebAddress)
        do throws(TransportError) {
            (response, source) = try await transport.exchange(
                ContractRequest(method: .get, target: "/", headers: headers), with: address,
                options: RequestOptions(timeout: .seconds(20), streamsResponse: true))
        } catch {
            switch error.code {
            case .cancelled: throw CancellationError()
            case .invalidRequest: throw MediaProblem.lasting(.mediaGone, "a redirect leads where files are not fetched")
            default: throw MediaProblem.passing(.mediaUnreachable, "\(address.host) gives no answer")
            }
        }
        guard (200..<300).contains(response.status) else {
            // Redirects to other origins have not seen the token.
            let sawToken = shown != nil && source.origin == address.origin
            throw Self.refusal(response, source, sawToken: sawToken, isRedirected: source != address)
        }
        return response.body
    }

    private static func refusal(
        _ response: ContractResponse, _ source: WebAddress, sawToken: Bool, isRedirected: Bool
    ) -> MediaProblem {
        let reason = "\(source.host) answered \(response.status)"
        switch response.status {
        case 401, 403:
            if sawToken { return response.status == 401 ? .tokenRefused(reason) : .lasting(.mediaDenied, reason) }
            // A signed address that has run out, for example; asked again, the first host gives a new one.
            return isRedirected ? .passing(.mediaGone, reason) : .lasting(.mediaGone, reason)
        case 404, 410: return .lasting(.mediaGone, reason)
        case 408, 425, 429, 500...:
            let wait = response.headers[.retryAfter].flatMap { RetryAfter.seconds($0) }
                .map { Duration.seconds(min($0, 60)) }
            return .passing(.mediaUnreachable, reason, after: wait)
        default: return .lasting(.mediaGone, reason)
        }
    }
}
