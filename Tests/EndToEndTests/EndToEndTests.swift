import Foundation
import Testing

/// The whole relay as users run it: ten services and both simulators as processes, on servers of their own.
@Suite(
    "End to end", .serialized, .enabled(if: ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1"),
    RunningRelayTrait())
struct EndToEndTests {
    /// Gives a test the installation that its suite runs.
    func withRelay(_ body: (RelayWorld, PrivateServers) async throws -> Void) async throws {
        let relay = try #require(RunningRelayTrait.current)
        try await body(relay.world, relay.servers)
    }
}

/// Starts servers and installation once for the suite, and ends them whatever happens.
struct RunningRelayTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: (world: RelayWorld, servers: PrivateServers)?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let servers = try await PrivateServers.start()
        let installation = try RelayInstallation(servers: servers)
        do {
            try await installation.start()
            let world = try RelayWorld(installation)
            try await Self.$current.withValue((world, servers)) { try await function() }
            let canaries = try await LogSecrecy.canaries(of: world)
            #expect(try await installation.leaks(of: canaries) == [], "no log tells of customers or secrets")
        } catch {
            try await installation.abandon()
            try await servers.remove()
            throw error
        }
        #expect(try await installation.stop() == [], "every process ends with 0 on SIGTERM")
        try await servers.remove()
        try await installation.removeLogs()
    }
}
