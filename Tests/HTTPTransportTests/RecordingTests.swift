import ContractRuntime
import HTTPTransport
import HTTPTypes
import Testing

@Suite("A recorder")
struct RecordingTests {
    @Test("keeps requests, responses and errors, without credentials, and changes nothing")
    func recording() async throws {
        let server = try await TestServer()
        let recorder = RecordingTransport(try server.transport(), bodyLimit: 4)
        var request = ContractRequest(method: .put, target: "/headers?x=1", body: .bytes(Array("hello".utf8)))
        request.headers[.authorization] = "Bearer secret"
        let text = try await recorder.send(request, options: RequestOptions()).text()
        #expect(text.contains("Bearer secret"))
        _ = await failure { try await recorder.post("/hang-up", .empty) }

        let exchanges = recorder.exchanges
        #expect(exchanges.map(\.method) == [.put, .post])
        #expect(exchanges[0].target == "/headers?x=1" && exchanges[0].status == 200)
        #expect(exchanges[0].requestHeaders[.authorization] == "(redacted)")
        #expect(exchanges[0].requestBody.bytes == Array("hell".utf8) && exchanges[0].requestBody.size == 5)
        #expect(exchanges[1].status == nil && exchanges[1].error?.code == .outcomeUnknown)
    }

    @Test("records streams as they pass, and says whether they came to their end")
    func streams() async throws {
        let server = try await TestServer()
        let recorder = RecordingTransport(try server.transport())
        let source = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for byte in UInt8(0)..<10 { continuation.yield([byte]) }
            continuation.finish()
        }
        let options = RequestOptions(streamsResponse: true)
        let response = try await recorder.post("/echo", .stream(source, length: nil), options)
        #expect(recorder.exchanges[0].requestBody.isComplete)
        #expect(recorder.exchanges[0].responseBody.isComplete == false)
        #expect(try await response.body.collect(limit: 10) == Array(0..<10))
        #expect(recorder.exchanges[0].requestBody.bytes == Array(0..<10))
        #expect(recorder.exchanges[0].responseBody.bytes == Array(0..<10))
        #expect(recorder.exchanges[0].responseBody.isComplete)
    }
}
