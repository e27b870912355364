import ConnectionCheckContract
import ContractRuntime
import Database
import Foundation
import GenesysAPIServiceContract
import GenesysWebhookServiceContract
import HTTPTypes
import Logging
import ServiceKit
import StateManagerContract
import TenantServiceContract
import Testing
import WhatsAppAPIServiceContract
import WhatsAppWebhookServiceContract

@testable import AgentPortal

@Suite("The portal as it is mounted")
struct PortalTests {
    /// A portal whose database and services are away.
    static func portal(libraries: String = "/usr/share/javascript") throws -> AgentPortal {
        let nowhere = InProcessTransport { RouteTable(routes: [], authenticator: BearerAuthenticator([:])) }
        return try AgentPortal(
            database: DatabasePool(url: "postgres://nobody:nothing@127.0.0.1:1/none?connect_timeout=1"),
            services: PortalServices(
                tenants: TenantServiceClient(transport: nowhere), tenantChecks: TenantServiceClient(transport: nowhere),
                state: StateManagerClient(transport: nowhere),
                whatsAppAPI: WhatsAppAPIServiceClient(transport: nowhere),
                genesysAPI: GenesysAPIServiceClient(transport: nowhere),
                whatsAppWebhooks: WhatsAppWebhookServiceClient(transport: nowhere),
                genesysWebhooks: GenesysWebhookServiceClient(transport: nowhere)),
            addresses: PortalAddresses(
                portalURL: "https://portal.example", publicBaseURL: "https://relay.example",
                mediaOrigin: "https://media.example", libraries: libraries),
            operations: OperationsAnswers(
                service: .agentPortal, version: "test", health: HealthRegistry(), metrics: MetricRegistry()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func respond(_ request: ContractRequest) async throws -> ContractResponse {
        let assembly = try portal().assembly
        let table = RouteTable(
            routes: assembly.routes,
            authenticator: BearerAuthenticator(["internalToken": [Secret("the-internal-token-of-all")]]),
            refusal: assembly.refusal)
        return await table.respond(to: request, traceparent: TraceContext.make())
    }

    @Test("every operation but sign-in, invitations, assets and health asks for a session with a role")
    func everyOperationIsGuarded() throws {
        let open: Set = [
            "getStyle", "getScript", "getImage", "getIcon", "getSignInPage", "signIn", "getInvitationPage",
            "acceptInvitation", "getLiveness", "getReadiness",
        ]
        for route in try Self.portal().routes where route.operationID != "getMetrics" {
            let scopes = route.security.flatMap { $0 }.flatMap(\.scopes)
            if open.contains(route.operationID) {
                #expect(scopes.isEmpty, "\(route.operationID)")
            } else {
                #expect(scopes.count == 1 && Role(rawValue: scopes[0]) != nil, "\(route.operationID)")
                #expect(route.method == .get || scopes != ["viewer"] || Self.own.contains(route.operationID))
            }
        }
    }

    /// Changes that everybody may make, to what is their own.
    private static let own: Set = ["signOut", "changePassword"]

    @Test("without a session a page leads to signing in and back")
    func signInFirst() async throws {
        let response = try await Self.respond(ContractRequest(method: .get, target: "/tenants?q=a b"))
        #expect(response.status == 303)
        #expect(response.headers[.location] == "/sign-in?next=%2Ftenants%3Fq%3Da%20b")
    }

    @Test(
        "signing in leads to no other host",
        arguments: [
            "//evil.example", "/%5Cevil.example", "/%09/evil.example", "/%0A/evil.example", "https://evil.example",
        ])
    func openRedirect(target: String) async throws {
        let response = try await Self.respond(ContractRequest(method: .get, target: "/sign-in?next=\(target)"))
        #expect(response.status == 400 && response.headers[.location] == nil)
    }

    @Test("what browsers try for an icon is there, for whoever has not signed in too")
    func icon() async throws {
        let response = try await Self.respond(ContractRequest(method: .get, target: "/favicon.ico"))
        #expect(response.status == 200 && response.headers[.contentType] == "image/svg+xml")
        #expect(String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self).contains("<svg"))
    }

    @Test("every answer forbids inline code and framing, refusals too")
    func contentSecurityPolicy() async throws {
        for target in ["/sign-in", "/tenants", "/assets/00/styles/none.css"] {
            let response = try await Self.respond(ContractRequest(method: .get, target: target))
            let policy = try #require(HTTPField.Name("Content-Security-Policy").flatMap { response.headers[$0] })
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(policy.contains("img-src 'self' data: https://media.example"))
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test("without its database the portal says so on a page, and asks to try again")
    func databaseAway() async throws {
        let cookie: HTTPFields = [.cookie: "__Host-portal_session=\(RandomToken.make())"]
        let response = try await Self.respond(ContractRequest(method: .get, target: "/tenants", headers: cookie))
        #expect(response.status == 503)
        #expect(response.headers[.retryAfter] != nil)
        let page = String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self)
        #expect(page.contains("The database does not answer"))
    }

    @Test("metrics are for whoever shows the internal token, a session or an administrator's key is not enough")
    func metrics() async throws {
        func ask(_ headers: HTTPFields) async throws -> Int {
            try await Self.respond(ContractRequest(method: .get, target: "/metrics", headers: headers)).status
        }
        #expect(try await ask([:]) == 401)
        #expect(try await ask([.cookie: "__Host-portal_session=\(RandomToken.make())"]) == 401)
        #expect(try await ask([.authorization: "Bearer an-administrators-key"]) == 401)
        #expect(try await ask([.authorization: "Bearer the-internal-token-of-all"]) == 200)
    }

    @Test("an unknown page and a wrong method are pages for browsers and problem documents for programs")
    func unmatched() async throws {
        let browser: HTTPFields = [.accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]
        for (method, target, status, title) in [
            (HTTPRequest.Method.get, "/nothing/here", 404, "There is no such page"),
            (.delete, "/tenants", 405, "This is not a page to open"),
        ] {
            let page = try await Self.respond(ContractRequest(method: method, target: target, headers: browser))
            #expect(page.status == status && page.headers[.contentType] == "text/html; charset=utf-8")
            let text = String(decoding: try await page.body.collect(limit: 1 << 20), as: UTF8.self)
            #expect(text.contains(title) && text.contains("rel=\"icon\""))
            #expect(HTTPField.Name("Content-Security-Policy").flatMap { page.headers[$0] } != nil)
            let program = try await Self.respond(
                ContractRequest(method: method, target: target, headers: [.accept: "application/json"]))
            #expect(program.status == status && program.headers[.contentType] == "application/problem+json")
        }
        let allowed = try await Self.respond(ContractRequest(method: .delete, target: "/tenants", headers: browser))
        #expect(allowed.headers[.allow]?.contains("GET") == true)
    }

    @Test("a refusal of a page is a problem document for a program")
    func refusalForPrograms() async throws {
        let headers: HTTPFields = [
            .cookie: "__Host-portal_session=\(RandomToken.make())", .accept: "application/problem+json, */*;q=0.1",
        ]
        let response = try await Self.respond(ContractRequest(method: .get, target: "/tenants", headers: headers))
        #expect(response.status == 503 && response.headers[.retryAfter] != nil)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test("the README tells how many checks there are, and the browser tests count them on the page")
    func checks() throws {
        let readme = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("README.md"), encoding: .utf8)
        let said = try #require(readme.firstMatch(of: /(\d+)\s+checks with cause/))
        #expect(Int(said.1) == CheckName.allCases.count)
    }

    @Test("a missing library is named at the start, with the package that has it")
    func missingLibraries() {
        #expect {
            try Self.portal(libraries: "/nowhere")
        } throws: { error in
            "\(error)".contains("/nowhere/bootstrap5") && "\(error)".contains("libjs-bootstrap5")
        }
    }

    @Test("a quote is escaped also where a combining mark follows it")
    func escaping() {
        let text = HTMLText().escapeText("\"\u{301} onfocus=x")
        let expected = "&quot;\u{301} onfocus=x"
        #expect(Array(text.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(HTMLText().escapeText("<a href='x'>&</a>") == "&lt;a href=&#39;x&#39;&gt;&amp;&lt;/a&gt;")
    }

    @Test("what people enter is escaped on every page that shows it")
    func escapingOnPages() throws {
        struct Content {
            let items: [Int] = []
            let search: String? = "\"\u{301}><script>alert(1)</script>"
            let older: String? = nil
        }
        let page = try Self.portal().pages.page("tenants", title: "<b>", Content())
        #expect(!page.contains("<script>alert"))
        let openQuote = "\"\u{301}>"
        #expect(!page.contains(openQuote))
        #expect(page.contains("&lt;b&gt;"))
    }

    @Test("templates hold no inline script, style or handler")
    func templatesAreClean() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Portal/AgentPortal/Resources/templates")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.count > 10)
        for file in files {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(file) shows something unescaped")
            #expect(
                text.range(of: #"\son[a-z]+\s*=|\sstyle\s*=|<style|javascript:"#, options: .regularExpression) == nil)
            #expect(text.range(of: #"<script(?![^>]*\ssrc=)"#, options: .regularExpression) == nil, "\(file)")
            #expect(text.range(of: #"https?://"#, options: .regularExpression) == nil, "\(file) leaves the portal")
        }
    }
}
