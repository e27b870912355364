import ContractRuntime
import HTTPTransport
import HTTPTypes
import Synchronization
import Testing

@testable import ObjectStorage

/// Answers what it is told to, in order, and keeps what it was asked.
private final class ScriptedTransport: ClientTransport {
    private let answers: Mutex<[Result<ContractResponse, TransportError>]>
    private let asked = Mutex<[String]>([])

    init(_ answers: [Result<ContractResponse, TransportError>]) { self.answers = Mutex(answers) }

    var requests: [String] { asked.withLock { $0 } }

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        asked.withLock { $0.append("\(request.method) \(request.target)") }
        let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return try (answer ?? .success(ContractResponse(status: 500))).get()
    }
}

@Suite("A call that fails")
struct RetryTests {
    private func storage(_ transport: ScriptedTransport) throws -> S3Storage {
        try S3Storage(
            configuration: S3Configuration(endpoint: "http://s3.test", accessKeyID: "id", secretAccessKey: "secret"),
            transport: transport,
            environment: S3Storage.Environment(now: { 0 }, jitter: { 0 })
        )
    }

    private let stored = Result<ContractResponse, TransportError>.success(
        ContractResponse(status: 200, headers: [.eTag: "\"mark\""])
    )

    @Test("in a way that may pass is tried again")
    func transient() async throws {
        let transport = ScriptedTransport([
            .success(ContractResponse(status: 500)), .failure(TransportError(.notConnected, reason: "")),
            .failure(TransportError(.outcomeUnknown, reason: "")), stored,
        ])
        let object = try await storage(transport).put(.bytes([1]), bucket: "bucket", key: "key")
        #expect(object == StoredObject(size: 1, eTag: "mark"))
        #expect(transport.requests == Array(repeating: "PUT /bucket/key", count: 4))
    }

    @Test("again and again is given up")
    func bounded() async throws {
        let transport = ScriptedTransport([])
        let error = await failure { try await storage(transport).head(bucket: "bucket", key: "key") }
        #expect(error?.code == .unavailable && error?.isRetryable == true)
        #expect(transport.requests.count == 4)
    }

    @Test("for good is not tried again", arguments: [400, 401, 403, 404, 409, 412, 416])
    func permanent(status: Int) async throws {
        let transport = ScriptedTransport([.success(ContractResponse(status: status))])
        let error = await failure { try await storage(transport).head(bucket: "bucket", key: "key") }
        #expect(error?.isRetryable == false)
        #expect(transport.requests.count == 1)
    }

    @Test("within an upload in parts drops the parts")
    func abortedUpload() async throws {
        let begun = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
        let transport = ScriptedTransport([
            .success(ContractResponse(status: 200, body: .bytes(Array(begun.utf8)))), stored,
            .success(ContractResponse(status: 403)), .success(ContractResponse(status: 204)),
        ])
        let body = ContractBody.stream(TestStorage.stream(TestStorage.pattern(17 << 20), chunk: 1 << 20), length: nil)
        #expect(
            await failure { try await storage(transport).put(body, bucket: "bucket", key: "key") }?.code
                == .accessDenied
        )
        #expect(
            transport.requests == [
                "POST /bucket/key?uploads=", "PUT /bucket/key?partNumber=1&uploadId=u1",
                "PUT /bucket/key?partNumber=2&uploadId=u1", "DELETE /bucket/key?uploadId=u1",
            ]
        )
    }

    @Test("at the end of an upload whose first answer was lost finds the object there")
    func completedUpload() async throws {
        let begun = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
        let transport = ScriptedTransport([
            .success(ContractResponse(status: 200, body: .bytes(Array(begun.utf8)))), stored, stored,
            .failure(TransportError(.outcomeUnknown, reason: "")), .success(ContractResponse(status: 404)),
            .success(ContractResponse(status: 200, headers: [.contentLength: "9437184", .eTag: "\"whole\""])),
        ])
        let body = ContractBody.stream(TestStorage.stream(TestStorage.pattern(9 << 20), chunk: 1 << 20), length: nil)
        let object = try await storage(transport).put(body, bucket: "bucket", key: "key")
        #expect(object == StoredObject(size: 9 << 20, eTag: "whole"))
    }

    @Test("waits longer each time, up to a limit, and no longer than its share")
    func pauses() {
        let policy = RetryPolicy(attemptLimit: 10)
        #expect(policy.pause(after: 1, jitter: 1) == .milliseconds(100))
        #expect(policy.pause(after: 3, jitter: 0.5) == .milliseconds(200))
        #expect(policy.pause(after: 9, jitter: 1) == .seconds(2))
        #expect(policy.pause(after: 10, jitter: 1) == nil)
    }

    @Test("is told by S3's own words where the status says less")
    func words() throws {
        func code(_ status: Int, _ name: String) throws -> StorageError.Code {
            let document = try XMLReader.read(Array("<Error><Code>\(name)</Code></Error>".utf8))
            return StorageError(status: status, document: document, operation: "").code
        }
        #expect(try code(400, "AccessDenied") == .accessDenied)
        #expect(try code(400, "RequestTimeout") == .timedOut)
        #expect(try code(200, "InternalError") == .unavailable)
        #expect(try code(400, "EntityTooLarge") == .tooLarge)
    }

    @Test(
        "names for downloads are safe in a header and on a disk",
        arguments: [
            ("a.pdf", "attachment; filename=\"a.pdf\""),
            ("../../etc/passwd", "attachment; filename=\"....etcpasswd\""),
            ("a\r\nX: \"y\"", "attachment; filename=\"aX: _y_\"; filename*=UTF-8''aX%3A%20%22y%22"),
            ("é.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png"),
            ("..", "attachment; filename=\"file\""),
        ]
    )
    func fileNames(name: String, header: String) {
        #expect(ContentDisposition.attachment(fileName: name) == header)
    }
}
