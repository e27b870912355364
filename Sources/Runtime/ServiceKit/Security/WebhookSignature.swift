import ContractRuntime
import Crypto

/// `X-Hub-Signature-256`: an HMAC-SHA256 over the raw bytes of a body, as both platforms send it in different spellings.
public enum WebhookSignature: Sendable {
    /// `sha256=` and 64 lower-case hexadecimal digits (Meta, Graph API webhooks, "Getting started", read 2026).
    case meta
    /// `sha256=` and base64 with padding (Genesys Cloud, Open Messaging, "Validate outbound webhooks", read 2026).
    case genesys

    /// Whether one of the secrets made this signature of this body. Tells nothing else: the right digest never leaves.
    /// - Parameters:
    ///   - header: The header field as it came; nil if there is none.
    ///   - body: The body as it came.
    ///   - secrets: Every secret that is accepted; several while one rotates. Empty: nothing is valid.
    public func isValid(_ header: String?, of body: [UInt8], secrets: [Secret]) -> Bool {
        guard let header, let claimed = digest(header) else { return false }
        // Looks at all secrets, whichever fits.
        return secrets.reduce(false) { found, secret in
            HMAC<SHA256>.isValidAuthenticationCode(
                claimed,
                authenticating: body,
                using: SymmetricKey(data: secret.bytes)
            ) || found
        }
    }

    /// The header field for a body, for whoever plays the platform.
    public func header(of body: [UInt8], secret: Secret) -> String {
        let code = Array(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: secret.bytes)))
        switch self {
        case .meta: return "sha256=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case .genesys: return "sha256=" + Base64.encode(code)
        }
    }

    /// The 32 bytes that a header claims; nil unless it has exactly the right form.
    private func digest(_ header: String) -> [UInt8]? {
        guard header.hasPrefix("sha256=") else { return nil }
        let text = header.utf8.dropFirst(7)
        let bytes: [UInt8]?
        switch self {
        case .meta: bytes = text.count == 64 ? Self.lowerCaseHex(text) : nil
        case .genesys: bytes = text.count == 44 ? Base64.decode(header.dropFirst(7)) : nil
        }
        return bytes?.count == 32 ? bytes : nil
    }

    private static func lowerCaseHex(_ text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text {
            let digit: UInt8
            switch character {
            case 48...57: digit = character - 48
            case 97...102: digit = character - 87
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
