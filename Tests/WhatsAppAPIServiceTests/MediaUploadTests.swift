import ContractJSON
import ContractRuntime
import Foundation
import ObjectStorage
import SharedContract
import Synchronization
import Testing
import WhatsAppAPIServiceContract

@testable import WhatsAppAPIService

/// Whether the suite runs; with REQUIRE_SERVERS=1 it runs, and fails, without a server too.
private let hasStorage: Bool = {
    let environment = ProcessInfo.processInfo.environment
    return environment["S3_ENDPOINT"] != nil || environment["REQUIRE_SERVERS"] == "1"
}()

/// Files on their way to WhatsApp, from a real S3 server.
@Suite("Files on their way to WhatsApp", .enabled(if: hasStorage, "S3 is not set"))
struct MediaUploadTests {
    private static let uploaded = json(200, #"{"id":"900"}"#)
    private static let uploadedAgain = json(200, #"{"id":"901"}"#)

    /// A stored file of this test's own.
    private static func file() async throws -> StoredFile {
        let storage = try World.media(.upload).storage
        let (bucket, key) = ("media-outbound", "\(World.tenantID)/2026/11/20/\(UUID().uuidString.lowercased()).pdf")
        try await storage.createBucket(bucket)
        try await storage.put(.bytes(Array("%PDF-1.7".utf8)), bucket: bucket, key: key, attributes: .init())
        return StoredFile(url: "s3://\(bucket)/\(key)", mime: "application/pdf")
    }

    private static func document(_ file: StoredFile) -> WhatsAppMessageDraft {
        .media(.init(mediaType: .document, stored: file, filename: "offer.pdf"))
    }

    private static func targets(_ world: World) -> [String] {
        world.platform.requests.map { String($0.target.split(separator: "/").last ?? "") }
    }

    private static func sent(_ world: World) async throws -> JSONValue {
        let request = try #require(world.platform.requests.last)
        return try JSONValue(parsing: await request.body.collect(limit: 100_000))
    }

    @Test("a file is uploaded once, however often its message is tried")
    func once() async throws {
        let world = try World(Self.uploaded, graphError(400, 131_056), json(200, taken))
        let message = Self.document(try await Self.file())
        guard case .throttled = try await world.send(message) else { return #expect(Bool(false)) }
        guard case .accepted = try await world.send(message) else { return #expect(Bool(false)) }
        #expect(Self.targets(world) == ["media", "messages", "messages"])
        #expect(try await Self.sent(world).value(at: "/document/id") == "900")
    }

    @Test("no file is uploaded for a message that has gone, or may have gone")
    func earlierResult() async throws {
        let gone = try World()
        gone.ledger.with { $0.accepted = SendAccepted(platformMessageId: "wamid.SENT1") }
        let message = Self.document(try await Self.file())
        #expect(try await gone.send(message) == .accepted(.init(platformMessageId: "wamid.SENT1")))
        #expect(gone.platform.requests.isEmpty)

        let open = try World(Self.uploaded, json(200, taken))
        let begun = open.time.now
        open.ledger.with { $0.openAttempt = ("b0a6f3de-0b7e-4a7f-8a6d-2f3d7d0f5c21", begun) }
        guard case .unknown = try await open.send(message) else { return #expect(Bool(false)) }
        #expect(open.platform.requests.isEmpty)
        open.time.advance(seconds: 31)
        guard case .accepted = try await open.send(message) else { return #expect(Bool(false)) }
        #expect(Self.targets(open) == ["media", "messages"])
    }

    @Test("an upload that WhatsApp knows no longer is made anew, once")
    func expired() async throws {
        let world = try World(Self.uploaded, graphError(400, 131_056), graphError(400, 100))
        let message = Self.document(try await Self.file())
        guard case .throttled = try await world.send(message) else { return #expect(Bool(false)) }
        guard case .transient = try await world.send(message) else { return #expect(Bool(false)) }
        world.platform.then(Self.uploadedAgain, graphError(400, 100))
        // With a new upload the refusal is about something else.
        guard case .permanent = try await world.send(message) else { return #expect(Bool(false)) }
        #expect(Self.targets(world) == ["media", "messages", "messages", "media", "messages"])
        #expect(try await Self.sent(world).value(at: "/document/id") == "901")
    }

    @Test("what stands above a template is uploaded and sent by id, or by address where the relay is set up so")
    func template() async throws {
        let file = try await Self.file()
        let header = TemplateMedia(mediaType: .document, stored: file, filename: "offer.pdf")
        let message = WhatsAppMessageDraft.template(
            .init(name: "offer", language: "en", components: [.header(.init(parameter: .media(header)))]))
        let world = try World(Self.uploaded, json(200, taken))
        guard case .accepted = try await world.send(message) else { return #expect(Bool(false)) }
        let sent = try await Self.sent(world).value(at: "/template/components/0/parameters/0/document")
        #expect(sent?["id"] == "900" && sent?["filename"] == "offer.pdf" && sent?["link"] == nil)

        let linking = try World(json(200, taken), delivery: .link)
        guard case .accepted = try await linking.send(message) else { return #expect(Bool(false)) }
        let linked = try await Self.sent(linking).value(at: "/template/components/0/parameters/0/document")
        #expect(linked?["id"] == nil && linked?["link"]?.string?.contains("X-Amz-Signature") == true)
    }

    @Test("an upload that takes longer than a caller waits goes on, and its message comes back for it")
    func slow() async throws {
        let media = try World.media(.upload, patience: .milliseconds(20))
        let file = try await Self.file()
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let uploads = Mutex(0)
        let counted: @Sendable (ObjectDownload) async throws -> String = { _ in
            uploads.withLock { $0 += 1 }
            for await _ in release { break }
            try Task.checkCancellation()
            return "900"
        }
        await #expect(throws: PlatformFailure.self) {
            _ = try await media.reference(to: file, from: "1", tenantID: "t", upload: counted)
        }
        releasing.yield()
        var way: MediaWay?
        while way == nil { way = try? await media.reference(to: file, from: "1", tenantID: "t", upload: counted) }
        #expect(way?.id == "900")
        #expect(uploads.withLock { $0 } == 1)
    }

    @Test("no more uploads run at once than allowed, and one tenant's leave places for others", .timeLimit(.minutes(1)))
    func bounded() async throws {
        let media = try World.media(.upload, transfers: 2)
        let (slow, quick) = (try await Self.file(), try await Self.file())
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await media.reference(to: slow, from: "1", tenantID: "slow") { _ in
                beginning.yield()
                for await _ in release { break }
                return "900"
            }
        }
        for await _ in begun { break }
        let hasBegun = Mutex(false)
        let second = Task {
            try await media.reference(to: slow, from: "2", tenantID: "slow") { _ in
                hasBegun.withLock { $0 = true }
                for await _ in release { break }
                return "901"
            }
        }
        // Would wait for ever if both places were the slow one's.
        for number in 0..<100 {
            let way = try await media.reference(to: quick, from: "\(number)", tenantID: "other") { _ in
                await Task.yield()
                return "902"
            }
            #expect(way.id == "902")
        }
        #expect(hasBegun.withLock { $0 } == false)
        // A third tenant takes the other place, and a fourth has to wait until one is free.
        let third = Task {
            try await media.reference(to: slow, from: "3", tenantID: "third") { _ in
                beginning.yield()
                for await _ in release { break }
                return "903"
            }
        }
        for await _ in begun { break }
        let hasFourthBegun = Mutex(false)
        let fourth = Task {
            try await media.reference(to: slow, from: "4", tenantID: "fourth") { _ in
                hasFourthBegun.withLock { $0 = true }
                return "904"
            }
        }
        // As long as an upload took to begin before.
        for _ in 0..<20 { _ = try await Self.file() }
        #expect(hasFourthBegun.withLock { $0 } == false && hasBegun.withLock { $0 } == false)
        releasing.finish()
        let ids = [try await first.value.id, try await second.value.id, try await third.value.id]
        #expect(ids == ["900", "901", "903"])
        #expect(try await fourth.value.id == "904")
    }

    @Test("the time of an upload grows with its size")
    func timeout() {
        #expect(MediaUploads.timeout(sizeBytes: 1_000) == .seconds(60))
        #expect(MediaUploads.timeout(sizeBytes: 100 << 20) == .seconds(460))
    }
}
