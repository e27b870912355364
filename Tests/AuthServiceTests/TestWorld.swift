import AuthServiceContract
import Cache
import ContractJSON
import ContractRuntime
import Foundation
import HTTPTypes
import Logging
import ServiceKit
import SharedContract
import Synchronization
import TenantServiceContract
import Testing

@testable import AuthService

/// An auth-service on the Redis of the environment; tenant-service and Genesys are played by closures.
struct TestWorld: Sendable {
    let cache: RedisCache
    let tenantID = UUID().uuidString.lowercased()
    let platform = PlayedPlatform()

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static var isAvailable: Bool { variable("REQUIRE_SERVERS") == "1" || variable("REDIS_URL") != nil }
    static let missing: Comment = "REDIS_URL is not set"

    static func run(_ body: (TestWorld) async throws -> Void) async throws {
        var logger = Logger(label: "auth-service-tests")
        logger.logLevel = .critical
        let world = TestWorld(cache: try RedisCache(url: try #require(variable("REDIS_URL"), missing), logger: logger))
        var failure: (any Error)?
        do { try await body(world) } catch { failure = error }
        await world.cache.close()
        if let failure { throw failure }
    }

    /// A client of a process of its own, which shares Redis with the others.
    func process() -> AuthServiceClient {
        let platform = platform
        var logger = Logger(label: "auth-service-tests")
        logger.logLevel = .critical
        let service = AuthService(
            tenants: TenantServiceClient(
                transport: PlayedTransport { platform.credential($0) },
                credentials: ClientCredentials(bearerToken: "internal")
            ),
            cache: cache,
            transport: { address in PlayedTransport { await platform.token($0, at: address) } },
            operations: OperationsAnswers(
                service: .authService,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            logger: logger,
            now: { platform.state.withLock(\.nowMilliseconds) }
        )
        let table = RouteTable(
            routes: service.assembly.routes, authenticator: Everyone(),
            report: { error, route in
                Issue.record(error, "\(route.operationID) threw")
            })
        return AuthServiceClient(
            transport: InProcessTransport { table },
            credentials: ClientCredentials(bearerToken: "internal")
        )
    }

    func token(_ client: AuthServiceClient, refresh: Bool = false) async throws -> GenesysToken {
        let output = try await client.getGenesysToken(.init(tenantId: tenantID, refresh: refresh))
        guard case .ok(let token) = output else { throw Unexpected("\(output)") }
        return token
    }
}

/// What tenant-service and the Genesys login host answer, and how often they were asked.
final class PlayedPlatform: Sendable {
    struct State {
        var credential: Credential? = .genesys(
            GenesysCredential(
                region: .euCentral1,
                clientId: "client",
                clientSecret: "secret",
                webhookSecret: "webhook-secret-1"
            )
        )
        var updatedAt = 0
        var nowMilliseconds: Int64 = 1_793_491_200_000
        var lifeSeconds = 86_400
        var loginStatus = 200
        var logins: [String] = []
        var authorization: [String?] = []
        var delay: Duration = .zero
        /// What an answer other than a token asks to wait.
        var retryAfter: String?
        /// Stands in place of a refusal's body.
        var page: String?
    }

    let state = Mutex(State())

    var logins: [String] { state.withLock(\.logins) }

    func credential(_ request: ContractRequest) -> ContractResponse {
        let (credential, updatedAt) = state.withLock { ($0.credential, $0.updatedAt) }
        let isAsked = credential.map {
            if case .genesys = $0 { request.path.hasSuffix("/genesys") } else { request.path.hasSuffix("/whatsapp") }
        }
        guard let credential, isAsked == true else {
            return ProblemDocument(status: 404, title: "Not Found", detail: "no credential").response
        }
        let document = DecryptedCredential(
            tenant: TenantRoute(
                tenantId: String(request.path.split(separator: "/")[2]),
                status: .active,
                phoneNumberId: "100200300400500"
            ),
            credential: credential,
            updatedAt: DateTime(millisecondsSinceEpoch: Int64(updatedAt))
        )
        return Self.json(200, document.jsonBytes)
    }

    func token(_ request: ContractRequest, at address: String) async -> ContractResponse {
        let (status, life, number, delay, retryAfter) = state.withLock { state in
            state.logins.append(address)
            state.authorization.append(request.headers[.authorization])
            return (state.loginStatus, state.lifeSeconds, state.logins.count, state.delay, state.retryAfter)
        }
        if delay > .zero { try? await Task.sleep(for: delay) }
        guard status == 200 else {
            var refusal =
                state.withLock(\.page).map { Self.json(status, Array($0.utf8)) }
                ?? (status == 429 || status == 503
                    ? Self.json(status, Array(#"{"message":"no","code":"no","status":\#(status)}"#.utf8))
                    : Self.json(status, Array(#"{"error":"invalid_client"}"#.utf8)))
            refusal.headers[.retryAfter] = retryAfter
            return refusal
        }
        let token = #"{"access_token":"token-\#(number)","token_type":"bearer","expires_in":\#(life)}"#
        return Self.json(200, Array(token.utf8))
    }

    private static func json(_ status: Int, _ bytes: [UInt8]) -> ContractResponse {
        ContractResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(bytes))
    }
}

struct PlayedTransport: ClientTransport {
    let answer: @Sendable (ContractRequest) async -> ContractResponse

    func send(
        _ request: ContractRequest,
        options: RequestOptions
    ) async throws(TransportError) -> ContractResponse {
        await answer(request)
    }
}

private struct Everyone: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "tester")
    }
}

/// An answer that the test does not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
