import Crypto
import Foundation

/// Unguessable texts: sessions, invitations, form tokens, signature secrets.
enum RandomToken {
    /// Random bytes of the system's generator.
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// 256 random bits in the alphabet of URLs (RFC 4648 §5, without padding).
    static func make() -> String {
        Data(bytes(32)).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    /// What is stored of a token: whoever reads the database can't use it.
    static func digest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
