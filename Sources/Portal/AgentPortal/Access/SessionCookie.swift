import ContractRuntime
import HTTPTypes

/// The cookie that carries a session's token.
struct SessionCookie: Sendable {
    /// Whether the portal is reached over HTTPS.
    let isSecure: Bool

    /// `__Host-` makes browsers insist on Secure, this host and path `/` (RFC 6265bis §4.1.3.2).
    var name: String { isSecure ? "__Host-portal_session" : "portal_session" }

    /// The token that a request shows.
    func token(in headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let halves = pair.split(separator: "=", maxSplits: 1)
                if halves.count == 2, halves[0].trimmingPrefix(while: { $0 == " " }) == name {
                    return String(halves[1])
                }
            }
        }
        return nil
    }

    /// `Set-Cookie` that starts a session. It ends with the browser, and at the server earlier.
    func starting(_ token: String) -> String { "\(name)=\(token); \(attributes)" }

    /// `Set-Cookie` that removes the cookie.
    var ending: String { "\(name)=; Max-Age=0; \(attributes)" }

    /// Lax, so that a link in a message opens the page; requests that change something are guarded besides.
    private var attributes: String { "Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "") }
}
