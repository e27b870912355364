/// An environment variable that configures the relay.
public struct ConfigurationVariable: Sendable {
    /// Its name.
    public let name: String
    /// What it is for, one sentence.
    public let help: String
    /// The form of its value.
    public let form: ValueForm
    /// Whether its value is secret; such a variable may also be given as `NAME_FILE`, the path of a file that holds it.
    public let isSecret: Bool
    /// What holds if it is not set; nil: nothing does.
    public let defaultValue: String?

    init(_ name: String, _ help: String, form: ValueForm, isSecret: Bool = false, defaultValue: String? = nil) {
        self.name = name
        self.help = help
        self.form = form
        self.isSecret = isSecret
        self.defaultValue = defaultValue
    }

    /// The variable with the path of a file that holds the value; only for secrets.
    public var fileName: String { name + "_FILE" }

    /// Every variable, in the order in which help shows them.
    public static let all: [ConfigurationVariable] =
        [
            .databaseURL, .redisURL, .amqpURL, .s3Endpoint, .s3PublicEndpoint, .s3Region, .s3AccessKeyID,
            .s3SecretAccessKey, .metaGraphBaseURL, .metaGraphVersion, .metaAppSecret, .metaVerifyToken,
            .metaMessagesPerSecond, .metaPairMessagesPerMinute, .metaMediaHosts, .whatsAppMedia, .genesysMediaHosts,
            .mediaLinkSeconds,
            .genesysAPIBaseURL, .genesysLoginBaseURL, .genesysRequestsPerMinute, .publicBaseURL,
            .adminAPIKey, .internalAPIToken, .encryptionKeys, .portalBaseURL, .portalLibraries, .portalReference,
            .host, .port, .trustedProxies, .logLevel,
        ] + ServiceName.allCases.map(ConfigurationVariable.url(of:))

    /// All variables as lines for `--help`.
    public static var helpText: String {
        all.map { variable in
            let standard = variable.defaultValue.map { " [default: \($0)]" } ?? ""
            let file = variable.isSecret ? " Also as \(variable.fileName)." : ""
            return "  \(variable.name)\n      \(variable.help) Form: \(variable.form.text).\(file)\(standard)"
        }.joined(separator: "\n")
    }
}

extension ConfigurationVariable {
    /// `DATABASE_URL`
    public static let databaseURL = ConfigurationVariable(
        "DATABASE_URL",
        "PostgreSQL of the tenant service and the state manager.",
        form: .url(["postgres", "postgresql"], example: "postgres://user:password@host:5432/database"),
        isSecret: true
    )
    /// `REDIS_URL`
    public static let redisURL = ConfigurationVariable(
        "REDIS_URL",
        "Redis: tokens, mappings and rate budgets; losing it costs speed only.",
        form: .url(["redis"], example: "redis://:password@host:6379/0"),
        isSecret: true
    )
    /// `AMQP_URL`
    public static let amqpURL = ConfigurationVariable(
        "AMQP_URL",
        "RabbitMQ.",
        form: .url(["amqp"], example: "amqp://user:password@host:5672/vhost"),
        isSecret: true
    )
    /// `S3_ENDPOINT`
    public static let s3Endpoint = ConfigurationVariable(
        "S3_ENDPOINT",
        "S3 server that the services talk to.",
        form: .web
    )
    /// `S3_PUBLIC_ENDPOINT`
    public static let s3PublicEndpoint = ConfigurationVariable(
        "S3_PUBLIC_ENDPOINT",
        "The same S3 server as the platforms reach it, for presigned URLs; S3_ENDPOINT if not set.",
        form: .web
    )
    /// `S3_REGION`
    public static let s3Region = ConfigurationVariable(
        "S3_REGION",
        "Region that requests are signed for.",
        form: .text,
        defaultValue: "us-east-1"
    )
    /// `S3_ACCESS_KEY_ID`
    public static let s3AccessKeyID = ConfigurationVariable(
        "S3_ACCESS_KEY_ID",
        "Access key of the S3 server.",
        form: .text,
        isSecret: true
    )
    /// `S3_SECRET_ACCESS_KEY`
    public static let s3SecretAccessKey = ConfigurationVariable(
        "S3_SECRET_ACCESS_KEY",
        "Secret of the access key.",
        form: .secret(minimumLength: 8),
        isSecret: true
    )
    /// `META_GRAPH_BASE_URL`
    public static let metaGraphBaseURL = ConfigurationVariable(
        "META_GRAPH_BASE_URL",
        "Graph API.",
        form: .web,
        defaultValue: "https://graph.facebook.com"
    )
    /// `META_GRAPH_VERSION`
    public static let metaGraphVersion = ConfigurationVariable(
        "META_GRAPH_VERSION",
        "Version of the Graph API.",
        form: .matching("v and a number, as in v23.0") { value in
            let parts = value.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
            return value.hasPrefix("v") && parts.count == 2
                && parts.allSatisfy { !$0.isEmpty && $0.count <= 3 && $0.allSatisfy { $0.isASCII && $0.isNumber } }
        },
        defaultValue: "v23.0"
    )
    /// `META_APP_SECRET`
    public static let metaAppSecret = ConfigurationVariable(
        "META_APP_SECRET",
        "App secret of the shared Meta app, which signs its webhooks.",
        form: .secrets(minimumLength: 16),
        isSecret: true
    )
    /// `META_VERIFY_TOKEN`
    public static let metaVerifyToken = ConfigurationVariable(
        "META_VERIFY_TOKEN",
        "What Meta must show to verify the webhook address.",
        form: .secret(minimumLength: 16),
        isSecret: true
    )
    /// `META_NUMBER_MESSAGES_PER_SECOND`
    public static let metaMessagesPerSecond = ConfigurationVariable(
        "META_NUMBER_MESSAGES_PER_SECOND",
        "Messages that Meta lets a business number send in a second.",
        form: .number(1...100_000),
        defaultValue: "80"
    )
    /// `META_MEDIA_HOSTS`
    public static let metaMediaHosts = ConfigurationVariable(
        "META_MEDIA_HOSTS",
        "Hosts that customers' files are fetched from, separated by commas; *.example.org stands for all below it. The"
            + " host of META_GRAPH_BASE_URL is one of them where that is set.",
        form: .text,
        defaultValue: "lookaside.fbsbx.com,*.fbsbx.com,*.fbcdn.net,*.whatsapp.net"
    )
    /// `GENESYS_MEDIA_HOSTS`
    public static let genesysMediaHosts = ConfigurationVariable(
        "GENESYS_MEDIA_HOSTS",
        "Hosts beside Genesys Cloud's own that agents' files are fetched from, separated by commas. Files elsewhere reach"
            + " the customer as a link.",
        form: .text
    )
    /// `WHATSAPP_MEDIA`
    public static let whatsAppMedia = ConfigurationVariable(
        "WHATSAPP_MEDIA",
        "How agents' files reach WhatsApp: uploaded by the relay, or fetched by Meta from S3_PUBLIC_ENDPOINT.",
        form: .oneOf(["upload", "link"]),
        defaultValue: "upload"
    )
    /// `MEDIA_LINK_SECONDS`
    public static let mediaLinkSeconds = ConfigurationVariable(
        "MEDIA_LINK_SECONDS",
        "How long a platform has to fetch a file from its presigned address.",
        form: .number(60...604_800),
        defaultValue: "86400"
    )
    /// `META_PAIR_MESSAGES_PER_MINUTE`
    public static let metaPairMessagesPerMinute = ConfigurationVariable(
        "META_PAIR_MESSAGES_PER_MINUTE",
        "Messages that Meta lets a business number send to one customer in a minute, for good; 45 may be borrowed at once.",
        form: .number(1...1_000_000),
        defaultValue: "10"
    )
    /// `GENESYS_REQUESTS_PER_MINUTE`
    public static let genesysRequestsPerMinute = ConfigurationVariable(
        "GENESYS_REQUESTS_PER_MINUTE",
        "Requests that Genesys lets an OAuth client make in a minute.",
        form: .number(1...10_000_000),
        defaultValue: "300"
    )
    /// `GENESYS_API_BASE_URL`
    public static let genesysAPIBaseURL = ConfigurationVariable(
        "GENESYS_API_BASE_URL",
        "Genesys Cloud API instead of the one of the tenant's region.",
        form: .web
    )
    /// `GENESYS_LOGIN_BASE_URL`
    public static let genesysLoginBaseURL = ConfigurationVariable(
        "GENESYS_LOGIN_BASE_URL",
        "Genesys Cloud login instead of the one of the tenant's region.",
        form: .web
    )
    /// `PUBLIC_BASE_URL`
    public static let publicBaseURL = ConfigurationVariable(
        "PUBLIC_BASE_URL",
        "The gateway as the platforms reach it.",
        form: .web,
        defaultValue: "http://127.0.0.1:8080"
    )
    /// `ADMIN_API_KEY`
    public static let adminAPIKey = ConfigurationVariable(
        "ADMIN_API_KEY",
        "Bearer of the public API.",
        form: .secrets(minimumLength: 24),
        isSecret: true
    )
    /// `INTERNAL_API_TOKEN`
    public static let internalAPIToken = ConfigurationVariable(
        "INTERNAL_API_TOKEN",
        "Bearer between the services.",
        form: .secrets(minimumLength: 24),
        isSecret: true
    )
    /// `ENCRYPTION_KEYS`
    public static let encryptionKeys = ConfigurationVariable(
        "ENCRYPTION_KEYS",
        "Keys that encrypt the tenants' credentials.",
        form: .encryptionKeys,
        isSecret: true
    )
    /// `PORTAL_BASE_URL`
    public static let portalBaseURL = ConfigurationVariable(
        "PORTAL_BASE_URL",
        "The portal as browsers reach it; AGENT_PORTAL_URL if not set. With https its cookies need https.",
        form: .web
    )
    /// `PORTAL_LIBRARIES_DIR`
    public static let portalLibraries = ConfigurationVariable(
        "PORTAL_LIBRARIES_DIR",
        "Folder in which Debian's libjs-bootstrap5 and libjs-chart.js install bootstrap5 and chart.js.",
        form: .text,
        defaultValue: "/usr/share/javascript"
    )
    /// `PORTAL_REFERENCE_DIR`
    public static let portalReference = ConfigurationVariable(
        "PORTAL_REFERENCE_DIR",
        "Folder that `contractgen docs` wrote; the portal shows it as the reference of all contracts.",
        form: .text,
        defaultValue: "Docs/reference"
    )
    /// `HOST`
    public static let host = ConfigurationVariable(
        "HOST",
        "Address that the process listens on; 0.0.0.0 for all.",
        form: .text,
        defaultValue: "127.0.0.1"
    )
    /// `PORT`
    public static let port = ConfigurationVariable(
        "PORT",
        "Port that the process listens on, 0 for a free one; the default is the service's own.",
        form: .number(0...65_535)
    )
    /// `TRUSTED_PROXIES`
    public static let trustedProxies = ConfigurationVariable(
        "TRUSTED_PROXIES",
        "Proxies in front of the process whose X-Forwarded-For is believed; without it the peer is the client, so that"
            + " sign-ins through a proxy are counted as one client's.",
        form: .addressRanges
    )
    /// `LOG_LEVEL`
    public static let logLevel = ConfigurationVariable(
        "LOG_LEVEL",
        "Least level of log lines.",
        form: .oneOf(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        defaultValue: "info"
    )

    /// `<SERVICE>_URL`
    public static func url(of service: ServiceName) -> ConfigurationVariable {
        ConfigurationVariable(
            service.urlVariable,
            "Where \(service.rawValue) is found.",
            form: .web,
            defaultValue: service.defaultURL
        )
    }

    /// The variables that a user of object storage needs.
    public static let objectStorage = [s3Endpoint, s3AccessKeyID, s3SecretAccessKey]
}

extension ValueForm {
    /// A base URL of HTTP.
    static let web = ValueForm.url(["http", "https"], example: "https://host:port", isBase: true)
}
