public import ContractRuntime
import Crypto
public import HTTPTypes

/// Judges `Authorization: Bearer` by secrets known from the start.
public struct BearerAuthenticator: Authenticator {
    /// Digests, so that a comparison tells nothing about the length of a secret either.
    private let accepted: [String: [[UInt8]]]

    /// - Parameter accepted: By scheme name of the contract, the secrets that satisfy it; several while one rotates.
    public init(_ accepted: [String: [Secret]]) {
        self.accepted = accepted.mapValues { secrets in secrets.map { Self.digest($0.bytes) } }
    }

    /// The scheme's name as principal if the bearer is one of its secrets.
    public func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        guard requirement.kind == .bearer, let known = accepted[requirement.scheme],
            let field = request.headers[.authorization], let token = Self.bearer(field)
        else { return nil }
        return ConstantTime.contains(Self.digest(Array(token.utf8)), in: known)
            ? Principal(name: requirement.scheme) : nil
    }

    /// By what a log names the bearer of a request: eight hexadecimal digits of its SHA-256, as
    /// `printf %s "$ADMIN_API_KEY" | sha256sum | cut -c1-8` prints them; nil: there is none.
    public static func fingerprint(of headers: HTTPFields) -> String? {
        guard let field = headers[.authorization], let token = bearer(field) else { return nil }
        return digest(Array(token.utf8)).prefix(4).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }

    /// The token of an `Authorization` field; the scheme's name is case-insensitive (RFC 9110 §11.1).
    private static func bearer(_ field: String) -> Substring? {
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].contains(" ") else { return nil }
        return parts[1]
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}

extension BearerAuthenticator {
    /// The two schemes of the service contracts, `adminKey` and `internalToken`, as far as the configuration has them.
    public init(_ configuration: ServiceConfiguration) throws(ConfigurationError) {
        var accepted: [String: [Secret]] = [:]
        if configuration.isSet(.adminAPIKey) { accepted["adminKey"] = try configuration.adminAPIKeys }
        if configuration.isSet(.internalAPIToken) { accepted["internalToken"] = try configuration.internalAPITokens }
        self.init(accepted)
    }
}
