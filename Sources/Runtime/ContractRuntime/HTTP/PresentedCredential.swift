import HTTPTypes

/// Takes credentials out of requests; what generated authenticators call.
public enum PresentedCredential {
    /// A bearer token or key; nil if there is none, or more than one.
    public static func key(in request: ContractRequest, as kind: SecurityRequirement.Kind) -> String? {
        switch kind {
        case .bearer: return authorization(request, "bearer")
        case .headerKey(let name):
            guard let field = HTTPField.Name(name) else { return nil }
            return only(request.headers[values: field])
        case .queryKey(let name):
            return only((PercentCoding.pairs(request.query ?? "") ?? []).filter { $0.name == name }.map(\.value))
        case .cookieKey(let name):
            let cookies = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
            let values = cookies.compactMap { cookie -> String? in
                let halves = cookie.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard halves.count == 2, String(halves[0]).trimmingSpaces == name else { return nil }
                return PercentCoding.decode(halves[1])
            }
            return only(values)
        case .basic, .external: return nil
        }
    }

    /// User and password of `Authorization: Basic` (RFC 7617).
    public static func login(in request: ContractRequest, as kind: SecurityRequirement.Kind) -> ClientCredentials.Basic?
    {
        guard kind == .basic, let text = authorization(request, "basic"), let bytes = Base64.decode(text),
            let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":")
        else { return nil }
        return ClientCredentials.Basic(
            user: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
    }

    /// Two values could be judged by one party and used by another.
    private static func only(_ values: [String]) -> String? { values.count == 1 ? values[0] : nil }

    private static func authorization(_ request: ContractRequest, _ scheme: String) -> String? {
        guard let field = only(request.headers[values: .authorization]) else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == scheme else { return nil }
        return String(parts[1]).trimmingSpaces
    }
}
