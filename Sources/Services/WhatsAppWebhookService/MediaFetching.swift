public import ContractRuntime
public import MediaTransfer
public import ServiceKit

/// How whatsapp-webhook-service comes by customers' files.
public struct MediaFetching: Sendable {
    /// Carries look-ups to META_GRAPH_BASE_URL.
    public var graph: any ClientTransport
    /// Version in the path, META_GRAPH_VERSION.
    public var graphVersion: String
    /// Fetches what a look-up names.
    public var downloader: MediaDownloader
    /// Most files under way at once.
    public var transfers: Int
    /// How long a file is tried for before its message goes on without it.
    public var policy: RetryPolicy

    /// Creates settings; defaults: 4 files at once, five tries within 90 seconds.
    public init(
        graph: any ClientTransport, graphVersion: String, downloader: MediaDownloader, transfers: Int = 4,
        policy: RetryPolicy = RetryPolicy(
            delays: [1, 3, 10, 30].map(Duration.seconds), maximumElapsed: .seconds(90))
    ) {
        self.graph = graph
        self.graphVersion = graphVersion
        self.downloader = downloader
        self.transfers = transfers
        self.policy = policy
    }
}
