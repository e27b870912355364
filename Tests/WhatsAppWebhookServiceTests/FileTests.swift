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

@testable import WhatsAppWebhookService

/// Files of customers from Meta's side of HTTP to the bucket, on real servers.
@Suite(
    "Customers' files", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .serialized, .timeLimit(.minutes(2)))
struct FileTests {
    private static let bytes = [UInt8]([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Array("a picture".utf8)
    private static let token = "token-of-the-tenant"

    @Test("an image is looked up with the token, stored, and goes on with what its bytes are")
    func stored() async throws {
        try await Self.with { meta, platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set("/files/m1", Self.file())
            let message = try #require(try await Self.send(Self.image("m1", caption: "Look"), to: meta).first)
            let media = try #require(message.media)
            #expect(message.mediaFailure == nil)
            // Declared as JPEG, but the bytes are those of a PNG.
            #expect(media.mime == "image/png" && media.mediaType == .image && media.sizeBytes == Self.bytes.count)
            let place = try #require(ObjectAddress(url: media.url))
            #expect(place.bucket == "media-inbound" && place.key.hasPrefix("\(MetaWorld.tenantID)/2026/09/21/"))
            let object = try await meta.world.storage.get(bucket: place.bucket, key: place.key)
            #expect(try await object.body.collect(limit: 1_000) == Self.bytes)
            #expect(object.info.attributes.contentType == "image/png")
            let download = try #require(platform.requests.first { $0.path == "/files/m1" })
            #expect(download.headers[.authorization] == "Bearer \(Self.token)")
            #expect(download.headers[.userAgent]?.isEmpty == false)
        }
    }

    @Test("each try asks anew where the file is; a passing failure costs nothing")
    func retries() async throws {
        try await Self.with { meta, platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set("/files/m1", ContractResponse(status: 503), ContractResponse(status: 404), Self.file())
            let message = try #require(try await Self.send(Self.image("m1"), to: meta).first)
            #expect(message.media != nil)
            #expect(platform.requests.count { $0.path == "/v25.0/m1" } >= 3)
        }
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let name: String
        let code: MediaFailureCode
        let arrange: @Sendable (FilePlatform, String) -> Void
        var testDescription: String { name }
    }

    private static let troubles: [Trouble] = [
        .init(name: "nobody knows it", code: .mediaGone) { platform, _ in
            platform.set("/v25.0/m1", Self.json(["error": ["message": "no", "code": 100]], status: 400))
        },
        .init(name: "the account is restricted", code: .mediaDenied) { platform, _ in
            platform.set("/v25.0/m1", Self.json(["error": ["message": "no", "code": 368]], status: 403))
        },
        .init(name: "the file is refused with a token that the look-up took", code: .mediaDenied) { platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set("/files/m1", ContractResponse(status: 401))
        },
        .init(name: "other bytes than announced", code: .mediaDamaged) { platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform, sha256: String(repeating: "0", count: 64))
            platform.set("/files/m1", Self.file())
        },
        .init(name: "too large", code: .mediaTooLarge) { platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform, size: (100 << 20) + 1)
        },
        .init(name: "a host that is not Meta's", code: .mediaLink) { platform, _ in
            Self.announce("m1", at: "http://169.254.169.254/latest/meta-data", on: platform)
        },
        .init(name: "a redirect to another host", code: .mediaGone) { platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set(
                "/files/m1", ContractResponse(status: 302, headers: [.location: "http://127.0.0.1:1/internal"]))
        },
        .init(name: "never an answer", code: .mediaUnreachable) { platform, origin in
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set("/files/m1", ContractResponse(status: 500))
        },
    ]

    @Test(
        "a file that can't be had lets its message go on with the reason, and waits as a dead letter",
        arguments: troubles)
    func missing(_ trouble: Trouble) async throws {
        try await Self.with { meta, platform, origin in
            trouble.arrange(platform, origin)
            let message = try #require(try await Self.send(Self.image("m1", caption: "Look"), to: meta).first)
            #expect(message.media == nil)
            #expect(message.mediaFailure?.code == trouble.code)
            #expect(message.mediaFailure?.reason.contains("169.254") != true || trouble.code == .mediaLink)
            await meta.outputs.wait { $0.contains { $0.type == "DeadLetter" } }
            let letter = try #require(meta.outputs.payloads("DeadLetter").first.map { try DeadLetter(json: $0) })
            #expect(letter.cause.code == trouble.code.rawValue && letter.messageName == "WhatsAppUpdates")
            let kept = try WhatsAppUpdates(json: letter.payload)
            #expect(kept.updates.map(\.fileOnly) == [true])
        }
    }

    @Test("replayed, the file alone follows its message")
    func replayed() async throws {
        try await Self.with { meta, platform, origin in
            _ = try await Self.send(Self.image("m1"), to: meta)
            await meta.outputs.wait { $0.contains { $0.type == "DeadLetter" } }
            let letter = try #require(meta.outputs.payloads("DeadLetter").first.map { try DeadLetter(json: $0) })
            Self.announce("m1", at: "\(origin)/files/m1", on: platform)
            platform.set("/files/m1", Self.file())
            let headers = Dictionary(
                uniqueKeysWithValues: letter.headers.members.map { ($0.name, $0.value.string ?? $0.value.jsonText) })
            try await meta.world.transport.publish([
                OutgoingMessage(
                    exchange: letter.exchange, routingKey: letter.routingKey, body: letter.payload.jsonBytes,
                    messageID: "replay", type: letter.messageName, headers: headers)
            ])
            await meta.outputs.wait { $0.count { $0.type == "InboundMessage" } == 2 }
            let late = try #require(meta.outputs.payloads("InboundMessage").last.map { try InboundMessage(json: $0) })
            #expect(late.fileOnly && late.media != nil)
        }
    }

    @Test(
        "a look-up that is asked to wait for longer than a file is tried for is not repeated",
        arguments: [(nil, 4), ("0", 4), ("60", 1)])
    func waits(retryAfter: String?, lookUps: Int) async throws {
        for body in [#"{"error":{"message":"custom limit","code":613}}"#, "<html>Too many requests</html>"] {
            try await Self.with { meta, platform, _ in
                var refusal = ContractResponse(
                    status: 429, headers: [.contentType: "application/json"], body: .bytes(Array(body.utf8)))
                refusal.headers[.retryAfter] = retryAfter
                platform.set("/v25.0/m1", refusal)
                let message = try #require(try await Self.send(Self.image("m1"), to: meta).first)
                #expect(message.mediaFailure?.code == .mediaUnreachable)
                await meta.outputs.wait { $0.contains { $0.type == "DeadLetter" } }
                #expect(platform.requests.count == lookUps, "\(body)")
            }
        }
    }

    @Test("a message without a file asks Meta nothing")
    func noFile() async throws {
        try await Self.with { meta, platform, _ in
            let message = try #require(try await Self.send(Body.text("w1"), to: meta).first)
            #expect(message.media == nil && message.mediaFailure == nil)
            #expect(platform.requests.isEmpty)
        }
    }

    // MARK: Steps

    private static func with(
        _ body: @escaping @Sendable (MetaWorld, FilePlatform, _ origin: String) async throws -> Void
    ) async throws {
        let platform = FilePlatform()
        try await platform.serving { origin in
            let engine = try CurlEngine()
            let media = try MediaFetching(
                graph: CurlTransport(baseURL: origin, engine: engine), graphVersion: "v25.0",
                downloader: MediaDownloader(hosts: ["lookaside.fbsbx.com"], origins: [origin], engine: engine),
                policy: RetryPolicy(delays: [.milliseconds(5)], maximumAttempts: 4, maximumElapsed: .seconds(10)))
            try await MetaWorld.with(media: media) { meta in
                meta.world.secrets.set(
                    WhatsAppToken(accessToken: token, phoneNumberId: MetaWorld.number, wabaId: "800000000000001"))
                try await body(meta, platform, origin)
            }
        }
    }

    private static func send(_ message: JSONValue, to meta: MetaWorld) async throws -> [InboundMessage] {
        let answer = await meta.post(Body.notification([Body.value(messages: [message])]))
        #expect(answer.status == 200)
        await meta.outputs.wait { $0.contains { $0.type == "InboundMessage" } }
        return try meta.outputs.payloads("InboundMessage").map { try InboundMessage(json: $0) }
    }

    private static func image(_ id: String, caption: String? = nil) -> JSONValue {
        var image = JSONObject([("id", .string(id)), ("mime_type", "image/jpeg")])
        if let caption { image["caption"] = .string(caption) }
        return [
            "id": "wamid.1", "from": "15550001234", "timestamp": "1790000000", "type": "image",
            "image": .object(image),
        ]
    }

    private static func announce(
        _ id: String, at url: String, on platform: FilePlatform, sha256: String? = nil, size: Int? = nil
    ) {
        var media = JSONObject([("id", .string(id)), ("url", .string(url)), ("mime_type", "image/jpeg")])
        if let sha256 { media["sha256"] = .string(sha256) }
        if let size { media["file_size"] = .number(JSONNumber(size)) }
        platform.set("/v25.0/\(id)", json(.object(media)))
    }

    private static func json(_ value: JSONValue, status: Int = 200) -> ContractResponse {
        ContractResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(value.jsonBytes))
    }

    private static func file() -> ContractResponse {
        ContractResponse(status: 200, headers: [.contentType: "image/jpeg"], body: .bytes(bytes))
    }
}
