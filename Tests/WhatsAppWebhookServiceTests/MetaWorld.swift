import AuthServiceContract
import ContractJSON
import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import MediaTransfer
import ServiceKit
import SharedContract
import Testing
import WebhookIntake
import WebhookTestWorld
import WhatsAppWebhookContract

@testable import WhatsAppWebhookService

/// The service in a world of its own, and Meta, who calls it.
struct MetaWorld: Sendable {
    static let appSecret = Secret("the-shared-app-secret-of-these-tests")
    static let verifyToken = Secret("a-verify-token")
    static let tenantID = "4b1f7a52-0f5e-4f0e-9d3c-6a0e5b7c2d11"
    static let number = "900000000000001"
    static let token = WhatsAppToken(accessToken: "a-token", phoneNumberId: number, wabaId: "800000000000001")

    let world: TestWorld
    let service: WhatsAppWebhookService
    let outputs = Outputs()
    let holds = HoldDesk()

    init(
        world: TestWorld, transport: any MessageTransport, appSecrets: [Secret] = [appSecret],
        retryPolicy: RetryPolicy = TestWorld.quickRetries, media: MediaFetching,
        probe: WebhookProbe = TestWorld.unusedProbe
    ) {
        self.world = world
        service = WhatsAppWebhookService(
            appSecrets: appSecrets, verifyToken: Self.verifyToken, authService: world.secrets.client,
            tenantService: world.tenants.client, stateManager: holds.client,
            transport: transport, cache: world.cache, storage: world.storage, media: media, probe: probe,
            links: { _ in TestWorld.unusedTransport },
            operations: world.operations(.whatsAppWebhookService), retryPolicy: retryPolicy, logger: TestWorld.logger)
    }

    /// Runs a test with the service and its jobs; what they publish is in ``outputs``.
    static func with(
        appSecrets: [Secret] = [appSecret], media: MediaFetching? = nil,
        _ body: @escaping @Sendable (MetaWorld) async throws -> Void
    ) async throws {
        let (fetching, hasFiles) = (try media ?? .withoutFiles(), media != nil)
        try await TestWorld.with { world in
            if !hasFiles { world.secrets.set(token) }
            world.tenants.add(
                TenantRoute(
                    tenantId: tenantID, status: .active, phoneNumberId: number, genesysIntegrationId: "integration-1"))
            let meta = MetaWorld(
                world: world, transport: world.transport, appSecrets: appSecrets, media: fetching)
            for bucket in [WhatsAppWebhookService.bucket, WhatsAppWebhookService.mediaBucket] {
                try await world.storage.createBucket(bucket)
            }
            for topology in meta.declared { try await world.transport.declare(topology) }
            let collecting = meta.collected.map { topology in
                ServiceAssembly.Job(name: "collect") { try await meta.outputs.collect(topology, on: world.transport) }
            }
            try await world.running(meta.service.assembly.jobs + collecting) { try await body(meta) }
        }
    }

    /// What a test waits for.
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

    func post(
        _ body: [UInt8], path: String = "/webhooks/whatsapp", signature: String?,
        contentType: String = "application/json"
    ) async -> ContractResponse {
        var headers: HTTPFields = [.contentType: contentType]
        if let signature, let name = HTTPField.Name("X-Hub-Signature-256") { headers[name] = signature }
        return await table.respond(
            to: ContractRequest(method: .post, target: path, headers: headers, body: .bytes(body)),
            traceparent: TraceContext.make())
    }

    func post(_ body: [UInt8]) async -> ContractResponse {
        await post(body, signature: WebhookSignature.meta.header(of: body, secret: Self.appSecret))
    }

    func get(_ target: String) async -> ContractResponse {
        await table.respond(to: ContractRequest(method: .get, target: target), traceparent: TraceContext.make())
    }

    var table: RouteTable {
        RouteTable(
            routes: service.assembly.routes,
            authenticator: BearerAuthenticator(["internalToken": [InternalToken.secret]]))
    }
}

extension MediaFetching {
    /// Where no test has files: the Graph API knows none.
    static func withoutFiles() throws -> MediaFetching {
        try MediaFetching(
            graph: TestWorld.unusedTransport, graphVersion: "v25.0",
            downloader: MediaDownloader(hosts: ["lookaside.fbsbx.com"], origins: [], engine: CurlEngine()))
    }
}

extension ContractResponse {
    var json: JSONValue {
        get async throws { try JSONValue(parsing: try await body.collect(limit: 1 << 20)) }
    }
}

/// Bodies of webhooks.
enum Body {
    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let fixtures = project.appendingPathComponent("Contract-Tests/Fixtures/whatsapp/WebhookNotification")

    static func fixture(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: fixtures.appendingPathComponent("receiveWebhook.\(name).json")))
    }

    /// A webhook with one value of field `messages` for each number.
    static func notification(_ values: [JSONValue], field: JSONValue = "messages") -> [UInt8] {
        let changes = values.map { value -> JSONValue in ["field": field, "value": value] }
        let body: JSONValue = [
            "object": "whatsapp_business_account", "entry": [["id": "800000000000001", "changes": .array(changes)]],
        ]
        return body.jsonBytes
    }

    static func value(
        number: String = MetaWorld.number, messages: [JSONValue]? = nil, statuses: [JSONValue]? = nil,
        contacts: JSONValue? = nil
    ) -> JSONValue {
        var value = JSONObject()
        value["messaging_product"] = "whatsapp"
        value["metadata"] = ["display_phone_number": "15550009000", "phone_number_id": .string(number)]
        value["contacts"] = contacts
        value["messages"] = messages.map(JSONValue.array)
        value["statuses"] = statuses.map(JSONValue.array)
        return .object(value)
    }

    static func text(_ id: String, from: String = "15550001234") -> JSONValue {
        [
            "id": .string(id), "from": .string(from), "timestamp": "1790000000", "type": "text",
            "text": ["body": "Hello"],
        ]
    }

    static func status(_ id: String, _ status: String = "delivered", to: String = "15550001234") -> JSONValue {
        [
            "id": .string(id), "status": .string(status), "timestamp": "1790000001", "recipient_id": .string(to),
            "biz_opaque_callback_data": "0D9F2C1E-7c55-4a51-8a0b-0f4f3f0f9a01",
        ]
    }
}
