import ContractRuntime
import HTTPTransport
import ServiceKit
import SharedContract
import SimulatorContract
import Synchronization
import TenantServiceContract

/// The load could not be made or did not arrive as sent.
struct LoadError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Which way a text goes.
enum Direction: String, CaseIterable, Sendable {
    case inbound = "WhatsApp to Genesys"
    case outbound = "Genesys to WhatsApp"
}

/// A text that was handed to the relay.
struct SentText: Sendable {
    let direction: Direction
    /// Unique, so that its arrival can be found.
    let text: String
    /// Milliseconds since the epoch, before the webhook was posted.
    let startedAt: Int64
    /// Milliseconds until its 200.
    let acknowledgedAfter: Double
}

/// A conversation that exists on both sides.
struct OpenConversation: Sendable {
    let customer: String
    let conversationID: String
}

/// A running relay between the two simulators, with a tenant of its own.
final class LoadedSite: Sendable {
    /// Longest wait for the last arrival.
    static let patience = Duration.seconds(240)

    let tenant = LoadTenant()
    let gateway: CurlTransport
    let meta: SimulatorClient
    let genesys: SimulatorClient
    private let gatewayURL: String
    private let genesysURL: String
    private let tenants: TenantServiceClient
    private let state = Mutex((tenantID: "", conversations: [OpenConversation](), sent: 0))

    /// - Parameter environment: `API_GATEWAY_URL`, `META_SIMULATOR_URL`, `GENESYS_SIMULATOR_URL`, `ADMIN_API_KEY`.
    init(environment: [String: String]) throws {
        func required(_ name: String) throws -> String {
            guard let value = environment[name] else { throw LoadError("\(name) is missing: use `make bench`") }
            return value
        }
        let engine = try CurlEngine()
        let configuration = TransportConfiguration(inFlightLimit: 256)
        gatewayURL = try required("API_GATEWAY_URL")
        gateway = try CurlTransport(baseURL: gatewayURL, engine: engine, configuration: configuration)
        tenants = TenantServiceClient(
            transport: gateway, credentials: ClientCredentials(bearerToken: try required("ADMIN_API_KEY")))
        meta = SimulatorClient(transport: try CurlTransport(baseURL: required("META_SIMULATOR_URL"), engine: engine))
        genesysURL = try required("GENESYS_SIMULATOR_URL")
        genesys = SimulatorClient(transport: try CurlTransport(baseURL: genesysURL, engine: engine))
    }

    var tenantID: String { state.withLock { $0.tenantID } }

    /// A number that no text had before, and the conversation whose turn it is.
    func next() -> (number: Int, conversation: OpenConversation?) {
        state.withLock { state in
            state.sent += 1
            guard !state.conversations.isEmpty else { return (state.sent, nil) }
            return (state.sent, state.conversations[state.sent % state.conversations.count])
        }
    }

    /// Sets the tenant up in the relay through its public API and on both platforms.
    func onboard() async throws {
        let draft = TenantDraft(
            name: tenant.name, phoneNumberId: tenant.phoneNumberID, genesysIntegrationId: tenant.integrationID,
            status: .active)
        let id: String
        switch try await tenants.createTenant(CreateTenant.Input(body: draft)) {
        case .created(let created, _): id = created.id
        case .conflict(let problem): id = problem.existingTenantId
        case let other: throw LoadError("the tenant could not be created: \(other)")
        }
        state.withLock { $0.tenantID = id }
        let number = SimulatedNumber(
            wabaId: tenant.accountID, accessToken: tenant.accessToken, appSecret: tenant.appSecret.reveal(),
            callbackUrl: "\(gatewayURL)/webhooks/whatsapp/\(id)", messagesPerSecond: 100_000)
        let integration = SimulatedIntegration(
            name: tenant.name, clientId: tenant.clientID, clientSecret: tenant.clientSecret,
            webhookUrl: "\(gatewayURL)/webhooks/genesys/\(id)", webhookSecret: tenant.webhookSecret.reveal(),
            requestsPerMinute: 10_000_000)
        guard
            case .noContent = try await meta.putNumber(
                PutNumber.Input(phoneNumberId: tenant.phoneNumberID, body: number)),
            case .noContent = try await genesys.putIntegration(
                PutIntegration.Input(integrationId: tenant.integrationID, body: integration))
        else { throw LoadError("the simulators refused the tenant") }
        // Behind the simulators, which are asked about a credential that replaces that of a run before.
        for (type, credential) in [
            (CredentialType.whatsapp, tenant.whatsApp), (.genesys, tenant.genesys(baseURL: genesysURL)),
        ] {
            let output = try await tenants.putCredential(
                PutCredential.Input(tenantId: id, credentialType: type, body: credential))
            guard case .ok = output else { throw LoadError("the credential could not be stored: \(output)") }
        }
    }

    /// Has so many customers write once, and learns their conversations from what Genesys received.
    func openConversations(_ count: Int) async throws {
        var sent: [SentText] = []
        for index in 0..<count { sent.append(try await postInbound(customer: LoadTenant.customer(index))) }
        _ = try await arrivals(of: sent)
        var found: [String: String] = [:]
        for message in try await received(.inbound, after: 0) { found[message.customer] = message.conversationId }
        let opened = (0..<count).compactMap { index -> OpenConversation? in
            let customer = LoadTenant.customer(index)
            return found[customer].map { OpenConversation(customer: customer, conversationID: $0) }
        }
        guard opened.count == count else { throw LoadError("\(count) conversations begun, \(opened.count) opened") }
        state.withLock { $0.conversations = opened }
    }
}
