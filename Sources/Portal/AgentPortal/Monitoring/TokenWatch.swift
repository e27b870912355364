import ConnectionCheckContract
import ContractRuntime
import Logging
import ServiceKit
import SharedContract
import TenantServiceContract

/// Has Meta asked again, now and then, until when each tenant's WhatsApp token is good, so that the page Operations knows it
/// without anybody having pressed a button. With several portals each looks; an answer of any is fresh for all.
struct TokenWatch: Sendable {
    /// Time from one look at what is stale to the next.
    static let interval: Duration = .seconds(60)
    /// What Meta said is asked for again after so long.
    static let lifetimeHours = 6
    /// Most tenants that are asked about in one round, one after the other.
    static let mostInRound = 50

    let store: PortalStore
    let services: PortalServices
    let logger: Logger

    /// Runs until the task is cancelled.
    func run() async throws {
        while true {
            do {
                try await refresh()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.debug("tokens were not looked at", metadata: ["error": "\(type(of: error))"])
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// One round.
    func refresh() async throws {
        let fresh = try await store.freshlyChecked(.whatsApp, hours: Self.lifetimeHours)
        var cursor: String?
        var asked = 0
        repeat {
            guard case .ok(let page) = try await services.tenants.listTenants(.init(cursor: cursor, limit: 100)) else {
                return
            }
            for tenant in page.items where tenant.status == .active && !fresh.contains(tenant.id) {
                guard asked < Self.mostInRound else { return }
                guard try await hasCredential(tenant.id) else { continue }
                asked += 1
                let reports = await ConnectionChecker(services: services).run(
                    [.whatsApp], tenantID: tenant.id, integrationID: tenant.genesysIntegrationId,
                    traceparent: TraceContext.make())
                try await store.keep(reports, of: tenant.id)
            }
            cursor = page.nextCursor
        } while cursor != nil
    }

    private func hasCredential(_ tenantID: String) async throws -> Bool {
        guard case .ok(let list) = try await services.tenants.listCredentials(.init(tenantId: tenantID)) else {
            return false
        }
        return list.items.contains { $0.type == .whatsapp }
    }
}

/// Until when a WhatsApp token is good, in words.
struct TokenExpiry {
    let words: String
    /// Colour of the state: good, wait, bad or off.
    let kind: String

    /// A token that ends sooner than this is to be renewed.
    private static let warningDays = 14

    /// - Parameter result: What the check found last; nil: nobody has asked yet.
    init(_ result: CheckResult?, now: DateTime = WallClock.now) {
        guard let result else {
            (words, kind) = ("not looked up yet", "off")
            return
        }
        if let ends = result.expiresAt {
            let seconds = Double(ends.millisecondsSinceEpoch - now.millisecondsSinceEpoch) / 1_000
            let date = ends.text.prefix(10)
            if seconds <= 0 {
                (words, kind) = ("ended on \(date); rotate to a new one", "bad")
            } else {
                let left = OperationsContent.duration(seconds)
                (words, kind) = (
                    "ends on \(date), in \(left)", seconds < Double(Self.warningDays) * 86_400 ? "wait" : "good"
                )
            }
            return
        }
        switch result.outcome {
        case .passed: (words, kind) = ("never expires", "good")
        case .warning:
            (words, kind) = ([result.detail, result.cause].compactMap(\.self).joined(separator: ". "), "wait")
        case .failed: (words, kind) = (result.cause ?? "refused", "bad")
        case .skipped: (words, kind) = ("not known: \(result.cause ?? "it could not be asked for")", "off")
        }
    }
}
