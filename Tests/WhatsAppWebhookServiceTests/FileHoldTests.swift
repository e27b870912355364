import AuthServiceContract
import ContractJSON
import ContractRuntime
import HTTPTransport
import MediaTransfer
import RelayMessagingContract
import SharedContract
import StateManagerContract
import Testing
import WebhookTestWorld

@testable import WhatsAppWebhookService

/// Customers' files while WhatsApp gives their tenant no token, on real servers.
@Suite(
    "Customers' files without a token", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .serialized,
    .timeLimit(.minutes(2)))
struct FileHoldTests {
    @Test("a message whose file needs a token is held, tracked from then on, and goes on with its file and its place")
    func held() async throws {
        try await Self.with { meta, platform, origin in
            Self.serveFile("m1", at: origin, on: platform)
            await Self.send([Self.image("wamid.1", "m1")], to: meta)
            while meta.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let request = try #require(meta.holds.held.first)
            #expect(request.platform == .whatsapp && request.tenantId == MetaWorld.tenantID)
            #expect(request.cause?.disposition == .authentication && request.cause?.code == "credential-missing")
            #expect(request.messageName == "WhatsAppUpdates" && request.trackingId == nil)
            guard case .inbound(let claim) = try #require(request.claim) else { throw NoClaim() }
            #expect(claim.platformMessageId == "wamid.1" && claim.customer.waId == "15550001234")
            #expect(claim.messageType == "image" && claim.mediaType == .image && claim.text == "Look")
            #expect(meta.outputs.all.isEmpty)

            meta.world.secrets.set(Self.token)
            try await meta.world.transport.publish([request.released(as: 7)])
            await meta.outputs.wait { $0.contains { $0.type == "InboundMessage" } }
            let delivery = try #require(meta.outputs.all.first)
            // Whoever ends it settles it: before that, nothing of its lane may go.
            #expect(delivery.headers["heldId"] == "7" && delivery.headers["lane"] == request.lane)
            #expect(meta.holds.settled.isEmpty)
            let message = try InboundMessage(json: try JSONValue(parsing: delivery.body))
            #expect(message.media != nil && message.receivedAt == claim.receivedAt)
        }
    }

    @Test("messages of one webhook are held one by one in their order; what is no file waits for its turn alone")
    func order() async throws {
        try await Self.with { meta, _, _ in
            let messages = [Body.text("wamid.1"), Self.image("wamid.2", "m1"), Body.text("wamid.3")]
            await Self.send(messages, [Body.status("wamid.0")], to: meta)
            while meta.holds.held.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
            let held = meta.holds.held
            let claims = held.map { if case .inbound(let claim)? = $0.claim { claim.platformMessageId } else { "" } }
            #expect(claims == ["wamid.1", "wamid.2", "wamid.3"])
            #expect(held.map(\.platform) == [.genesys, .whatsapp, .genesys])
            #expect(held.map { $0.cause?.code } == [nil, "credential-missing", nil])
            #expect(Set(held.map(\.messageId)).count == 3 && Set(held.map(\.lane)).count == 1)
            // A status tells of another message and waits for none.
            await meta.outputs.wait { $0.contains { $0.type == "MessageStatus" } }
            #expect(meta.outputs.all.map(\.type) == ["MessageStatus"])
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        let code: Int
        let cause: String
        var testDescription: String { "\(status) with code \(code)" }
    }

    /// What the table of the specification calls authentication.
    private static let refusals: [Refusal] = [
        .init(status: 401, code: 0, cause: "credential-refused"),
        .init(status: 500, code: 3, cause: "permission-missing"),
        .init(status: 403, code: 10, cause: "permission-missing"),
        .init(status: 400, code: 104, cause: "credential-refused"),
        .init(status: 401, code: 190, cause: "credential-refused"),
        .init(status: 403, code: 200, cause: "permission-missing"),
        .init(status: 403, code: 299, cause: "permission-missing"),
        .init(status: 403, code: 131_005, cause: "permission-missing"),
    ]

    @Test(
        "a token that WhatsApp refuses, or that lacks a permission, holds the message, and again under the name that it was held by",
        arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        try await Self.with { meta, platform, _ in
            meta.world.secrets.set(Self.token)
            platform.set(
                "/v25.0/m1",
                ContractResponse(
                    status: refusal.status, headers: [.contentType: "application/json"],
                    body: .bytes(Array(#"{"error":{"message":"no","code":\#(refusal.code)}}"#.utf8))))
            await Self.send([Self.image("wamid.1", "m1")], to: meta)
            while meta.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let first = try #require(meta.holds.held.first)
            #expect(first.cause?.disposition == .authentication && first.cause?.code == refusal.cause)
            try await meta.world.transport.publish([first.released(as: 9)])
            while meta.holds.held.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let again = try #require(meta.holds.held.last)
            #expect(again.headers["heldId"] == "9" && again.messageId == first.messageId)
            #expect(meta.outputs.all.isEmpty)
        }
    }

    @Test("a held message whose tenant was suspended meanwhile is settled when it goes to the quarantine")
    func suspended() async throws {
        try await Self.with { meta, _, _ in
            await Self.send([Self.image("wamid.1", "m1")], to: meta)
            while meta.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let request = try #require(meta.holds.held.first)
            meta.world.tenants.add(
                TenantRoute(
                    tenantId: MetaWorld.tenantID, status: .suspended, phoneNumberId: MetaWorld.number,
                    genesysIntegrationId: "integration-1"))
            try await meta.world.cache.remove(["phone:\(MetaWorld.number)"])
            try await meta.world.transport.publish([request.released(as: 8)])
            await meta.outputs.wait { $0.contains { $0.type == "QuarantinedUpdate" } }
            while meta.holds.settled.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(meta.holds.settled == [8])
        }
    }

    // MARK: Steps

    private static let token = WhatsAppToken(
        accessToken: "token-of-the-tenant", phoneNumberId: MetaWorld.number, wabaId: "800000000000001")

    private static func with(
        _ body: @escaping @Sendable (MetaWorld, FilePlatform, _ origin: String) async throws -> Void
    ) async throws {
        let platform = FilePlatform()
        try await platform.serving { origin in
            let engine = try CurlEngine()
            let media = try MediaFetching(
                graph: CurlTransport(baseURL: origin, engine: engine), graphVersion: "v25.0",
                downloader: MediaDownloader(hosts: ["lookaside.fbsbx.com"], origins: [origin], engine: engine),
                policy: TestWorld.quickRetries)
            try await MetaWorld.with(media: media) { try await body($0, platform, origin) }
        }
    }

    private static func send(_ messages: [JSONValue], _ statuses: [JSONValue]? = nil, to meta: MetaWorld) async {
        let body = Body.notification([Body.value(messages: messages, statuses: statuses)])
        #expect(await meta.post(body).status == 200)
    }

    private static func image(_ wamid: String, _ mediaID: String) -> JSONValue {
        [
            "id": .string(wamid), "from": "15550001234", "timestamp": "1790000000", "type": "image",
            "image": ["id": .string(mediaID), "mime_type": "image/png", "caption": "Look"],
        ]
    }

    private static func serveFile(_ id: String, at origin: String, on platform: FilePlatform) {
        let found: JSONValue = ["id": .string(id), "url": .string("\(origin)/files/\(id)"), "mime_type": "image/png"]
        platform.set(
            "/v25.0/\(id)",
            ContractResponse(
                status: 200, headers: [.contentType: "application/json"], body: .bytes(found.jsonBytes)))
        let bytes = [UInt8]([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Array("a picture".utf8)
        platform.set("/files/\(id)", ContractResponse(status: 200, body: .bytes(bytes)))
    }
}

/// A held message was to be tracked by nothing, or by what is none of its direction.
private struct NoClaim: Error {}
