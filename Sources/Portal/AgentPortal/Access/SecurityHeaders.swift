import ContractRuntime
import HTTPTypes

/// What every response tells the browser to refuse.
struct SecurityHeaders: Sendable {
    private let fields: [(name: HTTPField.Name, value: String)]

    /// - Parameters:
    ///   - mediaOrigin: Where presigned links to media point; nil: no media are shown.
    ///   - isSecure: Whether the portal is reached over HTTPS.
    init(mediaOrigin: String?, isSecure: Bool) {
        let media = mediaOrigin.map { " \($0)" } ?? ""
        // No inline script or style anywhere. `data:` is for Bootstrap's icons, which are data URLs in its style sheet.
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:\(media)",
            "media-src 'self'\(media)", "font-src 'self'", "connect-src 'self'", "form-action 'self'",
            "base-uri 'none'", "frame-ancestors 'none'",
        ]
        var fields = [
            ("Content-Security-Policy", policy.joined(separator: "; ")), ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
        ]
        // A year, as hstspreload.org asks for at least.
        if isSecure { fields.append(("Strict-Transport-Security", "max-age=31536000")) }
        self.fields = fields.compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
    }

    func added(to response: ContractResponse) -> ContractResponse {
        var response = response
        for (name, value) in fields { response.headers[name] = value }
        return response
    }
}
