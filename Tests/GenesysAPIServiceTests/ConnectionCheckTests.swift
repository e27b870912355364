import GenesysAPIServiceContract
import Testing

@testable import GenesysAPIService

@Suite("Checks of a connection to Genesys")
struct ConnectionCheckTests {
    @Test(
        "each reason for having no token has a remedy of its own, and what needs a token is not tried",
        arguments: [
            ("urn:waba-genesys:problem:login-redirects", "Mend the login address"),
            ("urn:waba-genesys:problem:credential-refused", "Compare region, client id and secret"),
        ])
    func noToken(refusal: String, remedy: String) async throws {
        let world = World(isCredentialRefused: true, refusal: refusal)
        let output = try await world.client.checkConnection(
            .init(tenantId: World.tenantID, integrationId: World.integrationID))
        guard case .ok(let report) = output else {
            Issue.record("unexpected: \(output)")
            return
        }
        let granted = try #require(report.items.first { $0.check == .genesysTokenGranted })
        #expect(granted.outcome == .failed)
        #expect(granted.remedy?.hasPrefix(remedy) == true, "\(granted.remedy ?? "none")")
        let others = report.items.filter { $0.check != .genesysTokenGranted }
        #expect(others.count == 7 && others.allSatisfy { $0.outcome == .skipped })
    }
}
