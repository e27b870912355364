import ContractRuntime
import Foundation
import HTTPTransport
import Testing

@testable import ObjectStorage

@Suite("An independent client (boto3)", .enabled(if: TestStorage.isExpected, "set S3_ENDPOINT and its companions"))
struct PeerTests {
    @Test(
        "reads what this one wrote, and writes what this one reads",
        .enabled(if: TestStorage.python != nil, "set TEST_PYTHON to a Python with boto3")
    )
    func boto3() async throws {
        let (storage, bucket) = try await TestStorage.withBucket()
        let parts = TestStorage.pattern(11 << 20)
        try await storage.put(
            .bytes(Array("small".utf8)),
            bucket: bucket,
            key: "tenant/ö 1.txt",
            attributes: ObjectAttributes(contentType: "text/plain", metadata: ["kind": "note"])
        )
        try await storage.put(
            .stream(TestStorage.stream(parts, chunk: 1 << 20), length: nil),
            bucket: bucket,
            key: "big"
        )
        let url = try storage.presignedGet(bucket: bucket, key: "tenant/ö 1.txt", expiresInSeconds: 60)
        let script = """
            import boto3, hashlib, sys, urllib.request
            from botocore.client import Config
            endpoint, region, key, secret, bucket, url = sys.argv[1:]
            s3 = boto3.client("s3", endpoint_url=endpoint, region_name=region, aws_access_key_id=key,
                aws_secret_access_key=secret, config=Config(s3={"addressing_style": "path"}))
            small = s3.get_object(Bucket=bucket, Key="tenant/ö 1.txt")
            print(small["Body"].read().decode(), {k.lower(): v for k, v in small["Metadata"].items()}["kind"])
            print(hashlib.sha256(s3.get_object(Bucket=bucket, Key="big")["Body"].read()).hexdigest())
            print(urllib.request.urlopen(url).read().decode())
            s3.put_object(Bucket=bucket, Key="theirs", Body=b"from boto3", Metadata={"by": "boto3"})
            """
        let configuration = storage.configuration
        let output = try await run(
            try #require(TestStorage.python),
            [
                "-c", script, configuration.endpoint, configuration.region, configuration.accessKeyID,
                configuration.secretAccessKey, bucket, url,
            ]
        )
        #expect(output == "small note\n\(RequestSigner.hash(parts))\nsmall\n")
        let theirs = try await storage.get(bucket: bucket, key: "theirs")
        #expect(theirs.info.attributes.metadata["by"] == "boto3")
        #expect(try await theirs.body.collect(limit: 100) == Array("from boto3".utf8))
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = output
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in
                let data = output.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }
}

@Suite("A server that goes away", .enabled(if: TestStorage.rclone != nil, "rclone is not on the PATH or in RCLONE"))
struct RestartTests {
    private func start(port: Int, folder: URL) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: try #require(TestStorage.rclone))
        process.arguments = [
            "serve", "s3", "--auth-key", "restart-id,restart-secret", "--addr", "127.0.0.1:\(port)", "--config",
            "/dev/null",
            folder.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test("is found again when it comes back, by calls that were waiting for it too")
    func restart() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "s3-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = Int.random(in: 20_000..<30_000)
        let configuration = S3Configuration(
            endpoint: "http://127.0.0.1:\(port)",
            accessKeyID: "restart-id",
            secretAccessKey: "restart-secret",
            attemptLimit: 40
        )
        let storage = try S3Storage(
            configuration: configuration,
            engine: CurlEngine(),
            environment: S3Storage.Environment(jitter: { 0.2 })
        )
        let first = try start(port: port, folder: folder)
        defer { kill(first.processIdentifier, SIGKILL) }
        try await storage.createBucket("bucket")
        try await storage.put(.bytes([1, 2, 3]), bucket: "bucket", key: "key")
        kill(first.processIdentifier, SIGKILL)
        var hasty = configuration
        hasty.attemptLimit = 1
        let once = try S3Storage(configuration: hasty, engine: CurlEngine())
        while await failure({ try await once.head(bucket: "bucket", key: "key") }) == nil { await Task.yield() }
        #expect(await failure { try await once.check() }?.code == .unavailable)
        async let waiting = storage.get(bucket: "bucket", key: "key")
        let second = try start(port: port, folder: folder)
        defer { kill(second.processIdentifier, SIGKILL) }
        #expect(try await waiting.body.collect(limit: 10) == [1, 2, 3])
    }
}
