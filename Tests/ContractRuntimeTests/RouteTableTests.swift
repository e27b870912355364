import ContractRuntime
import Testing

/// Which route a path leads to.
@Suite("Routes")
struct RouteTableTests {
    private struct Nobody: Authenticator {
        func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? { nil }
    }

    /// In an order that would be wrong if the first that fits won.
    private static let table = RouteTable(
        routes: [
            "/v1/{name}", "/v1/{name}:cancel", "/v1/operation-{id}:cancel", "/v1/list:cancel",
            "/compare/{base}...{head}",
            "/accounts/{id}.json", "/accounts/{id}/calls.json", "/files/a{x}b{y}c/end",
        ].map { template in
            Route(method: .get, template: template, operationID: template, bodyLimit: 0) { _ in
                ContractResponse(status: .noContent)
            }
        }, authenticator: Nobody())

    private static func found(_ path: String) -> String {
        guard case .route(let route, let parameters) = table.match(ContractRequest(method: .get, path: path)) else {
            return "none"
        }
        return ([route.template] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
            .joined(separator: " ")
    }

    @Test(
        "text wins over text with parameters, that over a parameter alone, and values are as the path has them",
        arguments: [
            ("/v1/list:cancel", "/v1/list:cancel"),
            ("/v1/operation-7:cancel", "/v1/operation-{id}:cancel id=7"),
            ("/v1/operation-:cancel", "/v1/{name}:cancel name=operation-"),
            ("/v1/job%207%3Acancel", "/v1/{name}:cancel name=job%207"),
            ("/v1/job:stop", "/v1/{name} name=job:stop"),
            ("/v1/:cancel", "/v1/{name} name=:cancel"),
            ("/compare/main...a...b", "/compare/{base}...{head} base=main...a head=b"),
            ("/compare/main..b", "none"),
            ("/compare/...b", "none"),
            ("/accounts/AC1.json", "/accounts/{id}.json id=AC1"),
            ("/accounts/AC1.json/calls.json", "/accounts/{id}/calls.json id=AC1.json"),
            ("/accounts/AC1.json.json", "/accounts/{id}.json id=AC1.json"),
            ("/accounts/AC1.xml", "none"),
            ("/accounts/AC1%2", "none"),
            ("/files/a1b2b3c/end", "/files/a{x}b{y}c/end x=1b2 y=3"),
            ("/files/a1b2b3/end", "none"),
        ])
    func choice(path: String, expected: String) {
        #expect(Self.found(path) == expected)
    }
}
