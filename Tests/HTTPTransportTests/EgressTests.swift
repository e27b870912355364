import ContractRuntime
import HTTPTransport
import HTTPTypes
import Synchronization
import Testing

@testable import HTTPTransport

@Suite("Egress")
struct EgressTests {
    @Test(
        "addresses that are not the public Internet are known in every spelling",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1",
            "198.19.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
            "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
            "2001::1", "100::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe",
        ]
    )
    func closed(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic == false)
    }

    @Test(
        "addresses of the public Internet pass",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "128.0.0.1", "172.15.255.255",
            "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
            "2a00:1450:4001::1", "::ffff:8.8.8.8",
        ]
    )
    func open(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test("host patterns cover what they say and nothing else")
    func patterns() {
        let exact: HostPattern = "Login.mypurecloud.de"
        #expect(exact.matches("login.mypurecloud.de"))
        #expect(!exact.matches("xlogin.mypurecloud.de") && !exact.matches("mypurecloud.de"))
        let below: HostPattern = "*.mypurecloud.de"
        #expect(below.matches("api.mypurecloud.de") && below.matches("a.b.mypurecloud.de"))
        #expect(!below.matches("mypurecloud.de") && !below.matches("evilmypurecloud.de"))
        #expect(!below.matches("api.mypurecloud.de.evil.example") && !below.matches(".mypurecloud.de"))
    }

    @Test("a URL is taken apart as libcurl understands it")
    func addresses() throws {
        let address = try WebAddress("HTTPS://API.Example.COM.:8443/a/../b?x=%20#")
        #expect(address.host == "api.example.com" && address.port == 8443 && address.target == "/a/../b?x=%20")
        #expect(try WebAddress("http://example.com").text == "http://example.com/")
        #expect(try WebAddress("http://2130706433/").host == "127.0.0.1")
        #expect(try WebAddress("http://0x7f.1/").host == "127.0.0.1")
        #expect(throws: TransportError.self) { try WebAddress("http://good.example@evil.example/") }
        #expect(throws: TransportError.self) { try WebAddress("http://example.com/a b") }
    }

    @Test("a payload's URL is held against hosts and TLS before anything is resolved")
    func hostCheck() async throws {
        let policy = EgressPolicy.publicHosts(["*.allowed.invalid"])
        for url in ["https://other.invalid/", "http://api.allowed.invalid/", "https://allowed.invalid/"] {
            #expect(throws: TransportError.self) { try policy.check(WebAddress(url)) }
        }
        try policy.check(WebAddress("https://api.allowed.invalid/x"))
    }

    @Test(
        "a name that leads to a private address is refused when the socket is made",
        arguments: ["localhost", "127.0.0.1"]
    )
    func privateAddress(host: String) async throws {
        let server = try await TestServer()
        let url = "http://\(host):\(server.port)"
        let engine = try CurlEngine()
        let closed = try CurlTransport(
            baseURL: url,
            engine: engine,
            configuration: TransportConfiguration(
                egress: EgressPolicy(allowedHosts: nil, allowsPrivateAddresses: false, requiresTLS: false)
            )
        )
        let open = try CurlTransport(baseURL: url, engine: engine)
        #expect(await failure { try await closed.post("/echo", .bytes([1])) }?.code == .invalidRequest)
        #expect(try await open.hits("/echo") == 0)
    }

    @Test("a connection that a freer transport left open can't be used")
    func reusedConnection() async throws {
        let server = try await TestServer()
        let engine = try CurlEngine()
        let open = try server.transport(engine: engine)
        #expect(try await open.get("/status/200").status == 200)
        let closed = try server.transport(
            TransportConfiguration(
                egress: EgressPolicy(allowedHosts: nil, allowsPrivateAddresses: false, requiresTLS: false)
            ),
            engine: engine
        )
        #expect(await failure { try await closed.get("/echo") }?.code == .invalidRequest)
        #expect(try await open.hits("/echo") == 0)
    }
}

@Suite("A redirect")
struct RedirectTests {
    let server: TestServer
    let other: TestServer
    let engine: CurlEngine

    init() async throws {
        server = try await TestServer()
        other = try await TestServer()
        engine = try CurlEngine()
    }

    private func following(
        limit: Int = 3,
        egress: EgressPolicy = .unrestricted,
        isAllowed: @escaping @Sendable (WebAddress, WebAddress) -> Bool = { _, _ in true }
    ) throws -> CurlTransport {
        let redirects = RedirectPolicy.follow(limit: limit, isAllowed: isAllowed)
        return try server.transport(TransportConfiguration(egress: egress, redirects: redirects), engine: engine)
    }

    private func authorized(_ method: HTTPRequest.Method, _ target: String, _ body: ContractBody) -> ContractRequest {
        ContractRequest(method: method, target: target, headers: [.authorization: "Bearer secret"], body: body)
    }

    @Test("is the response unless the transport follows it")
    func notFollowed() async throws {
        #expect(try await server.transport().get("/redirect?status=302&to=/echo").status == 302)
    }

    @Test("within the origin keeps the credentials")
    func sameOrigin() async throws {
        let request = authorized(.get, "/redirect?status=302&to=/headers", .empty)
        let text = try await following().send(request, options: RequestOptions()).text()
        #expect(text.contains("GET /headers") && text.contains("Bearer secret"))
    }

    @Test("to another origin leaves the credentials behind", arguments: [301, 302, 303, 307, 308])
    func otherOrigin(status: Int) async throws {
        let request = authorized(.get, "/redirect?status=\(status)&to=\(other.url)/headers", .empty)
        let text = try await following().send(request, options: RequestOptions()).text()
        #expect(text.contains("GET /headers") && !text.contains("secret"))
    }

    @Test(
        "after a POST becomes a GET or stays as its status says",
        arguments: [(302, "GET"), (303, "GET"), (307, "POST")]
    )
    func method(status: Int, method: String) async throws {
        let request = authorized(.post, "/redirect?status=\(status)&to=/headers", .bytes([65]))
        let text = try await following().send(request, options: RequestOptions()).text()
        #expect(text.hasPrefix("\(method) /headers"))
        #expect(text.contains("Content-Length: 1") == (method == "POST"))
    }

    @Test(
        "to a host that is not allowed, or to no web address, is refused",
        arguments: ["http://evil.invalid/", "file:///etc/passwd"]
    )
    func forbidden(to: String) async throws {
        let egress = EgressPolicy(allowedHosts: ["127.0.0.1"], allowsPrivateAddresses: true, requiresTLS: false)
        let transport = try following(egress: egress)
        #expect(await failure { try await transport.get("/redirect?status=302&to=\(to)") }?.code == .invalidRequest)
    }

    @Test("that the checker refuses is not followed")
    func checker() async throws {
        let seen = Mutex<[String]>([])
        let transport = try following { from, to in
            seen.withLock { $0.append("\(from.host) \(to.target)") }
            return false
        }
        #expect(await failure { try await transport.get("/redirect?status=302&to=/echo") }?.code == .invalidRequest)
        #expect(seen.withLock { $0 } == ["127.0.0.1 /echo"])
    }

    @Test("is followed so many times and no more")
    func limit() async throws {
        let once = "/redirect?status=302&to=/echo"
        let twice = "/redirect?status=302&to=/redirect%3Fstatus%3D302%26to%3D/echo"
        #expect(try await following(limit: 1).get(once).status == 200)
        #expect(await failure { try await following(limit: 1).get(twice) }?.code == .invalidRequest)
    }

    @Test("that answers a POST and can't be followed leaves the outcome unknown")
    func afterActing() async throws {
        let transport = try following { _, _ in false }
        let error = await failure { try await transport.post("/redirect?status=303&to=/echo", .bytes([1])) }
        #expect(error?.code == .outcomeUnknown)
    }

    @Test("that would need a streamed body again is the response")
    func streamedBody() async throws {
        let chunks = AsyncThrowingStream<[UInt8], any Error> {
            $0.yield([1]); $0.finish()
        }
        let transport = try following()
        #expect(try await transport.post("/redirect?status=307&to=/echo", .stream(chunks, length: 1)).status == 307)
    }
}
