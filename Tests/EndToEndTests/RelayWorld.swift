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
        let line = Line(
            number: number, tenantID: tenant.id, phoneNumberID: phoneNumberID, integrationID: integrationID)
        let openMessaging = GenesysCredential(
            apiBaseUrl: genesysURL, loginBaseUrl: genesysURL, clientId: "client-\(number)",
            clientSecret: "client-secret-\(number)", webhookSecret: "webhook-secret-of-\(number)-0123456789")
        try await put(.whatsapp(line.whatsApp(token: line.token)), of: line)
        try await put(.genesys(openMessaging), of: line)
        try await setNumber(line)
        try await setIntegration(line)
        return line
    }

    /// Gives a tenant a credential.
    func put(_ credential: Credential, of line: Line) async throws {
        let type: CredentialType = if case .whatsapp = credential { .whatsapp } else { .genesys }
        let output = try await tenants.putCredential(
            .init(tenantId: line.tenantID, credentialType: type, body: credential))
        guard case .ok = output else { throw Unexpected("putCredential: \(output)") }
    }

    /// Sets the tenant's number up at Meta, with a throughput that no test reaches.
    /// - Parameters:
    ///   - token: The one token that may send from it; the tenant's where nil.
    ///   - statuses: What becomes of its messages.
    func setNumber(
        _ line: Line, token: String? = nil, statuses: [SimulatedStatus] = [.sent, .delivered]
    ) async throws {
        let credential = line.whatsApp(token: token ?? line.token)
        let gateway = installation.address(of: "api-gateway")
        let number = SimulatedNumber(
            wabaId: credential.wabaId, accessToken: credential.accessToken, appSecret: credential.appSecret ?? "",
            callbackUrl: "\(gateway)/webhooks/whatsapp/\(line.tenantID)", messagesPerSecond: 100_000,
            statuses: statuses)
        guard case .noContent = try await meta.putNumber(.init(phoneNumberId: line.phoneNumberID, body: number))
        else { throw Unexpected("putNumber") }
    }

    /// Sets the tenant's integration up at Genesys, with a limit that no test reaches unless it says so.
    func setIntegration(_ line: Line, requestsPerMinute: Int = 1_000_000) async throws {
        let gateway = installation.address(of: "api-gateway")
        let integration = SimulatedIntegration(
            name: "Tenant \(line.number)", clientId: "client-\(line.number)",
            clientSecret: "client-secret-\(line.number)",
            webhookUrl: "\(gateway)/webhooks/genesys/\(line.tenantID)",
            webhookSecret: "webhook-secret-of-\(line.number)-0123456789", requestsPerMinute: requestsPerMinute)
        guard
            case .noContent = try await genesys.putIntegration(
                .init(integrationId: line.integrationID, body: integration))
        else { throw Unexpected("putIntegration") }
    }

    // MARK: What arrived

    /// What a platform took from some tenants, in the order of arrival by account.
    func received(
        _ side: Side, _ lines: [Line], kind: ReceivedKind = .message
    ) async throws -> [ReceivedMessage] {
        var all: [ReceivedMessage] = []
        for line in lines {
            var page: ReceivedMessages
            var last = 0
            repeat {
                page = try await receivedPage(side, line, kind, after: last, limit: 5_000)
                all += page.items
                last = page.items.last?.sequence ?? last
            } while page.items.count == 5_000
        }
        return all
    }

    /// How many messages a platform took from some tenants.
    func receivedCount(_ side: Side, _ lines: [Line]) async throws -> Int {
        var count = 0
        for line in lines { count += try await receivedPage(side, line, .message, after: 0, limit: 1).total }
        return count
    }

    private func receivedPage(
        _ side: Side, _ line: Line, _ kind: ReceivedKind, after sequence: Int, limit: Int
    ) async throws -> ReceivedMessages {
        let simulator = side == .meta ? meta : genesys
        let input = ListReceivedMessages.Input(
            account: line.account(at: side), kind: kind, after: sequence, limit: limit)
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

    /// What has not gone out yet, for the report of a failed test: holds, and messages without a result with their story.
    func unfinished(of lines: [Line]) async throws -> [String] {
        var found: [String] = []
        for line in lines {
            found += try await holds(of: line).map { "hold: \($0)" }
            guard case .ok(let page) = try await state.listConversations(.init(tenantId: line.tenantID, limit: 100))
            else { throw Unexpected("listConversations") }
            for conversation in page.items {
                guard
                    case .ok(let messages) = try await state.listConversationMessages(
                        .init(mappingId: conversation.id, limit: 100))
                else { throw Unexpected("listConversationMessages") }
                for message in messages.items where [.claimed, .sending].contains(message.status) {
                    guard case .ok(let story) = try await state.getMessage(.init(id: message.id)) else { continue }
                    let events = story.events.map { "\($0.recordedAt.text) \($0.kind)" }
                    found.append("\(message.id) \(message.status), \(message.attempts) attempts: \(events)")
                }
            }
        }
        return found
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
    /// Makes its ids and secrets.
    let number: Int
    let tenantID: String
    let phoneNumberID: String
    let integrationID: String

    /// The token that it is onboarded with.
    var token: String { "token-\(number)" }

    /// Its WhatsApp credential.
    func whatsApp(token: String) -> WhatsAppCredential {
        WhatsAppCredential(
            accessToken: token, wabaId: "500400300200\(number)", appSecret: "app-secret-of-\(number)-0123456789",
            verifyToken: "verify-token-of-\(number)")
    }

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
