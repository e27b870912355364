import ContractRuntime
import Foundation

/// Finding a route among many: the walk is as long as the path, however many routes there are.
struct RouterLoad {
    private let routes: Int
    private let table: RouteTable
    private let requests: [ContractRequest]

    /// - Parameter routes: How many there are.
    init(routes: Int) {
        self.routes = routes
        table = RouteTable(
            routes: (0..<routes).map { index in
                Route(
                    method: .get, template: "/collections/collection-\(index)/{item}/parts/{part}",
                    operationID: "operation\(index)", bodyLimit: 0
                ) { _ in ContractResponse(status: 204) }
            }, authenticator: Nobody())
        // Spread over all routes, as many for each number of them.
        requests = (0..<10).map { index in
            ContractRequest(
                method: .get, target: "/collections/collection-\(index * (routes - 1) / 9)/4711/parts/12?limit=5")
        }
    }

    /// The best of several rounds.
    func figure(_ rounds: Int, _ roundMilliseconds: Int) -> Figure {
        var best = Double.infinity
        var found = 0
        for _ in 0..<rounds {
            best = min(
                best,
                Stopwatch.microseconds(atLeast: roundMilliseconds) {
                    for request in requests { if case .route = table.match(request) { found += 1 } }
                })
        }
        return Figure(
            what: "find one of \(routes) routes", measured: String(format: "%.2f µs", best / Double(requests.count)),
            target: "independent of the number of routes")
    }
}

/// Knows nobody: the routes are open.
private struct Nobody: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? { nil }
}
