import ContractRuntime
import Foundation
import ServiceKit
import SharedContract
import SimulatorContract
import StateManagerContract
import TenantServiceContract
import Testing

/// A running installation with tenants on both simulated platforms, as its administrators and its platforms see it.
struct RelayWorld: Sendable {
    let installation: RelayInstallation
    let meta: SimulatorClient
    let genesys: SimulatorClient
    let tenants: TenantServiceClient
    let state: StateManagerClient

    init(_ installation: RelayInstallation) throws {
        self.installation = installation
        meta = SimulatorClient(transport: try installation.transport(to: "meta-simulator"))
        genesys = SimulatorClient(transport: try installation.transport(to: "genesys-simulator"))
        let gateway = try installation.transport(to: "api-gateway")
        let credentials = ClientCredentials(bearerToken: installation.adminKey)
        tenants = TenantServiceClient(transport: gateway, credentials: credentials)
        state = StateManagerClient(transport: gateway, credentials: credentials)
    }

    /// Onboards a tenant through the public API, and on the platforms with limits that no test reaches.
    /// - Parameter number: Makes its ids.
    func onboard(_ number: Int) async throws -> Line {
        let phoneNumberID = String(100_200_300_400_500 + number)
        let integrationID = "5d0c7b6a-1e2f-4a3b-9c8d-\(String(format: "%012d", number))"
        let genesysURL = installation.address(of: "genesys-simulator")
        let draft = TenantDraft(
            name: "Tenant \(number)", phoneNumberId: phoneNumberID, genesysIntegrationId: integrationID,
            status: .active)
        guard case .created(let tenant, _) = try await tenants.createTenant(.init(body: draft)) else {
            throw Unexpected("createTenant")
        }
        let whatsApp = WhatsAppCredential(
            accessToken: "token-\(number)", wabaId: "500400300200\(number)",
            appSecret: "app-secret-of-\(number)-0123456789",
            verifyToken: "verify-token-of-\(number)")
        let openMessaging = GenesysCredential(
            apiBaseUrl: genesysURL, loginBaseUrl: genesysURL, clientId: "client-\(number)",
            clientSecret: "client-secret-\(number)", webhookSecret: "webhook-secret-of-\(number)-0123456789")
        for (type, credential) in [
            (CredentialType.whatsapp, Credential.whatsapp(whatsApp)), (.genesys, .genesys(openMessaging)),
        ] {
            let output = try await tenants.putCredential(
                .init(tenantId: tenant.id, credentialType: type, body: credential))
            guard case .ok = output else { throw Unexpected("putCredential: \(output)") }
        }
        let gateway = installation.address(of: "api-gateway")
        let simulated = SimulatedNumber(
            wabaId: whatsApp.wabaId, accessToken: whatsApp.accessToken, appSecret: whatsApp.appSecret ?? "",
            callbackUrl: "\(gateway)/webhooks/whatsapp/\(tenant.id)", messagesPerSecond: 100_000)
        _ = try await meta.putNumber(.init(phoneNumberId: phoneNumberID, body: simulated))
        let integration = SimulatedIntegration(
            name: "Tenant \(number)", clientId: openMessaging.clientId, clientSecret: openMessaging.clientSecret,
            webhookUrl: "\(gateway)/webhooks/genesys/\(tenant.id)", webhookSecret: openMessaging.webhookSecret,
            requestsPerMinute: 1_000_000)
        _ = try await genesys.putIntegration(.init(integrationId: integrationID, body: integration))
        return Line(tenantID: tenant.id, phoneNumberID: phoneNumberID, integrationID: integrationID)
    }

    // MARK: What arrived

    /// Messages that a platform took from some tenants, in the order of arrival by account.
    func received(_ side: Side, _ lines: [Line]) async throws -> [ReceivedMessage] {
        var all: [ReceivedMessage] = []
        for line in lines {
            var page: ReceivedMessages
            var last = 0
            repeat {
                page = try await receivedPage(side, line, after: last, limit: 5_000)
                all += page.items
                last = page.items.last?.sequence ?? last
            } while page.items.count == 5_000
        }
        return all
    }

    /// How many messages a platform took from some tenants.
    func receivedCount(_ side: Side, _ lines: [Line]) async throws -> Int {
        var count = 0
        for line in lines { count += try await receivedPage(side, line, after: 0, limit: 1).total }
        return count
    }

    private func receivedPage(
        _ side: Side, _ line: Line, after sequence: Int, limit: Int
    ) async throws -> ReceivedMessages {
        let simulator = side == .meta ? meta : genesys
        let input = ListReceivedMessages.Input(
            account: line.account(at: side), kind: .message, after: sequence, limit: limit)
        guard case .ok(let messages) = try await simulator.listReceivedMessages(input) else {
            throw Unexpected("listReceivedMessages")
        }
        return messages
    }

    /// What was given up or set aside of some tenants, in words.
    func losses(of lines: [Line]) async throws -> [String] {
        var losses: [String] = []
        for line in lines {
            guard case .ok(let letters) = try await state.listDeadLetters(.init(tenantId: line.tenantID, limit: 100))
            else { throw Unexpected("listDeadLetters") }
            losses += letters.items.map { "dead letter of \($0.service): \($0.cause)" }
        }
        let quarantined = try await quarantined(of: lines)
        return losses + quarantined.map { "quarantined: \($0.reason), field \($0.field ?? "–")" }
    }

    /// What was set aside of some tenants.
    func quarantined(of lines: [Line]) async throws -> [QuarantineRecord] {
        let tenants = Set(lines.map(\.tenantID))
        var all: [QuarantineRecord] = []
        var cursor: String?
        repeat {
            guard case .ok(let page) = try await state.listQuarantinedUpdates(.init(cursor: cursor, limit: 100)) else {
                throw Unexpected("listQuarantinedUpdates")
            }
            all += page.items.filter { $0.tenantId.map(tenants.contains) ?? false }
            cursor = page.nextCursor
        } while cursor != nil
        return all
    }
}

/// A tenant's number and integration.
struct Line: Sendable, Hashable {
    let tenantID: String
    let phoneNumberID: String
    let integrationID: String

    /// What a platform knows it by.
    func account(at side: Side) -> String { side == .meta ? phoneNumberID : integrationID }
}

/// A platform that gets messages.
enum Side: String, Sendable, CaseIterable { case meta, genesys }

/// An answer that no test asks for.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
