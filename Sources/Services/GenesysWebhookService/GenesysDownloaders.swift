import ContractRuntime
public import HTTPTransport
import MediaTransfer
public import ServiceKit
import Synchronization

/// How genesys-webhook-service comes by agents' files.
public struct AttachmentFetching: Sendable {
    /// Carries downloads.
    public var engine: CurlEngine
    /// Hosts beside Genesys' own that files may be fetched from, MEDIA_HOSTS.
    public var otherHosts: [String]
    /// Whether the platform's address is the operator's own, GENESYS_API_BASE_URL, and may be private and without TLS. One
    /// that a tenant brings may not: its token would travel in the open.
    public var trustsAPIBaseURL: Bool
    /// Most files under way at once.
    public var transfers: Int
    /// How long a file is tried for before its message goes on without it.
    public var policy: RetryPolicy

    /// Creates settings; defaults: 4 files at once, five tries within 90 seconds.
    public init(
        engine: CurlEngine, otherHosts: [String] = [], trustsAPIBaseURL: Bool = false, transfers: Int = 4,
        policy: RetryPolicy = RetryPolicy(
            delays: [1, 3, 10, 30].map(Duration.seconds), maximumElapsed: .seconds(90))
    ) {
        self.engine = engine
        self.otherHosts = otherHosts
        self.trustsAPIBaseURL = trustsAPIBaseURL
        self.transfers = transfers
        self.policy = policy
    }
}

/// A downloader for each region of Genesys Cloud, made when a tenant of it is met first.
final class GenesysDownloaders: Sendable {
    /// A region's downloader.
    struct Region: Sendable {
        let downloader: MediaDownloader
        /// Origins that the tenant's token may be shown to: the platform API and its downloads.
        let issuers: Set<String>

        /// Whether the tenant's token may be shown to an address. At another one than a download's, the platform API would
        /// answer with what is no file of the conversation, and that would go to the customer.
        func issued(_ address: WebAddress) -> Bool { issuers.contains(address.origin) && Self.isDownload(address) }

        /// `/api/v2/downloads/{downloadId}` (downloads, platform API, July 2026), in one way of writing it only.
        private static func isDownload(_ address: WebAddress) -> Bool {
            let path = address.target.prefix { $0 != "?" }
            guard path.hasPrefix(downloads) else { return false }
            let id = path.dropFirst(downloads.count)
            return !id.isEmpty && id.utf8.allSatisfy { !#"/\%"#.utf8.contains($0) } && id != "." && id != ".."
        }

        private static let downloads = "/api/v2/downloads/"
    }

    private let fetching: AttachmentFetching
    private let made = Mutex<[String: Region]>([:])

    init(_ fetching: AttachmentFetching) { self.fetching = fetching }

    /// The downloader of a region.
    /// - Parameter apiBaseURL: As auth-service gives it with a token, `https://api.mypurecloud.de`.
    /// - Throws: ``MediaProblem`` if it is no address.
    func downloader(apiBaseURL: String) throws -> Region {
        if let region = made.withLock({ $0[apiBaseURL] }) { return region }
        let region: Region
        do { region = try make(apiBaseURL) } catch {
            throw MediaProblem.lasting(.mediaDenied, "the address of the platform API can't be used")
        }
        made.withLock { $0[apiBaseURL] = region }
        return region
    }

    private func make(_ apiBaseURL: String) throws -> Region {
        let address = try WebAddress(apiBaseURL)
        guard fetching.trustsAPIBaseURL || address.isSecure else {
            throw TransportError(.invalidRequest, reason: "\(address.origin): only https is allowed")
        }
        let domain = address.host.hasPrefix("api.") ? String(address.host.dropFirst(4)) : address.host
        // The API answers a download with a redirect to a signed address at AWS (downloads, platform API, July 2026).
        return Region(
            downloader: try MediaDownloader(
                hosts: ["*.\(domain)"] + fetching.otherHosts, redirectHosts: ["*.amazonaws.com", "*.cloudfront.net"],
                origins: fetching.trustsAPIBaseURL ? [address.origin] : [], engine: fetching.engine),
            issuers: [address.origin, "https://api-downloads.\(domain)"])
    }
}
