import AgentPortal
import ArgumentParser
import ConnectionCheckContract
import ContractRuntime
import ServiceKit
import SharedContract
import StateManager
import StateManagerContract
import TenantService
import TenantServiceContract
import Testing

@testable import waba_genesys

@Suite("Commands of an administrator")
struct CommandLineTests {
    private static let id = "0f2a5c1e-9c1b-4f0e-8a77-5b2f5d0f6a11"

    @Test("ids or all, not both and not neither")
    func selection() throws {
        #expect(throws: (any Error).self) { try ReplayCommand.parse([]) }
        #expect(throws: (any Error).self) { try ReplayCommand.parse([Self.id, "--all"]) }
        #expect(try ReplayCommand.parse([Self.id]).ids == [Self.id])
        let all = try ReplayCommand.parse(["--all", "--code", "131009", "--direction", "outbound"])
        #expect(all.all && all.choice.filter == DeadLetterFilter(direction: .outbound, code: "131009"))
        #expect(throws: (any Error).self) { try DeadLettersCommand.Discard.parse([Self.id]) }
        #expect(throws: (any Error).self) { try TenantCommand.Change.parse([Self.id]) }
    }

    @Test("what is no id is told before anything is asked, and an attempt is counted in the right number")
    func ids() throws {
        #expect {
            try ReplayCommand.parse([Self.id, "abc"])
        } throws: { error in
            ReplayCommand.message(for: error).contains("'abc' is no id; ids look like ")
        }
        #expect(counted(1, "attempt") == "1 attempt" && counted(0, "attempt") == "0 attempts")
        #expect(throws: (any Error).self) { try HeldMessagesCommand.Discard.parse(["7", "--note", "why"]) }
        #expect(try HeldMessagesCommand.Discard.parse(["7", "--note", "why", "--yes"]).id == 7)
        #expect(throws: (any Error).self) { try HeldMessagesCommand.Show.parse(["abc"]) }
    }

    @Test("an id that can be none of the platform's is refused before it is sent, in words and with an example")
    func platformIDs() async throws {
        let nowhere = InProcessTransport { RouteTable(routes: [], authenticator: BearerAuthenticator([:])) }
        let tenants = TenantServiceClient(transport: nowhere)
        for (number, integration, words) in [
            ("abc", nil, "/phoneNumberId: digits only, for example 106540352242922"),
            ("106540352242922", "support", "/genesysIntegrationId: as Genesys Cloud shows it, for example 5d0c7b6a-"),
        ] {
            let draft = TenantDraft(
                name: "Books", phoneNumberId: number, genesysIntegrationId: integration, status: .active)
            do throws(ClientError) {
                _ = try await tenants.createTenant(.init(body: draft))
                Issue.record("\(number) and \(integration ?? "none") were sent")
            } catch {
                let reason = CommandFailure(error, gatewayURL: "http://gateway.example").reason
                #expect(reason.contains(words) && !reason.contains("^"))
            }
        }
        #expect {
            try TenantCommand.PutCredential.credential(
                Array(#"{"accessToken":"EAA1","wabaId":"books-waba"}"#.utf8), .whatsapp)
        } throws: { error in
            "\(error)".contains("/wabaId: digits only, for example 102290129340398")
        }
    }

    @Test("the help of each command of an administrator shows an example")
    func examples() {
        let commands: [any ParsableCommand.Type] = [
            TenantCommand.self, ChannelsCommand.self, ConversationCommand.self, MessageCommand.self,
            MessageCommand.Trace.self, DeadLettersCommand.self, ReplayCommand.self, QuarantineCommand.self,
            HoldsCommand.self, HeldMessagesCommand.self, KeysCommand.Rotate.self, DoctorCommand.self,
        ]
        for command in commands {
            #expect(command.helpMessage(columns: 120).contains("Example"), "\(command)")
        }
    }

    @Test("the environment is checked as a whole, before servers have addresses")
    func configurationCheck() throws {
        var environment = [
            "META_APP_SECRET": "0123456789abcdef", "META_VERIFY_TOKEN": "0123456789abcdef",
            "ADMIN_API_KEY": "0123456789abcdef01234567", "INTERNAL_API_TOKEN": "0123456789abcdef01234567",
            "ENCRYPTION_KEYS": "one:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ]
        try ConfigurationCommand.check(environment, withoutServers: true)
        environment["META_GRAPH_VERSION"] = "23"
        environment["PUBLIC_BASE_URL"] = "https://ada:x@relay.example"
        #expect {
            try ConfigurationCommand.check(environment, withoutServers: false)
        } throws: { error in
            let text = "\(error)"
            return ["DATABASE_URL", "META_GRAPH_VERSION", "PUBLIC_BASE_URL: may have no user"].allSatisfy(text.contains)
        }
    }

    @Test("no two migrations of all modules have one number, of which the second would never be applied")
    func migrationNumbers() {
        let versions = RelayMigrations.all.map(\.version)
        #expect(versions.count > 15 && Set(versions).count == versions.count, "\(versions.sorted())")
    }

    @Test("quarantined updates are chosen like dead letters, holds and numbers by id")
    func furtherCommands() throws {
        #expect(throws: (any Error).self) { try QuarantineCommand.Replay.parse([Self.id, "--all"]) }
        let all = try QuarantineCommand.Replay.parse(["--all", "--reason", "tenantSuspended", "--addressee", "100"])
        #expect(all.choice.filter == QuarantineFilter(reason: .tenantSuspended, addressee: "100"))
        #expect(throws: (any Error).self) { try QuarantineCommand.Discard.parse([Self.id]) }
        #expect(try HoldsCommand.Release.parse([Self.id, "--platform", "genesys"]).platform == .genesys)
        #expect(throws: (any Error).self) { try ChannelsCommand.Change.parse([Self.id, Self.id]) }
        #expect(try ChannelsCommand.Suspend.parse(["tenant", "channel"]).subject.id == "channel")
        #expect(
            try WabaGenesys.parseAsRoot(["tenant", "channels", "list", Self.id]) is ChannelsCommand.List)
    }

    @Test("all quarantined updates of a filter are asked for again until nothing is left")
    func repeatedQuarantine() async throws {
        var calls: [QuarantineChanges] = [
            .init(results: [.init(id: "1", result: .replayed)], remaining: 1),
            .init(results: [.init(id: "2", result: .replayed)], remaining: 0),
        ]
        try await Selection.change(ids: nil, filter: QuarantineFilter(), try Self.json()) { ids, filter in
            #expect(ids == nil && filter != nil)
            return calls.removeFirst()
        }
        #expect(calls.isEmpty)
    }

    @Test("all of a filter is asked for again until nothing is left")
    func repeated() async throws {
        var calls: [DeadLetterChanges] = [
            .init(results: [.init(id: "1", result: .replayed)], remaining: 1),
            .init(results: [.init(id: "2", result: .replayed)], remaining: 0),
        ]
        try await Selection.change(ids: nil, filter: DeadLetterFilter(), try Self.json()) { ids, filter in
            #expect(ids == nil && filter != nil)
            return calls.removeFirst()
        }
        #expect(calls.isEmpty)
    }

    @Test("what a terminal would obey is shown as a replacement character, and everything else as it is")
    func terminalText() {
        var table = TextTable(["name", "text"])
        table.add(["\u{1B}[31mRED\u{1B}]0;title\u{7}", "Grüße 👩‍👩‍👧 \u{202E}gpj.exe\u{9B}2J\r\nnext"])
        let shown = "  \u{FFFD}[31mRED\u{FFFD}]0;title\u{FFFD}  Grüße 👩‍👩‍👧 \u{FFFD}gpj.exe\u{FFFD}2J\u{FFFD}\u{FFFD}next"
        #expect(table.lines.last == shown)
    }

    @Test("what fails again at once is not replayed for ever")
    func endless() async throws {
        var count = 0
        await #expect(throws: ExitCode(1)) {
            try await Selection.change(ids: nil, filter: DeadLetterFilter(), try Self.json()) {
                _, _ -> DeadLetterChanges in
                count += 1
                return .init(results: [.init(id: "1", result: .replayed)], remaining: 1)
            }
        }
        #expect(count == 2)
    }

    @Test("one that was named and left as it was is a failure")
    func named() async throws {
        await #expect(throws: ExitCode(1)) {
            try await Selection.change(ids: [Self.id], filter: DeadLetterFilter(), try Self.json()) {
                ids, filter -> DeadLetterChanges in
                #expect(ids == [Self.id] && filter == nil)
                return .init(results: [.init(id: Self.id, result: .notOpen)], remaining: 0)
            }
        }
    }

    @Test("a refusal is told with its places; a refused key by the variable that holds it")
    func refusals() {
        func refused(_ status: Int) -> GetMessage.Output {
            let violation = Violation(pointer: "/id", keyword: "maxLength", schemaPointer: "#/x", message: "too long")
            return .badRequest(
                Problem(
                    type: "about:blank", title: "Bad Request", status: status, detail: "broken", violations: [violation]
                ))
        }
        #expect(CommandFailure.refused(refused(400)).reason == "Bad Request: broken\n  /id: too long")
        #expect(CommandFailure.refused(refused(401)).reason.contains("ADMIN_API_KEY"))
        let retried = GetMessage.Output.serviceUnavailable(
            Problem(type: "about:blank", title: "Unavailable", status: 503), retryAfter: 5)
        #expect(CommandFailure.refused(retried).reason == "Unavailable")
        #expect(
            CommandFailure.refused(GetMessage.Output.undocumented(ContractResponse(status: 418))).reason.contains("418")
        )
    }

    @Test("doctor says what failed, why, and what to do")
    func doctor() {
        let failed = DoctorCheck(title: "Redis", outcome: .failed, cause: "away", remedy: "Start it.")
        #expect(failed.lines == ["  ✗ Redis", "      away", "      → Start it."])
        #expect(
            DoctorCheck(title: "S3", outcome: .passed, detail: "answers", cause: "no").lines == ["  ✓ S3  (answers)"])
        #expect(DoctorGroup(title: "Servers", checks: [failed]).hasFailed)
        let dependency = DependencyResult(name: "redis", status: .down, required: false, detail: "refused")
        let slower = DoctorCheck(
            .tenantService, Readiness(status: .ready, service: .tenantService, dependencies: [dependency]))
        #expect(slower.outcome == .warning && slower.cause == "redis is down: refused")
        let stopped = DoctorCheck(
            .tenantService, Readiness(status: .draining, service: .tenantService, dependencies: []))
        #expect(stopped.outcome == .failed)
        #expect(DoctorCheck(.tenantService, nil).outcome == .failed)
    }

    @Test("doctor fails where a tenant is parked, and warns where its messages follow by themselves")
    func doctorOfHolds() {
        let refused = FailureCause(disposition: .authentication, code: "190", reason: "the token is refused")
        let throttled = FailureCause(disposition: .throttled, reason: "asked to wait")
        let parked = TenantHold(
            tenantId: Self.id, platform: .whatsapp, state: .parked, cause: refused, heldMessages: 18)
        let waiting = TenantHold(
            tenantId: Self.id, platform: .genesys, state: .throttled, cause: throttled, heldMessages: 2)
        let releasing = TenantHold(tenantId: Self.id, platform: .genesys, state: .releasing, heldMessages: 1)
        let failed = DoctorCheck(holds: [parked, waiting], title: "no message is held")
        #expect(failed.outcome == .failed && failed.remedy?.contains("holds release") == true)
        #expect(failed.detail == "18 for WhatsApp: the token is refused; 2 for Genesys: asked to wait")
        #expect(DoctorCheck(holds: [waiting, releasing], title: "no message is held").outcome == .warning)
    }

    private static func json() throws -> ReportOptions { try ReportOptions.parse(["--format", "json"]) }
}
