import AuthServiceContract
import ContractJSON
import ContractRuntime
import HTTPTransport
import MediaTransfer
import ObjectStorage
import RelayMessagingContract
import ServiceKit
import SharedContract
import Testing
import WebhookTestWorld

@testable import GenesysWebhookService

/// Files of agents from Genesys' side of HTTP to the bucket, on real servers.
@Suite("Agents' files", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .serialized, .timeLimit(.minutes(2)))
struct FileTests {
    private static let bytes = Array("%PDF-1.7 of an agent".utf8)
    private static let token = "token-of-the-tenant"

    @Test("a file is fetched with the token, its redirect without, and stored")
    func stored() async throws {
        try await Self.with { genesys, platform, origin in
            platform.set(
                "/api/v2/downloads/f1",
                ContractResponse(status: 303, headers: [.location: "\(origin)/signed/f1"]))
            platform.set("/signed/f1", Self.file())
            let message = try await Self.send(["\(origin)/api/v2/downloads/f1"], to: genesys)
            let media = try #require(message.media?.first)
            #expect(media.pointer == "/content/0/attachment")
            let stored = try #require(media.stored)
            #expect(stored.mime == "application/pdf" && stored.filename == "offer.pdf")
            let place = try #require(ObjectAddress(url: stored.url))
            #expect(place.bucket == "media-outbound")
            let object = try await genesys.world.storage.get(bucket: place.bucket, key: place.key)
            #expect(try await object.body.collect(limit: 1_000) == Self.bytes)
            let asked = platform.requests.map { ($0.path, $0.headers[.authorization]) }
            #expect(asked.first?.1 == "Bearer \(Self.token)")
        }
    }

    @Test("each of several files is there or has its reason")
    func several() async throws {
        try await Self.with { genesys, platform, origin in
            platform.set("/f1", Self.file())
            platform.set("/f2", ContractResponse(status: 404))
            let addresses = ["\(origin)/f1", "\(origin)/f2", "https://elsewhere.example/f3", "http://10.0.0.1/f4"]
            let media = try #require(try await Self.send(addresses, to: genesys).media)
            #expect(media.map(\.pointer) == (0...3).map { "/content/\($0)/attachment" })
            #expect(media[0].stored != nil)
            #expect(media.dropFirst().map { $0.failure?.code } == [.mediaGone, .mediaLink, .mediaLink])
        }
    }

    @Test("the token goes to no host but the platform's own")
    func noLeak() async throws {
        let other = FilePlatform()
        try await other.serving { stranger in
            try await Self.with { genesys, platform, origin in
                other.set("/f1", Self.file())
                platform.set("/f1", ContractResponse(status: 302, headers: [.location: "\(stranger)/f1"]))
                let media = try #require(try await Self.send(["\(origin)/f1", "\(stranger)/f1"], to: genesys).media)
                #expect(media.map { $0.failure?.code } == [.mediaGone, .mediaLink])
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test(
        "the platform's own host sees the token for downloads only, since it gives more than files to whoever has it",
        arguments: [
            "/api/v2/conversations/messaging/integrations/open", "/api/v2/downloads/", "/api/v2/downloads/../users/me",
            "/api/v2/downloads/%2e%2e/users/me", "/api/v2/downloads/f1/../../users/me", "//api/v2/downloads/f1",
        ])
    func tokenForFilesOnly(target: String) async throws {
        try await Self.with { genesys, platform, origin in
            _ = try await Self.send(["\(origin)\(target)"], to: genesys)
            #expect(!platform.requests.isEmpty)
            #expect(platform.requests.allSatisfy { $0.headers[.authorization] == nil })
        }
    }

    @Test("a refusal behind a redirect says nothing of the token, which that host has not seen")
    func refusedElsewhere() async throws {
        let (api, files) = (FilePlatform(), FilePlatform())
        try await api.serving { apiOrigin in
            try await files.serving { fileOrigin in
                api.set("/f1", ContractResponse(status: 303, headers: [.location: "\(fileOrigin)/signed/f1"]))
                api.set("/f2", ContractResponse(status: 403))
                files.set("/signed/f1", ContractResponse(status: 403))
                let downloader = try MediaDownloader(
                    hosts: ["files.example"], origins: [apiOrigin, fileOrigin], engine: CurlEngine())
                func problem(_ path: String) async -> MediaProblem? {
                    do { _ = try await downloader.download("\(apiOrigin)\(path)", token: Self.token) } catch {
                        return error as? MediaProblem
                    }
                    return nil
                }
                let elsewhere = await problem("/f1")
                #expect(elsewhere?.code == .mediaGone && elsewhere?.disposition == .transient)
                #expect(files.requests.map { $0.headers[.authorization] } == [nil])
                #expect(await problem("/f2")?.code == .mediaDenied)
            }
        }
    }

    @Test("an address without TLS that a tenant brings gets no token: nothing is asked of it")
    func withoutTLS() async throws {
        try await Self.with(trustsPlatformAddress: false) { genesys, platform, origin in
            platform.set("/f1", Self.file())
            let media = try #require(try await Self.send(["\(origin)/f1"], to: genesys).media)
            #expect(media.map { $0.failure?.code } == [.mediaDenied])
            #expect(platform.requests.isEmpty)
        }
    }

    @Test("what stands above a canned response is fetched like any file")
    func templateHeader() async throws {
        try await Self.with { genesys, platform, origin in
            platform.set("/f1", Self.file())
            let template: JSONValue = [
                "id": "offer", "language": "en",
                "header": [
                    "type": "Media",
                    "media": [
                        "mediaType": "File", "url": .string("\(origin)/f1"), "mime": "application/pdf",
                        "filename": "offer.pdf",
                    ],
                ],
                "body": ["text": "Your offer"],
            ]
            let content: JSONValue = ["contentType": "Notification", "template": template]
            let media = try #require(try await Self.send([content], to: genesys).media?.first)
            #expect(media.pointer == "/content/0/template/header/media")
            #expect(media.stored?.filename == "offer.pdf")
        }
    }

    @Test("while Genesys gives the tenant no token the message is held, and goes on with its file and its place")
    func held() async throws {
        let platform = FilePlatform()
        try await platform.serving { origin in
            try await GenesysWorld.with(trustsPlatformAddress: true) { genesys in
                platform.set("/f1", Self.file())
                try await Self.post([Self.attachment("\(origin)/f1")], to: genesys)
                while genesys.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                let request = try #require(genesys.holds.held.first)
                #expect(request.platform == .genesys && request.tenantId == GenesysWorld.tenantID)
                #expect(request.cause?.disposition == .authentication && request.cause?.code == "credential-missing")
                #expect(request.messageName == "GenesysMessage" && request.trackingId == nil)
                // Tracked from now on, by what the transformer claims it by.
                guard case .outbound(let claim) = try #require(request.claim) else { throw NoClaim() }
                let message = try GenesysMessage(json: Array(request.body.utf8))
                #expect(claim.platformMessageId == message.platformMessageId && claim.tenantId == message.tenantId)
                #expect(claim.messageType == message.messageType.rawValue && claim.archiveKey == message.archiveKey)
                #expect(claim.customerAddress == message.update["channel"]?["to"]?["id"]?.string)
                #expect(genesys.outputs.all.isEmpty)

                genesys.world.secrets.set(Self.token(at: origin))
                try await genesys.release(request, as: 7)
                await genesys.outputs.wait { $0.contains { $0.type == "OutboundMessage" } }
                let delivery = try #require(genesys.outputs.all.first)
                // Whoever ends it settles it: before that, nothing of its lane may go.
                #expect(delivery.headers["heldId"] == "7" && delivery.headers["lane"] == request.lane)
                #expect(genesys.holds.settled.isEmpty)
                let media = try OutboundMessage(json: try JSONValue(parsing: delivery.body)).media
                #expect(media?.first?.stored != nil)
            }
        }
    }

    @Test("a token that Genesys refuses holds the message; a file that it forbids goes on as missing")
    func refusedToken() async throws {
        try await Self.with { genesys, platform, origin in
            platform.set("/api/v2/downloads/f1", ContractResponse(status: 403))
            let media = try #require(try await Self.send(["\(origin)/api/v2/downloads/f1"], to: genesys).media)
            #expect(media.map { $0.failure?.code } == [.mediaDenied] && genesys.holds.held.isEmpty)
            platform.set("/api/v2/downloads/f1", ContractResponse(status: 401))
            try await Self.post([Self.attachment("\(origin)/api/v2/downloads/f1")], id: "another", to: genesys)
            while genesys.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(genesys.holds.held.map(\.cause?.code) == ["credential-refused"])
            #expect(genesys.outputs.all.count == 1)
        }
    }

    @Test("a held message whose tenant was suspended meanwhile is settled when it goes to the quarantine")
    func heldAndQuarantined() async throws {
        try await GenesysWorld.with { genesys in
            try await Self.post([Self.attachment("https://api.mypurecloud.example/f1")], to: genesys)
            while genesys.holds.held.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let request = try #require(genesys.holds.held.first)
            genesys.serve(GenesysWorld.integration, status: .suspended)
            try await genesys.release(request, as: 8)
            await genesys.outputs.wait { $0.contains { $0.type == "QuarantinedUpdate" } }
            while genesys.holds.settled.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(genesys.holds.settled == [8])
        }
    }

    @Test("while auth-service is away a message with a file waits longer than its policy, and is no dead letter")
    func authServiceAway() async throws {
        try await Self.with { genesys, platform, origin in
            platform.set("/f1", Self.file())
            genesys.world.secrets.givesNoTokens(true)
            try await Self.post([Self.attachment("\(origin)/f1")], to: genesys)
            // Six tries of the file within six of the lane are the policy of these tests; then more follow.
            while genesys.world.secrets.tokenFetchCount <= 36 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(genesys.outputs.all.isEmpty)
            genesys.world.secrets.givesNoTokens(false)
            await genesys.outputs.wait(for: 1)
            #expect(genesys.outputs.all.map(\.type) == ["OutboundMessage"])
            let message = try OutboundMessage(json: try #require(genesys.outputs.payloads("OutboundMessage").first))
            #expect(message.media?.first?.stored != nil)
        }
    }

    // MARK: Steps

    private static func token(at origin: String) -> GenesysToken {
        GenesysToken(
            accessToken: token, expiresAt: DateTime(millisecondsSinceEpoch: 4_000_000_000_000), apiBaseUrl: origin)
    }

    private static func with(
        trustsPlatformAddress: Bool = true,
        _ body: @escaping @Sendable (GenesysWorld, FilePlatform, _ origin: String) async throws -> Void
    ) async throws {
        let platform = FilePlatform()
        try await platform.serving { origin in
            try await GenesysWorld.with(trustsPlatformAddress: trustsPlatformAddress) { genesys in
                genesys.world.secrets.set(token(at: origin))
                try await body(genesys, platform, origin)
            }
        }
    }

    private static func send(_ addresses: [String], to genesys: GenesysWorld) async throws -> OutboundMessage {
        try await send(addresses.map(attachment), to: genesys)
    }

    private static func attachment(_ address: String) -> JSONValue {
        [
            "contentType": "Attachment",
            "attachment": [
                "id": "a", "mediaType": "File", "url": .string(address), "mime": "application/pdf",
                "filename": "offer.pdf",
            ],
        ]
    }

    private static func send(_ content: [JSONValue], to genesys: GenesysWorld) async throws -> OutboundMessage {
        try await post(content, to: genesys)
        await genesys.outputs.wait { $0.contains { $0.type == "OutboundMessage" } }
        return try OutboundMessage(json: try #require(genesys.outputs.payloads("OutboundMessage").first))
    }

    private static func post(
        _ content: [JSONValue], id: String = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", to genesys: GenesysWorld
    ) async throws {
        let channel: JSONValue = [
            "id": .string(GenesysWorld.integration), "platform": "Open", "type": "Private",
            "to": ["id": "15550001234", "idType": "Phone"],
            "from": ["id": .string(GenesysWorld.integration), "idType": "Opaque"], "time": "2026-11-20T09:15:30.000Z",
        ]
        let body: JSONValue = [
            "id": .string(id), "channel": channel, "type": "Text", "direction": "Outbound",
            "content": .array(content),
        ]
        #expect(await genesys.post(body.jsonBytes).status == 200)
    }

    private static func file() -> ContractResponse {
        ContractResponse(status: 200, headers: [.contentType: "application/octet-stream"], body: .bytes(bytes))
    }
}

/// A held message was to be tracked by nothing, or by what is none of its direction.
private struct NoClaim: Error {}
