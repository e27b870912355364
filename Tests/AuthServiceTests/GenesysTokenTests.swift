import AuthServiceContract
import ContractRuntime
import RelayCacheContract
import SharedContract
import Testing

@testable import AuthService

@Suite("Genesys tokens", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct GenesysTokenTests {
    @Test("A token is fetched once from the region's login host and cached for 55 minutes")
    func caching() async throws {
        try await TestWorld.run { world in
            let client = world.process()
            let token = try await world.token(client)
            #expect(token.apiBaseUrl == "https://api.mypurecloud.de" && token.accessToken == "token-1")
            #expect(token.expiresAt == DateTime(millisecondsSinceEpoch: 1_793_491_200_000 + 86_400_000))
            let same = try await world.token(client)
            #expect(same == token)
            let fromRedis = try await world.token(world.process())
            #expect(fromRedis == token)
            #expect(world.platform.logins == ["https://login.mypurecloud.de"])
            #expect(world.platform.state.withLock(\.authorization) == ["Basic Y2xpZW50OnNlY3JldA=="])
            let life = try #require(try await world.cache.timeToLive(of: "tenant:\(world.tenantID):oauth:token"))
            #expect(life > .seconds(3_290) && life <= .seconds(3_300))
        }
    }

    @Test("However many ask at once, in two processes, one token is fetched", arguments: [false, true])
    func singleFlight(refresh: Bool) async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { $0.delay = .milliseconds(200) }
            let processes = [world.process(), world.process()]
            let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<100 {
                    group.addTask { try await world.token(processes[index % 2], refresh: refresh).accessToken }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tokens == ["token-1"])
            #expect(world.platform.logins.count == 1)
        }
    }

    @Test("A refresh drops the cached token; those who ask right after it get the new one, in any process")
    func refresh() async throws {
        try await TestWorld.run { world in
            let process = world.process()
            _ = try await world.token(process)
            // As if the first fetch were a while ago.
            try await world.cache.remove(["tenant:\(world.tenantID):oauth:lease"])
            for other in [world.process(), world.process()] {
                for refresh in [true, true, false] {
                    let token = try await world.token(other, refresh: refresh)
                    #expect(token.accessToken == "token-2")
                }
            }
            let seen = try await world.token(process)
            #expect(seen.accessToken == "token-2")
        }
    }

    @Test(
        "A token that was dropped because its credential changed is fetched at once, however new it is",
        arguments: [false, true])
    func changedCredential(refresh: Bool) async throws {
        try await TestWorld.run { world in
            let process = world.process()
            _ = try await world.token(process)
            try await world.cache.remove(["tenant:\(world.tenantID):oauth:token"])
            let token = try await world.token(process, refresh: refresh)
            #expect(token.accessToken == "token-2")
        }
    }

    @Test("A token is not kept longer than it lives")
    func shortLife() async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { $0.lifeSeconds = 90 }
            let process = world.process()
            _ = try await world.token(process)
            let life = try #require(try await world.cache.timeToLive(of: "tenant:\(world.tenantID):oauth:token"))
            #expect(life <= .seconds(60))
            world.platform.state.withLock { $0.nowMilliseconds += 61_000 }
            let next = try await world.token(process)
            #expect(next.accessToken == "token-2")
        }
    }

    @Test("A refused credential is 409 and not tried again until it has changed")
    func refused() async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { $0.loginStatus = 401 }
            let process = world.process()
            for _ in 0..<3 {
                let output = try await process.getGenesysToken(.init(tenantId: world.tenantID))
                guard case .conflict(let problem) = output else { throw Unexpected("\(output)") }
                #expect(problem.type == "urn:waba-genesys:problem:credential-refused")
            }
            #expect(world.platform.logins.count == 1)
            world.platform.state.withLock {
                $0.loginStatus = 200
                $0.updatedAt += 1
            }
            let token = try await world.token(process)
            #expect(token.accessToken == "token-2")
        }
    }

    @Test("A login host that asks to wait or fails is 503", arguments: [408, 425, 429, 503, 500])
    func unavailable(status: Int) async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { $0.loginStatus = status }
            let output = try await world.process().getGenesysToken(.init(tenantId: world.tenantID))
            guard case .serviceUnavailable(_, let wait) = output else { throw Unexpected("\(output)") }
            #expect(try #require(wait) > 0)
        }
    }

    @Test(
        "What a login host asks to wait is passed on, in seconds or until a date",
        arguments: [("7", 7), ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400)])
    func waits(field: String, seconds: Int) async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { ($0.loginStatus, $0.retryAfter) = (429, field) }
            for page in [nil, "<html>Too many requests</html>"] {
                world.platform.state.withLock { $0.page = page }
                let output = try await world.process().getGenesysToken(.init(tenantId: world.tenantID))
                guard case .serviceUnavailable(_, let wait) = output else { throw Unexpected("\(output)") }
                #expect(wait == seconds)
            }
        }
    }

    @Test("Without Redis tokens are fetched all the same")
    func withoutRedis() async throws {
        try await TestWorld.run { world in
            await world.cache.close()
            let token = try await world.token(world.process())
            #expect(token.accessToken == "token-1")
        }
    }

    @Test("A tenant without credential is 404; addresses of the credential come before the region's")
    func addresses() async throws {
        try await TestWorld.run { world in
            let named = GenesysCredential(
                region: .usEast1,
                apiBaseUrl: "http://127.0.0.1:9102/",
                loginBaseUrl: "http://127.0.0.1:9102",
                clientId: "client",
                clientSecret: "secret",
                webhookSecret: "webhook-secret-1"
            )
            world.platform.state.withLock { $0.credential = .genesys(named) }
            let token = try await world.token(world.process())
            #expect(token.apiBaseUrl == "http://127.0.0.1:9102")
            #expect(world.platform.logins == ["http://127.0.0.1:9102"])
            world.platform.state.withLock { $0.credential = nil }
            let output = try await world.process().getGenesysToken(.init(tenantId: world.tenantID, refresh: true))
            guard case .notFound = output else { throw Unexpected("\(output)") }
        }
    }
}

@Suite("Genesys regions")
struct GenesysRegionTests {
    @Test("Every region has a domain of its own")
    func domains() {
        #expect(Set(GenesysRegion.allCases.map(\.domain)).count == GenesysRegion.allCases.count)
    }
}
