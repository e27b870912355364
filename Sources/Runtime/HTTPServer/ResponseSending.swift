import ContractRuntime
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes a response.
enum ResponseSending {
    static func send(
        _ response: ContractResponse,
        to method: HTTPRequest.Method,
        traceparent: String,
        _ writer: consuming HummingbirdCore.ResponseWriter
    ) async throws {
        var head = HTTPResponse(status: .init(code: response.status), headerFields: response.headers)
        // Answers hold data of tenants and customers; what may be kept says so itself.
        if head.headerFields[.cacheControl] == nil { head.headerFields[.cacheControl] = "no-store" }
        if head.headerFields[.xContentTypeOptions] == nil { head.headerFields[.xContentTypeOptions] = "nosniff" }
        let mayHaveBody = method != .head && response.status >= 200 && response.status != 204 && response.status != 304
        switch response.body {
        case .empty:
            if response.status != 204, response.status != 304 { head.headerFields[.contentLength] = "0" }
            try await writer.writeResponse(head)
        case .bytes(let bytes):
            let bytes = traced(bytes, head, traceparent)
            head.headerFields[.contentLength] = String(bytes.count)
            guard mayHaveBody else { return try await writer.writeResponse(head) }
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let chunks, let length):
            head.headerFields[.contentLength] = length.map { String($0) }
            guard mayHaveBody else { return try await writer.writeResponse(head) }
            var body = try await writer.writeHead(head)
            for try await chunk in chunks { try await body.write(ByteBuffer(bytes: chunk)) }
            try await body.finish(nil)
        }
    }

    /// Adds `traceId` to a problem document that has none; the table that made it knows no trace.
    private static func traced(_ bytes: [UInt8], _ head: HTTPResponse, _ traceparent: String) -> [UInt8] {
        guard head.headerFields[.contentType] == "application/problem+json", bytes.last == UInt8(ascii: "}"),
            bytes.count > 2, !bytes.contains("\"traceId\"".utf8)
        else { return bytes }
        return Array(bytes.dropLast()) + Array(",\"traceId\":\"\(TraceContext.traceID(of: traceparent))\"}".utf8)
    }
}
