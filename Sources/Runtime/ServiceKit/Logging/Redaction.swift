import ContractRuntime
import Crypto

/// Turns what names a person into something that a log may hold: the same person gives the same text, nobody without the
/// key finds the person, and the last two digits help support to recognise a number that it already knows.
public struct Redaction: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: Keeps pseudonyms from being guessed by trying all numbers. Derived, never used as it is.
    public init(key: Secret) {
        let purpose = Array("waba-genesys log pseudonyms".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: purpose, using: SymmetricKey(data: key.bytes))
        self.key = SymmetricKey(data: Array(code))
    }

    /// With a key derived from the internal token, so that all services give one person the same pseudonym.
    public init(_ configuration: ServiceConfiguration) throws(ConfigurationError) {
        let tokens = try configuration.internalAPITokens
        self.init(key: tokens.first ?? Secret(""))
    }

    /// `p_` with 12 hexadecimal digits, and the last two digits of the number: `p_0f3a61c2b4d5…89`.
    public func phone(_ number: String) -> String {
        let digits = number.filter(\.isNumber)
        return "\(pseudonym(digits))…\(digits.count > 4 ? String(digits.suffix(2)) : "")"
    }

    /// `p_` with 12 hexadecimal digits for anything else that names a person.
    public func pseudonym(_ identity: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(identity.utf8), using: key)
        return "p_" + code.prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
