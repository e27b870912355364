import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import Testing

@testable import ObjectStorage

@Suite(
    "S3 storage",
    .enabled(if: TestStorage.isExpected, "set S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY")
)
struct S3StorageTests {
    let storage: S3Storage
    let bucket: String

    init() async throws { (storage, bucket) = try await TestStorage.withBucket() }

    @Test("an object comes back with its bytes, type, name and metadata")
    func roundTrip() async throws {
        let attributes = ObjectAttributes(
            contentType: "text/plain; charset=utf-8",
            metadata: ["tenant": "acme", "sha256": "abc"]
        )
        let bytes = Array("héllo".utf8)
        let stored = try await storage.put(
            .bytes(bytes),
            bucket: bucket,
            key: "acme/2025/a.txt",
            attributes: attributes
        )
        #expect(stored.size == bytes.count)
        let download = try await storage.get(bucket: bucket, key: "acme/2025/a.txt")
        #expect(try await download.body.collect(limit: 100) == bytes)
        #expect(download.info.size == bytes.count && download.info.eTag == stored.eTag)
        #expect(download.info.attributes.metadata["tenant"] == "acme")
        let info = try await storage.head(bucket: bucket, key: "acme/2025/a.txt")
        #expect(info == download.info)
    }

    @Test(
        "keys of all kinds are signed and found",
        arguments: ["a b", "a+b", "ä/ö/ü", "a%20b", "x=1&y=2", "emoji😀", "q?x#y", "~-_.", "(a)*'!"]
    )
    func keys(key: String) async throws {
        try await storage.put(.bytes([1]), bucket: bucket, key: key)
        #expect(try await storage.head(bucket: bucket, key: key).size == 1)
        #expect(try await storage.list(bucket: bucket).objects.map(\.key) == [key])
    }

    @Test("a put replaces, an empty object is one, a delete can be repeated")
    func replaceAndDelete() async throws {
        try await storage.put(.bytes([1, 2, 3]), bucket: bucket, key: "k")
        try await storage.put(.empty, bucket: bucket, key: "k")
        #expect(try await storage.head(bucket: bucket, key: "k").size == 0)
        #expect(try await storage.get(bucket: bucket, key: "k").body.collect(limit: 10) == [])
        try await storage.delete(bucket: bucket, key: "k")
        try await storage.delete(bucket: bucket, key: "k")
        #expect(await failure { try await storage.head(bucket: bucket, key: "k") }?.code == .notFound)
    }

    @Test("what is not there is not found")
    func notFound() async throws {
        for call in [
            { _ = try await storage.get(bucket: bucket, key: "none") },
            { _ = try await storage.get(bucket: "no-such-bucket-here", key: "none") },
            { _ = try await storage.put(.bytes([1]), bucket: "no-such-bucket-here", key: "none") },
            { _ = try await storage.list(bucket: "no-such-bucket-here") },
        ] {
            let error = await failure(call)
            #expect(error?.code == .notFound && error?.isRetryable == false)
        }
    }

    @Test("a range is a part")
    func range() async throws {
        try await storage.put(.bytes(TestStorage.pattern(1000)), bucket: bucket, key: "k")
        let part = try await storage.get(bucket: bucket, key: "k", range: 10..<20)
        #expect(part.info.size == 1000)
        #expect(try await part.body.collect(limit: 100) == Array(TestStorage.pattern(1000)[10..<20]))
        let cut = try await storage.get(bucket: bucket, key: "k", range: 990..<2000)
        #expect(try await cut.body.collect(limit: 100).count == 10)
        let outside = await failure { try await storage.get(bucket: bucket, key: "k", range: 1000..<1001) }
        #expect(outside?.code == .rangeNotSatisfiable)
    }

    @Test(
        "a stream of any size arrives whole, in one call or in parts",
        arguments: [0, 1, 5 << 20, 5 << 20 | 1, 11 << 20],
        [64 << 10, 7 << 20]
    )
    func streams(size: Int, chunk: Int) async throws {
        let bytes = TestStorage.pattern(size)
        let attributes = ObjectAttributes(contentType: "video/mp4", metadata: ["kind": "video"])
        let body = ContractBody.stream(TestStorage.stream(bytes, chunk: chunk), length: chunk == 64 << 10 ? size : nil)
        let stored = try await storage.put(body, bucket: bucket, key: "big", attributes: attributes)
        #expect(stored.size == size)
        let download = try await storage.get(bucket: bucket, key: "big")
        #expect(download.info.size == size && download.info.attributes.metadata["kind"] == "video")
        #expect(try await download.body.collect(limit: size) == bytes)
    }

    @Test("a stream that fails or has another length than announced leaves no object", arguments: [1000, 11 << 20])
    func brokenStreams(size: Int) async throws {
        struct Broken: Error {}
        let broken = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for _ in 0..<size / 1000 { continuation.yield(Array(repeating: 1, count: 1000)) }
            continuation.finish(throwing: Broken())
        }
        let short = TestStorage.stream(TestStorage.pattern(size), chunk: 64 << 10)
        let long = TestStorage.stream(TestStorage.pattern(size), chunk: 64 << 10)
        for body in [
            ContractBody.stream(broken, length: nil), .stream(short, length: size + 1), .stream(long, length: size - 1),
        ] {
            let error = await failure { try await storage.put(body, bucket: bucket, key: "broken") }
            #expect(error?.code == .sourceFailed)
        }
        #expect(try await storage.list(bucket: bucket).objects.isEmpty)
    }

    @Test("a listing has a prefix, an order and pages")
    func listing() async throws {
        for number in 0..<7 { try await storage.put(.bytes([1]), bucket: bucket, key: "a/\(number)") }
        try await storage.put(.bytes([1, 2]), bucket: bucket, key: "b/0")
        var keys: [String] = []
        var page = try await storage.list(bucket: bucket, prefix: "a/", limit: 3)
        keys += page.objects.map(\.key)
        while let next = page.continuation {
            page = try await storage.list(bucket: bucket, prefix: "a/", continuation: next, limit: 3)
            #expect(page.objects.count <= 3)
            keys += page.objects.map(\.key)
        }
        #expect(keys == (0..<7).map { "a/\($0)" })
        #expect(try await storage.list(bucket: bucket, prefix: "b").objects.map(\.size) == [2])
        #expect(try await storage.list(bucket: bucket, prefix: "none").objects.isEmpty)
    }

    @Test("a bucket can be made twice, and the check tells good credentials from bad ones")
    func bucketsAndCheck() async throws {
        try await storage.createBucket(bucket)
        try await storage.check()
        var wrong = try TestStorage.configuration()
        wrong.secretAccessKey = "wrong"
        let stranger = try S3Storage(configuration: wrong, engine: CurlEngine())
        #expect(await failure { try await stranger.check() }?.code == .accessDenied)
        #expect(await failure { try await stranger.put(.bytes([1]), bucket: bucket, key: "k") }?.code == .accessDenied)
    }

    @Test("names that S3 does not take are refused here", arguments: ["", "/a", "a//b", "a/../b", "a\u{0}b", "a\nb"])
    func badKeys(key: String) async throws {
        #expect(await failure { try await storage.put(.bytes([1]), bucket: bucket, key: key) }?.code == .invalidRequest)
        #expect(await failure { try await storage.head(bucket: "Bad_Bucket", key: "k") }?.code == .invalidRequest)
    }
}

@Suite("A presigned URL", .enabled(if: TestStorage.isExpected, "set S3_ENDPOINT and its companions"))
struct PresigningTests {
    let storage: S3Storage
    let bucket: String
    let anonymous: CurlTransport

    init() async throws {
        (storage, bucket) = try await TestStorage.withBucket()
        anonymous = try CurlTransport(baseURL: storage.configuration.endpoint, engine: CurlEngine())
        try await storage.put(.bytes(Array("photo".utf8)), bucket: bucket, key: "a b/ö.jpg")
    }

    private func status(_ url: String) async throws -> Int {
        try await anonymous.send(
            ContractRequest(method: .get, target: "/"),
            to: WebAddress(url),
            options: RequestOptions()
        ).status
    }

    /// AWS says 403; `rclone serve s3` says 400 for some refusals.
    private func isRefused(_ url: String) async throws -> Bool { [400, 403].contains(try await status(url)) }

    @Test("lets anyone fetch the object")
    func fetch() async throws {
        let url = try storage.presignedGet(bucket: bucket, key: "a b/ö.jpg", expiresInSeconds: 60)
        let response = try await anonymous.send(
            ContractRequest(method: .get, target: "/"),
            to: WebAddress(url),
            options: RequestOptions()
        )
        #expect(response.status == 200)
        #expect(try await response.body.collect(limit: 100) == Array("photo".utf8))
        #expect(try await isRefused("\(storage.configuration.endpoint)/\(bucket)/a%20b/%C3%B6.jpg"))
    }

    @Test("carries the type and name of the download under its signature")
    func overrides() async throws {
        let url = try storage.presignedGet(
            bucket: bucket,
            key: "a b/ö.jpg",
            expiresInSeconds: 60,
            contentType: "application/octet-stream",
            contentDisposition: ContentDisposition.attachment(fileName: "Übersicht \"1\".jpg")
        )
        #expect(url.contains("response-content-type=application%2Foctet-stream"))
        #expect(try await status(url) == 200)
        #expect(try await isRefused(url.replacing("octet-stream", with: "x-other")))
    }

    @Test("is refused when any part of it is changed")
    func tampering() async throws {
        try await storage.put(.bytes([1]), bucket: bucket, key: "other")
        let url = try storage.presignedGet(bucket: bucket, key: "a b/ö.jpg", expiresInSeconds: 60)
        #expect(try await isRefused(url.replacing("a%20b/%C3%B6.jpg", with: "other")))
        #expect(try await isRefused(url.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=6000")))
        let last = try #require(url.last)
        #expect(try await isRefused(String(url.dropLast()) + (last == "0" ? "1" : "0")))
    }

    @Test("ends with its expiry")
    func expiry() async throws {
        let earlier = try S3Storage(
            configuration: storage.configuration,
            engine: CurlEngine(),
            environment: S3Storage.Environment(now: { Int64(Date().timeIntervalSince1970) - 120 })
        )
        let expired = try earlier.presignedGet(bucket: bucket, key: "a b/ö.jpg", expiresInSeconds: 60)
        let valid = try earlier.presignedGet(bucket: bucket, key: "a b/ö.jpg", expiresInSeconds: 600)
        #expect(try await isRefused(expired))
        #expect(try await status(valid) == 200)
        for seconds in [0, -1, 604_801] {
            #expect(throws: StorageError.self) {
                try storage.presignedGet(bucket: bucket, key: "k", expiresInSeconds: seconds)
            }
        }
    }

    @Test("starts with the public endpoint and is signed for it")
    func publicEndpoint() throws {
        var configuration = storage.configuration
        configuration.publicEndpoint = "https://media.example.com"
        let outside = try S3Storage(configuration: configuration, engine: CurlEngine())
        let url = try outside.presignedGet(bucket: bucket, key: "k", expiresInSeconds: 60)
        #expect(url.hasPrefix("https://media.example.com/\(bucket)/k?"))
    }
}
