import AgentPortal
import ArgumentParser
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import HTTPTransport
import ServiceKit
import SharedContract
import StateManagerContract
import TenantServiceContract

/// `waba-genesys doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check servers, services and the connections of tenants; exit code 1 if one fails.",
        discussion: """
            Run where the services run, with their environment: servers whose variable is not set are skipped. Each check that
            does not pass says why and what to do. Examples:
              waba-genesys doctor --without-tenants
              waba-genesys doctor --tenant ID --format json
            """)

    @Option(help: "Only this tenant; without it all active ones, at most 100.") var tenant: String?
    @Flag(help: "Servers and services only.") var withoutTenants = false
    @OptionGroup var report: ReportOptions

    func run() async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.internalAPIToken], environment: ProcessEnvironment.variables)
        } catch {
            CommandFailure.say("\(error)")
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
        let directory = ServiceDirectory(hosted: [], configuration: configuration, engine: try CurlEngine())
        let services = try PortalClients(directory: directory, configuration: configuration).services()
        var groups = [
            DoctorGroup(title: "Servers", checks: await ServerChecks(configuration).run()),
            DoctorGroup(title: "Services", checks: await Self.check(services.probes)),
        ]
        if !withoutTenants { groups += await Self.check(tenants: services, only: tenant) }
        let found = groups
        report.write(.object(JSONObject([("groups", .array(found.map(\.jsonValue)))]))) {
            found.flatMap(\.lines) + ["", Self.summary(found)]
        }
        if found.contains(where: \.hasFailed) { throw ExitCode(1) }
    }

    private static func check(_ probes: [ServiceProbe]) async -> [DoctorCheck] {
        await withTaskGroup(of: (Int, DoctorCheck).self) { group in
            for (index, probe) in probes.enumerated() {
                group.addTask { (index, DoctorCheck(probe.name, await probe.readiness())) }
            }
            var checks: [(Int, DoctorCheck)] = []
            for await check in group { checks.append(check) }
            return checks.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func check(tenants services: PortalServices, only id: String?) async -> [DoctorGroup] {
        let tenants: [Tenant]
        do {
            tenants = try await listed(services.tenants, only: id)
        } catch {
            return [
                DoctorGroup(
                    title: "Tenants",
                    checks: [
                        DoctorCheck(
                            title: "tenants can be read", outcome: .failed, cause: "\(error)",
                            remedy: "Look at tenant-service, and at INTERNAL_API_TOKEN.")
                    ])
            ]
        }
        let checker = ConnectionChecker(services: services)
        var groups: [DoctorGroup] = []
        for tenant in tenants {
            let reports = await checker.run(
                ConnectionChecker.Part.allCases, tenantID: tenant.id, integrationID: tenant.genesysIntegrationId,
                traceparent: TraceContext.make())
            groups.append(
                DoctorGroup(
                    title: "\(tenant.name) (\(tenant.id))",
                    checks: reports.flatMap { $0.report.items.map(DoctorCheck.init) }
                        + [await check(holdsOf: tenant, services)]))
            groups += await check(channelsOf: tenant, services, checker)
        }
        return groups
    }

    /// Whether its messages go on, whatever the platforms say now: a hold ends with the next message that they take.
    private static func check(holdsOf tenant: Tenant, _ services: PortalServices) async -> DoctorCheck {
        let title = "no message is held"
        guard case .ok(let list)? = try? await services.state.listHolds(.init(tenantId: tenant.id)) else {
            return DoctorCheck(
                title: title, outcome: .failed, cause: "state-manager did not list its holds.",
                remedy: "Look at state-manager.")
        }
        guard !list.items.isEmpty else { return DoctorCheck(title: title, outcome: .passed) }
        return DoctorCheck(holds: list.items, title: title)
    }

    private static func check(
        channelsOf tenant: Tenant, _ services: PortalServices, _ checker: ConnectionChecker
    ) async -> [DoctorGroup] {
        guard case .ok(let list)? = try? await services.tenants.listChannels(.init(tenantId: tenant.id)) else {
            return [
                DoctorGroup(
                    title: "\(tenant.name): further numbers",
                    checks: [
                        DoctorCheck(
                            title: "further numbers can be read", outcome: .failed,
                            cause: "tenant-service did not list them.", remedy: "Look at tenant-service.")
                    ])
            ]
        }
        var groups: [DoctorGroup] = []
        for channel in list.items where channel.status == .active {
            let reports = await checker.run(
                ConnectionChecker.partsOfChannel, tenantID: tenant.id, integrationID: nil, channel: channel,
                traceparent: TraceContext.make())
            groups.append(
                DoctorGroup(
                    title: "\(tenant.name): \(channel.name) (\(channel.id))",
                    checks: reports.flatMap { $0.report.items.map(DoctorCheck.init) }))
        }
        return groups
    }

    private static func listed(_ client: TenantServiceClient, only id: String?) async throws -> [Tenant] {
        if let id {
            let output = try await client.getTenant(.init(tenantId: id))
            guard case .ok(let tenant) = output else { throw CommandFailure.refused(output) }
            return [tenant]
        }
        let output = try await client.listTenants(.init(status: .active, limit: 100))
        guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
        return page.items
    }

    private static func summary(_ groups: [DoctorGroup]) -> String {
        let outcomes = groups.flatMap(\.checks).map(\.outcome)
        let counts = [CheckOutcome.passed, .warning, .failed, .skipped].compactMap { outcome in
            let count = outcomes.count { $0 == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        return counts.joined(separator: ", ")
    }
}
