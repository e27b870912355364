import ContractJSON
import ContractRuntime
import HTTPTransport
import HTTPTypes
import ServiceKit
import Synchronization
import Testing

@testable import APIGateway

/// Stands for a service: keeps what it is asked and answers with it.
private final class Upstream: ClientTransport {
    private let received = Mutex<[(target: String, body: [UInt8], headers: HTTPFields)]>([])
    let failure: TransportError?

    init(failure: TransportError? = nil) { self.failure = failure }

    var requests: [(target: String, body: [UInt8], headers: HTTPFields)] { received.withLock { $0 } }

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        if let failure { throw failure }
        do {
            let body = try await request.body.collect(limit: 4 << 20)
            received.withLock { $0.append((request.target, body, request.headers)) }
            return ContractResponse(status: 200, headers: [.contentType: "text/plain"], body: .bytes(body))
        } catch {
            throw TransportError(.outcomeUnknown, reason: "the body ended")
        }
    }
}

@Suite("Forwarding")
struct ForwardingTests {
    private static let key = Secret("an-admin-key-of-these-tests")
    private static let token = Secret("an-internal-token-of-these-tests")

    private static func table(_ upstream: any ClientTransport) -> RouteTable {
        let gateway = APIGateway(
            operations: OperationsAnswers(
                service: .apiGateway, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
        ) { _ in upstream }
        return RouteTable(
            routes: gateway.assembly.routes, authenticator: BearerAuthenticator(["adminKey": [key], "internalToken": [token]]))
    }

    private static func ask(
        _ upstream: any ClientTransport, _ method: HTTPRequest.Method = .get, _ target: String,
        headers: HTTPFields = [.authorization: "Bearer \(key.reveal())"], body: [UInt8] = []
    ) async -> ContractResponse {
        await table(upstream).respond(
            to: ContractRequest(method: method, target: target, headers: headers, body: .bytes(body)),
            traceparent: TraceContext.make())
    }

    @Test("a webhook is forwarded byte for byte, with its signature and query")
    func webhook() async throws {
        let upstream = Upstream()
        let body: [UInt8] = [0x20, 0xFF, 0x0A, 0x7B]
        let signature = try #require(HTTPField.Name("X-Hub-Signature-256"))
        let response = await Self.ask(
            upstream, .post, "/webhooks/whatsapp?a=%2e%2e&b=;", headers: [signature: "sha256=abc"], body: body)
        #expect(response.status == 200)
        let found = try await response.body.collect(limit: 100)
        #expect(found == body)
        let request = try #require(upstream.requests.first)
        #expect(request.target == "/webhooks/whatsapp?a=%2e%2e&b=;")
        #expect(request.body == body)
        #expect(request.headers[signature] == "sha256=abc")
        #expect(request.headers.contains { $0.name.canonicalName == "traceparent" })
    }

    @Test("the API needs the admin key, which the service sees too")
    func administrator() async throws {
        let upstream = Upstream()
        #expect(await Self.ask(upstream, .get, "/api/v1/tenants", headers: [:]).status == 401)
        let wrong: HTTPFields = [.authorization: "Bearer another-key-altogether"]
        #expect(await Self.ask(upstream, .get, "/api/v1/tenants", headers: wrong).status == 401)
        // The services take the internal token for the portal; from outside it opens nothing.
        let trusted: HTTPFields = [.authorization: "Bearer \(Self.token.reveal())"]
        #expect(await Self.ask(upstream, .get, "/api/v1/tenants", headers: trusted).status == 401)
        #expect(upstream.requests.isEmpty)
        #expect(await Self.ask(upstream, .get, "/api/v1/tenants?limit=5").status == 200)
        #expect(upstream.requests.first?.target == "/api/v1/tenants?limit=5")
        #expect(upstream.requests.first?.headers[.authorization] == "Bearer \(Self.key.reveal())")
    }

    @Test("internal operations and everything unknown are not there")
    func unreachable() async throws {
        let upstream = Upstream()
        let targets = [
            "/internal/status", "/internal/tenants/4b1f7a52-0f5e-4f0e-9d3c-6a0e5b7c2d11", "/", "/api/v1",
            "/api/v2/tenants",
            "/webhooks", "/webhooks/genesys", "/claims",
        ]
        for target in targets {
            let response = await Self.ask(upstream, .get, target)
            #expect(response.status == 404, "\(target)")
            #expect(response.headers[.contentType] == "application/problem+json")
        }
        #expect(await Self.ask(upstream, .delete, "/api/v1/tenants").status == 405)
        #expect(upstream.requests.isEmpty)
    }

    @Test(
        "a path that two readers may take differently is refused",
        arguments: [
            "/api/v1/tenants/..", "/api/v1/tenants/%2e%2e", "/api/v1/tenants/.%2E", "/api/v1/tenants/.",
            "/api/v1/tenants/%2e%2e/credentials", "/api/v1/tenants/..%2f..%2finternal%2fstatus", "/api/v1//tenants",
            "//api/v1/tenants", "/api/v1/tenants/", "/api/v1/tenants/a;b=c", "/api/v1/tenants/a%3Bb",
            "/api/v1/tenants/a%5Cb",
            "/api/v1/tenants/%252e%252e", "/api/v1/tenants/a%00b", "/api/v1/tenants/a%0d%0ab", "/api/v1/tenants/a#b",
            "/api/v1/tenants/%", "/api/v1/tenants/%ff", "/api/v1/tenants/../../../internal/status",
            "/webhooks/whatsapp/..", "/webhooks//whatsapp", "/%61pi/v1/../internal/status",
        ])
    func ambiguousPaths(target: String) async throws {
        let upstream = Upstream()
        let response = await Self.ask(upstream, .get, target)
        #expect([400, 404].contains(response.status))
        #expect(upstream.requests.isEmpty)
    }

    @Test("a service that is away or too slow gives a problem document")
    func upstreamFailures() async throws {
        let away = await Self.ask(Upstream(failure: TransportError(.notConnected, reason: "")), .get, "/api/v1/tenants")
        #expect(away.status == 503)
        #expect(away.headers[.contentType] == "application/problem+json")
        let slow = TransportError(.timedOutBeforeSending, reason: "")
        #expect(await Self.ask(Upstream(failure: slow), .get, "/api/v1/tenants").status == 504)
        // Nothing listens there.
        let real = try CurlTransport(baseURL: "http://127.0.0.1:1", engine: CurlEngine())
        let unreachable = await Self.ask(real, .post, "/webhooks/whatsapp", headers: [:])
        let answer = try await unreachable.body.collect(limit: 4_000)
        #expect(unreachable.status == 503, "\(String(decoding: answer, as: UTF8.self))")
    }

    @Test("the gateway answers for its own health")
    func health() async throws {
        let response = await Self.ask(Upstream(), .get, "/healthz", headers: [:])
        let json = try JSONValue(parsing: try await response.body.collect(limit: 1_000))
        #expect(json["service"] == "api-gateway")
        #expect(await Self.ask(Upstream(), .get, "/readyz", headers: [:]).status == 200)
    }
}
