import Logging

/// The configuration of a process, read from its environment and checked as a whole before anything starts.
///
/// A value is asked for by the property of its variable. A property throws if the variable has no value, which can't
/// happen for one that the roles given at the start need.
public struct ServiceConfiguration: Sendable {
    private let values: [String: String]

    /// Reads and checks every variable.
    /// - Parameters:
    ///   - roles: What the process does; decides which variables must have a value.
    ///   - needs: More variables that must have a value.
    ///   - environment: The environment.
    ///   - readFile: Reads the text of a file, for `NAME_FILE`.
    /// - Throws: ``ConfigurationError`` with all problems, also of variables that the roles don't need.
    public init(
        for roles: [ServiceName],
        needs: [ConfigurationVariable] = [],
        environment: [String: String],
        readFile: @escaping (String) throws -> String = ProcessEnvironment.readFile
    ) throws(ConfigurationError) {
        var reader = EnvironmentReader(environment: environment, readFile: readFile)
        let needed = Set((roles.flatMap(\.needs) + needs).map(\.name))
        for variable in ConfigurationVariable.all {
            reader.read(variable, isNeeded: needed.contains(variable.name))
        }
        if !reader.problems.isEmpty { throw ConfigurationError(reader.problems) }
        values = reader.values
    }

    /// The text of a variable.
    /// - Throws: ``ConfigurationError`` if it has no value.
    public func text(_ variable: ConfigurationVariable) throws(ConfigurationError) -> String {
        guard let value = values[variable.name] else {
            throw ConfigurationError([EnvironmentReader.missing(variable)])
        }
        return value
    }

    private func secret(_ variable: ConfigurationVariable) throws(ConfigurationError) -> Secret {
        Secret(try text(variable))
    }

    /// Values separated by commas; the first is the one to use, all are to be accepted.
    private func secrets(_ variable: ConfigurationVariable) throws(ConfigurationError) -> [Secret] {
        try text(variable).split(separator: ",").map { Secret($0.trimmed) }
    }

    /// A base URL without slash at its end.
    private func baseURL(_ variable: ConfigurationVariable) throws(ConfigurationError) -> String {
        var url = try text(variable)
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}

extension ServiceConfiguration {
    /// PostgreSQL, `postgres://user:password@host:port/database`.
    public var databaseURL: Secret { get throws(ConfigurationError) { try secret(.databaseURL) } }
    /// Redis, `redis://:password@host:port/number`.
    public var redisURL: Secret { get throws(ConfigurationError) { try secret(.redisURL) } }
    /// RabbitMQ, `amqp://user:password@host:port/vhost`.
    public var amqpURL: Secret { get throws(ConfigurationError) { try secret(.amqpURL) } }
    /// The S3 server for requests.
    public var s3Endpoint: String { get throws(ConfigurationError) { try baseURL(.s3Endpoint) } }
    /// The S3 server in presigned URLs.
    public var s3PublicEndpoint: String {
        get throws(ConfigurationError) { try baseURL(isSet(.s3PublicEndpoint) ? .s3PublicEndpoint : .s3Endpoint) }
    }
    /// The region that requests are signed for.
    public var s3Region: String { get throws(ConfigurationError) { try text(.s3Region) } }
    /// The access key of the S3 server.
    public var s3AccessKeyID: Secret { get throws(ConfigurationError) { try secret(.s3AccessKeyID) } }
    /// The secret of the access key.
    public var s3SecretAccessKey: Secret { get throws(ConfigurationError) { try secret(.s3SecretAccessKey) } }
    /// The Graph API without version.
    public var metaGraphBaseURL: String { get throws(ConfigurationError) { try baseURL(.metaGraphBaseURL) } }
    /// The version of the Graph API, `v23.0`.
    public var metaGraphVersion: String { get throws(ConfigurationError) { try text(.metaGraphVersion) } }
    /// The app secrets of the shared Meta app, all accepted; empty if there is no shared app.
    public var metaAppSecrets: [Secret] {
        get throws(ConfigurationError) { isSet(.metaAppSecret) ? try secrets(.metaAppSecret) : [] }
    }
    /// What Meta must show to verify the webhook address.
    public var metaVerifyToken: Secret { get throws(ConfigurationError) { try secret(.metaVerifyToken) } }
    /// Messages that a business number may send in a second.
    public var metaMessagesPerSecond: Double {
        values[ConfigurationVariable.metaMessagesPerSecond.name].flatMap { Double($0) } ?? 80
    }
    /// Messages that a business number may send to one customer in a minute.
    public var metaPairMessagesPerMinute: Double {
        values[ConfigurationVariable.metaPairMessagesPerMinute.name].flatMap { Double($0) } ?? 10
    }
    /// Requests that an OAuth client may make in a minute.
    public var genesysRequestsPerMinute: Double {
        values[ConfigurationVariable.genesysRequestsPerMinute.name].flatMap { Double($0) } ?? 300
    }
    /// Public hosts that customers' files are fetched from.
    public var metaMediaHosts: [String] { hosts(.metaMediaHosts) }
    /// Hosts beside Genesys' own that agents' files are fetched from.
    public var genesysMediaHosts: [String] { hosts(.genesysMediaHosts) }
    /// How agents' files reach WhatsApp, `upload` or `link`.
    public var whatsAppMedia: String { values[ConfigurationVariable.whatsAppMedia.name] ?? "upload" }
    /// How long a platform has to fetch a file.
    public var mediaLinkSeconds: Int {
        values[ConfigurationVariable.mediaLinkSeconds.name].flatMap { Int($0) } ?? 86_400
    }

    private func hosts(_ variable: ConfigurationVariable) -> [String] {
        (values[variable.name] ?? "").split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
    }

    /// Whether an address of a platform is the operator's own in place of the platform's.
    public func isOwn(_ variable: ConfigurationVariable) -> Bool {
        values[variable.name].map { $0 != variable.defaultValue } ?? false
    }

    /// The Genesys Cloud API instead of that of the tenant's region; nil: as the region says.
    public var genesysAPIBaseURL: String? {
        get throws(ConfigurationError) { isSet(.genesysAPIBaseURL) ? try baseURL(.genesysAPIBaseURL) : nil }
    }
    /// The Genesys Cloud login instead of that of the tenant's region; nil: as the region says.
    public var genesysLoginBaseURL: String? {
        get throws(ConfigurationError) { isSet(.genesysLoginBaseURL) ? try baseURL(.genesysLoginBaseURL) : nil }
    }
    /// The gateway as the platforms reach it.
    public var publicBaseURL: String { get throws(ConfigurationError) { try baseURL(.publicBaseURL) } }
    /// Bearers of the public API, all accepted.
    public var adminAPIKeys: [Secret] { get throws(ConfigurationError) { try secrets(.adminAPIKey) } }
    /// Bearers between the services: the first is sent, all are accepted.
    public var internalAPITokens: [Secret] { get throws(ConfigurationError) { try secrets(.internalAPIToken) } }
    /// Keys for the tenants' credentials.
    public var encryptionKeys: EncryptionKeys {
        get throws(ConfigurationError) {
            do throws(EnvelopeError) {
                return try EncryptionKeys(parsing: text(forEnvelope: .encryptionKeys))
            } catch {
                throw ConfigurationError([.init(variable: "ENCRYPTION_KEYS", reason: error.reason)])
            }
        }
    }

    private func text(forEnvelope variable: ConfigurationVariable) throws(EnvelopeError) -> String {
        guard let value = values[variable.name] else { throw EnvelopeError(.malformedKey, "is missing") }
        return value
    }

    /// The portal as browsers reach it.
    public var portalBaseURL: String {
        get throws(ConfigurationError) {
            isSet(.portalBaseURL) ? try baseURL(.portalBaseURL) : url(of: .agentPortal)
        }
    }
    /// The folder with the portal's JavaScript libraries.
    public var portalLibraries: String { get throws(ConfigurationError) { try text(.portalLibraries) } }
    /// The folder with the reference of all contracts.
    public var portalReference: String { get throws(ConfigurationError) { try text(.portalReference) } }
    /// The address to listen on.
    public var host: String { values[ConfigurationVariable.host.name] ?? "127.0.0.1" }
    /// The port to listen on, 0 for a free one.
    public func port(for service: ServiceName) -> Int {
        values[ConfigurationVariable.port.name].flatMap { Int($0) } ?? service.defaultPort
    }
    /// Proxies whose word about the client is believed.
    public var trustedProxies: [AddressRange] {
        (values[ConfigurationVariable.trustedProxies.name] ?? "").split(separator: ",")
            .compactMap { AddressRange($0.trimmed) }
    }
    /// The least level of log lines.
    public var logLevel: Logger.Level {
        values[ConfigurationVariable.logLevel.name].flatMap(Logger.Level.init(rawValue:)) ?? .info
    }
    /// Where a service is found, without slash at the end.
    public func url(of service: ServiceName) -> String {
        (try? baseURL(.url(of: service))) ?? service.defaultURL
    }
    /// Whether a variable has a value, its default included.
    public func isSet(_ variable: ConfigurationVariable) -> Bool { values[variable.name] != nil }
}
