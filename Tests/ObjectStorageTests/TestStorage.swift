import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import Testing

@testable import ObjectStorage

/// The S3 server of the environment.
enum TestStorage {
    static let variables = ["S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]

    /// Whether the suite runs; with `REQUIRE_SERVERS=1` it runs, and fails, without a server too.
    static let isExpected =
        variables.allSatisfy { value($0) != nil } || value("REQUIRE_SERVERS") == "1"

    static let python = value("TEST_PYTHON")

    /// The server's program, for tests that start and kill one of their own.
    static let rclone: String? = {
        if let named = value("RCLONE") { return named }
        let folders = (value("PATH") ?? "").split(separator: ":")
        return folders.map { "\($0)/rclone" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static func value(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    static func configuration() throws -> S3Configuration {
        let values = try variables.map { try #require(value($0), "\($0) is not set") }
        return S3Configuration(
            endpoint: values[0],
            region: values[1],
            accessKeyID: values[2],
            secretAccessKey: values[3],
            partSize: 5 << 20
        )
    }

    /// A storage with an empty bucket of its own.
    static func withBucket() async throws -> (storage: S3Storage, bucket: String) {
        let storage = try S3Storage(configuration: configuration(), engine: CurlEngine())
        let bucket = "test-\(UUID().uuidString.lowercased())"
        try await storage.createBucket(bucket)
        return (storage, bucket)
    }

    /// Bytes that differ by position.
    static func pattern(_ size: Int) -> [UInt8] {
        let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        while bytes.count < size { bytes.append(contentsOf: block.prefix(size - bytes.count)) }
        return bytes
    }

    static func stream(_ bytes: [UInt8], chunk: Int) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                continuation.yield(Array(bytes[start..<min(start + chunk, bytes.count)]))
            }
            continuation.finish()
        }
    }
}

func failure(_ body: () async throws -> some Any) async -> StorageError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? StorageError
    }
}
