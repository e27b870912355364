import AuthServiceContract
import ContractJSON
import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import GenesysWebhookService

/// The service in a world of its own, and Genesys, who calls it.
struct GenesysWorld: Sendable {
    static let secrets = [Secret("the-webhook-secret-of-these-tests"), Secret("the-former-one-of-them")]
    static let tenantID = "4b1f7a52-0f5e-4f0e-9d3c-6a0e5b7c2d11"
    static let number = "900000000000001"
    static let path = "/webhooks/genesys/\(tenantID)"

    let world: TestWorld
    let service: GenesysWebhookService
    let outputs = Outputs()
    let holds = HoldDesk()

    init(
        world: TestWorld, transport: any MessageTransport, media: AttachmentFetching,
        probe: WebhookProbe = TestWorld.unusedProbe
    ) {
        self.world = world
        service = GenesysWebhookService(
            authService: world.secrets.client, tenantService: world.tenants.client,
            stateManager: holds.client, transport: transport, cache: world.cache, storage: world.storage, media: media,
            probe: probe,
            operations: world.operations(.genesysWebhookService),
            retryPolicy: TestWorld.quickRetries, logger: TestWorld.logger)
    }

    /// Runs a test with the service and its jobs; what they publish is in ``outputs``.
    static func with(
        trustsPlatformAddress: Bool = false, _ body: @escaping @Sendable (GenesysWorld) async throws -> Void
    ) async throws {
        let media = try AttachmentFetching(
            engine: CurlEngine(), trustsAPIBaseURL: trustsPlatformAddress, policy: TestWorld.quickRetries)
        try await TestWorld.with { world in
            world.secrets.set(
                WebhookSecrets(platform: .genesys, secrets: secrets.map { $0.reveal() }), of: tenantID)
            let genesys = GenesysWorld(world: world, transport: world.transport, media: media)
            genesys.serve(integration)
            for bucket in [GenesysWebhookService.bucket, GenesysWebhookService.mediaBucket] {
                try await world.storage.createBucket(bucket)
            }
            for topology in RelayMessagingTopology.all { try await world.transport.declare(topology) }
            let collected = [
                OutboundMessagesChannel.topology, QuarantineChannel.topology, DeadLettersChannel.topology,
            ]
            let collecting = collected.map { topology in
                ServiceAssembly.Job(name: "collect") {
                    try await genesys.outputs.collect(topology, on: world.transport)
                }
            }
            try await world.running(genesys.service.assembly.jobs + collecting) { try await body(genesys) }
        }
    }

    static let integration = "5d0c7b6a-1e2f-4a3b-9c8d-7e6f5a4b3c2d"

    /// Gives an integration to the tenant.
    func serve(_ integration: String, status: TenantStatus = .active) {
        world.tenants.add(
            TenantRoute(
                tenantId: Self.tenantID, status: status, phoneNumberId: Self.number, genesysIntegrationId: integration))
    }

    /// Publishes a held message again, as state-manager does.
    func release(_ request: HoldRequest, as heldID: Int) async throws {
        try await world.transport.publish([request.released(as: heldID)])
    }

    func counts(_ status: @Sendable (UpdateCounters) -> Bool) async throws {
        while !status(try await self.status().updates) { try await Task.sleep(for: .milliseconds(5)) }
    }

    func status() async throws -> IntakeStatus {
        let response = await table.respond(
            to: ContractRequest(
                method: .get, target: "/internal/status",
                headers: [.authorization: "Bearer \(InternalToken.secret.reveal())"]),
            traceparent: TraceContext.make())
        return try IntakeStatus(json: try await response.body.collect(limit: 1 << 20))
    }

    func post(_ body: [UInt8], path: String = path, signature: String?) async -> ContractResponse {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let signature, let name = HTTPField.Name("X-Hub-Signature-256") { headers[name] = signature }
        return await table.respond(
            to: ContractRequest(method: .post, target: path, headers: headers, body: .bytes(body)),
            traceparent: TraceContext.make())
    }

    func post(_ body: [UInt8], secret: Secret = secrets[0]) async -> ContractResponse {
        await post(body, signature: WebhookSignature.genesys.header(of: body, secret: secret))
    }

    var table: RouteTable {
        RouteTable(
            routes: service.assembly.routes,
            authenticator: BearerAuthenticator(["internalToken": [InternalToken.secret]]))
    }
}

extension ContractResponse {
    var json: JSONValue {
        get async throws { try JSONValue(parsing: try await body.collect(limit: 1 << 20)) }
    }
}

/// Bodies of webhooks.
enum Body {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(
            "Contract-Tests/Fixtures/genesys/receiveOutboundNotification")

    static func fixture(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: fixtures.appendingPathComponent("receiveOutboundNotification.\(name).json")))
    }

    static func text(
        _ id: String, integration: String = GenesysWorld.integration, to customer: String = "15550001234"
    ) -> [UInt8] {
        let body: JSONValue = [
            "id": .string(id), "type": "Text", "text": "Hello", "direction": "Outbound",
            "channel": [
                "id": .string(integration), "to": ["id": .string(customer)], "time": "2026-11-20T09:15:30.125Z",
            ],
            "originatingEntity": "Human",
        ]
        return body.jsonBytes
    }
}
