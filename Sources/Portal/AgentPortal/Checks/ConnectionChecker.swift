import ConnectionCheckContract
import ContractRuntime
import GenesysAPIServiceContract
import GenesysWebhookServiceContract
import ServiceKit
public import SharedContract
import TenantServiceContract
import WhatsAppAPIServiceContract
import WhatsAppWebhookServiceContract

/// Has the services check the connection of a tenant; what the portal shows step by step and `doctor` at once.
public struct ConnectionChecker: Sendable {
    /// Which service checks.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        /// What is stored: tenant-service.
        case stored
        /// Meta: whatsapp-api-service.
        case whatsApp
        /// Genesys: genesys-api-service.
        case genesys
        /// The way of Meta's webhooks, and media: whatsapp-webhook-service.
        case whatsAppWebhooks
        /// The way of Genesys' webhooks: genesys-webhook-service.
        case genesysWebhooks

        /// Name of the service.
        var service: String {
            switch self {
            case .stored: "tenant-service"
            case .whatsApp: "whatsapp-api-service"
            case .genesys: "genesys-api-service"
            case .whatsAppWebhooks: "whatsapp-webhook-service"
            case .genesysWebhooks: "genesys-webhook-service"
            }
        }

        /// What stands for the whole part where the service gives no answer.
        fileprivate var firstCheck: CheckName {
            switch self {
            case .stored: .tenantActive
            case .whatsApp: .whatsAppTokenAvailable
            case .genesys: .genesysTokenGranted
            case .whatsAppWebhooks: .whatsAppWebhookReachable
            case .genesysWebhooks: .genesysSignatureAccepted
            }
        }
    }

    /// What is checked of a channel; the ways of webhooks are the tenant's.
    public static let partsOfChannel: [Part] = [.stored, .whatsApp, .genesys]

    /// Some checks ask a platform ten times.
    private static let options = RequestOptions(timeout: .seconds(60))

    private let services: PortalServices

    /// - Parameter services: Clients of the services.
    public init(services: PortalServices) { self.services = services }

    /// Runs parts at the same time.
    /// - Parameters:
    ///   - parts: Which ones.
    ///   - tenantID: The tenant.
    ///   - integrationID: Its integration, if it has one.
    ///   - channel: The channel to check, in place of the first number and its integration.
    ///   - traceparent: Trace of the call.
    /// - Returns: A report for each part, in their order; a service that gives no answer is a failed check.
    public func run(
        _ parts: [Part], tenantID: String, integrationID: String?, channel: Channel? = nil, traceparent: String
    ) async -> [(part: Part, report: CheckReport)] {
        let subject = Subject(
            tenantID: tenantID, integrationID: channel.map(\.genesysIntegrationId) ?? integrationID, channel: channel)
        return await withTaskGroup(of: (Part, CheckReport).self) { group in
            for part in parts {
                group.addTask { (part, await report(part, subject, traceparent)) }
            }
            var reports: [Part: CheckReport] = [:]
            for await (part, report) in group { reports[part] = report }
            return parts.compactMap { part in reports[part].map { (part, $0) } }
        }
    }

    private struct Subject: Sendable {
        let tenantID: String
        let integrationID: String?
        let channel: Channel?
    }

    private func report(_ part: Part, _ subject: Subject, _ traceparent: String) async -> CheckReport {
        do {
            if let report = try await ask(part, subject, traceparent) { return report }
            return unanswered(part, subject.tenantID, "\(part.service) did not run its checks.")
        } catch {
            return unanswered(part, subject.tenantID, "\(part.service) gave no answer.")
        }
    }

    /// - Returns: nil if the service answered with a refusal.
    private func ask(
        _ part: Part, _ subject: Subject, _ traceparent: String
    ) async throws(ClientError) -> CheckReport? {
        switch part {
        case .stored:
            let output = try await services.tenantChecks.checkTenant(
                .init(tenantId: subject.tenantID, channelId: subject.channel?.id), traceparent: traceparent,
                options: Self.options)
            if case .ok(let report) = output { return report }
        case .whatsApp:
            let output = try await services.whatsAppAPI.checkConnection(
                .init(
                    tenantId: subject.tenantID, phoneNumberId: subject.channel?.phoneNumberId,
                    wabaId: subject.channel?.wabaId), traceparent: traceparent, options: Self.options)
            if case .ok(let report) = output { return report }
        case .genesys:
            let output = try await services.genesysAPI.checkConnection(
                .init(tenantId: subject.tenantID, integrationId: subject.integrationID), traceparent: traceparent,
                options: Self.options)
            if case .ok(let report) = output { return report }
        case .whatsAppWebhooks:
            let output = try await services.whatsAppWebhooks.checkWebhooks(
                .init(tenantId: subject.tenantID), traceparent: traceparent, options: Self.options)
            if case .ok(let report) = output { return report }
        case .genesysWebhooks:
            let output = try await services.genesysWebhooks.checkWebhooks(
                .init(tenantId: subject.tenantID), traceparent: traceparent, options: Self.options)
            if case .ok(let report) = output { return report }
        }
        return nil
    }

    private func unanswered(_ part: Part, _ tenantID: String, _ cause: String) -> CheckReport {
        CheckReport(
            tenantId: tenantID, checkedAt: WallClock.now,
            items: [
                CheckResult(
                    check: part.firstCheck, title: "\(part.service) answers", outcome: .failed, cause: cause,
                    remedy: "Look at the health and the log of \(part.service), then check again.")
            ])
    }
}
