import ContractRuntime
import HTTPTypes
import ServiceKit
import SimulatorContract

/// Where webhooks about a phone number or an integration go.
struct WebhookAccount: Sendable {
    /// Phone number id or integration id.
    var id: String
    /// Address of the receiver.
    var url: String
    /// What signs them.
    var secret: Secret
    /// Further header fields, as an integration can ask for them.
    var headers: [String: String] = [:]
}

/// A webhook to deliver.
struct WebhookOrder: Sendable {
    var account: WebhookAccount
    /// Webhooks of one lane are delivered one after the other, each settled before the next; nil: on its own.
    var lane: String?
    /// The bytes to sign and send.
    var body: [UInt8]
    var signature = SignatureMode.valid
    /// Whether to try again as the platform does.
    var retries = true
    /// How often to deliver it again after it was accepted.
    var redeliveries = 0
    /// For the log.
    var about: String
    /// Told once how it ended: whether it was accepted.
    var settled: (@Sendable (Bool) async -> Void)?
}

/// When a platform takes a webhook for delivered and when it tries again.
struct WebhookPolicy: Sendable {
    var isAccepted: @Sendable (_ status: Int) -> Bool
    /// Whether an answer, or none, is worth another attempt.
    var isRetried: @Sendable (_ status: Int?) -> Bool
    /// Waits after the first failure, the second, …; after the last one it is given up.
    var waits: [Duration]
    /// Longest time for an answer. Not scaled: it measures the receiver.
    var timeout: Duration

    /// Only 200 counts; again at once, then with decreasing frequency for up to 7 days (Meta, webhooks overview, Sept.
    /// 2026). The schedule within those days and the time-out are not documented: 10 s, doubling up to 6 h; 10 s.
    static func meta(scale: Double) -> WebhookPolicy {
        var waits = [Duration.zero]
        var wait = Duration.seconds(10)
        var total = Duration.zero
        while total + wait <= .seconds(7 * 86_400) {
            waits.append(wait * scale)
            total += wait
            wait = min(wait * 2, .seconds(6 * 3_600))
        }
        return WebhookPolicy(isAccepted: { $0 == 200 }, isRetried: { _ in true }, waits: waits, timeout: .seconds(10))
    }

    /// 2xx within 10 s; after a time-out, 429 or 5xx up to 5 times more, 5 s apart (Genesys Cloud, Open Messaging,
    /// "validate"). Other answers are final. A refused connection is taken for a time-out.
    static func genesys(scale: Double, retries: Int = 5) -> WebhookPolicy {
        WebhookPolicy(
            isAccepted: { 200..<300 ~= $0 },
            isRetried: { $0.map { $0 == 429 || $0 >= 500 } ?? true },
            waits: Array(repeating: .seconds(5) * scale, count: retries),
            timeout: .seconds(10)
        )
    }
}

/// Makes the signature header of a webhook as asked.
enum WebhookSigning {
    static let headerName = "X-Hub-Signature-256"

    static func header(
        _ mode: SignatureMode,
        _ style: WebhookSignature,
        of body: [UInt8],
        secret: Secret
    ) -> String? {
        switch mode {
        case .valid: style.header(of: body, secret: secret)
        case .forged: style.header(of: body, secret: Secret("someone else's secret"))
        case .missing: nil
        case .malformed: "sha256=no-signature"
        }
    }
}

/// A webhook's address taken apart.
struct WebhookAddress: Sendable, Hashable {
    /// Scheme, host and port.
    let base: String
    /// Path and query.
    let target: String

    /// Nil unless this is an absolute http or https URL.
    init?(_ url: String) {
        guard let scheme = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        let rest = url.dropFirst(scheme.count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty else { return nil }
        base = scheme + authority
        let path = String(rest.dropFirst(authority.count))
        target = path.hasPrefix("/") ? path : "/" + path
    }
}
