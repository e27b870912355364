import ContractRuntime
import HTTPServer
import HTTPTypes
import ServiceKit

/// Whether a request that changes something was sent by a page of the portal.
struct RequestProof: Sendable {
    /// Origin under which the portal is published, if it is another than requests name (a proxy in front).
    let publishedOrigin: String

    /// Whether the browser says that the request comes from the portal itself. Browsers do not let scripts set these fields
    /// (Fetch Standard, forbidden request-headers); a request without any of them is none of a browser's forms.
    func isSameOrigin(_ headers: HTTPFields) -> Bool {
        if let site = Self.field("Sec-Fetch-Site", headers) { return site == "same-origin" }
        guard let origin = headers[.origin]?.lowercased() else { return false }
        if origin == publishedOrigin.lowercased() { return true }
        let authority = (RequestOrigin.current?.authority ?? Self.field("Host", headers))?.lowercased()
        return authority.map { origin == "http://\($0)" || origin == "https://\($0)" } ?? false
    }

    /// Whether a form carries the session's token.
    static func hasToken(_ form: [UInt8], of visit: Visit) -> Bool {
        guard let pairs = PercentCoding.pairs(String(decoding: form, as: UTF8.self)),
            let token = pairs.first(where: { $0.name == "csrfToken" })?.value
        else { return false }
        return ConstantTime.areEqual(Array(token.utf8), Array(visit.csrfToken.utf8))
    }

    /// Whether a form holds a NUL character, which databases do not take as text.
    static func hasNullCharacter(_ form: [UInt8]) -> Bool {
        form.contains(0) || String(decoding: form, as: UTF8.self).contains("%00")
    }

    private static func field(_ name: String, _ headers: HTTPFields) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}
