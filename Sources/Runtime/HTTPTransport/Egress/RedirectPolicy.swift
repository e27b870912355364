import ContractRuntime
import HTTPTypes

/// What a transport does with a 301, 302, 303, 307 or 308 that has a `Location`.
public enum RedirectPolicy: Sendable {
    /// The redirect is the response.
    case none
    /// Up to `limit` hops are followed; each must satisfy the transport's ``EgressPolicy`` and `isAllowed`. Credentials
    /// (`Authorization`, `Cookie`, `Proxy-Authorization`) stay behind when the origin changes, and https never becomes http.
    case follow(limit: Int, isAllowed: @Sendable (_ from: WebAddress, _ to: WebAddress) -> Bool)
}

/// One redirect, decided: pure logic of what is sent where.
struct RedirectHop {
    let address: WebAddress
    let request: ContractRequest

    /// The hop that a response asks for, or nil if it is no redirect or one that can't be followed (a streamed body
    /// is read once, so it can't be sent again).
    /// - Throws: ``TransportError/Code/invalidRequest`` if it must not be followed.
    init?(
        _ response: ContractResponse,
        to request: ContractRequest,
        at address: WebAddress
    ) throws(TransportError) {
        guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers[.location] else {
            return nil
        }
        let next = try address.resolving(location)
        if address.isSecure, !next.isSecure {
            throw TransportError(.invalidRequest, reason: "\(address.origin) redirects from https to http")
        }
        var request = request
        // RFC 9110 §15.4: 303 always becomes a GET, 301 and 302 only where they answer a POST.
        if response.status == 303 || (response.status <= 302 && request.method == .post), request.method != .head {
            request.method = .get
            request.body = .empty
            for name: HTTPField.Name in [.contentType, .contentEncoding, .contentLength] { request.headers[name] = nil }
        }
        if case .stream = request.body { return nil }
        if next.origin != address.origin {
            for name: HTTPField.Name in [.authorization, .cookie, .proxyAuthorization] { request.headers[name] = nil }
        }
        request.target = next.target
        self.address = next
        self.request = request
    }
}
