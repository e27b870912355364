import ContractExchange
import ContractRuntime
import Foundation
import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves ``MockAnswers`` over HTTP/1.1.
public struct MockServer: Service {
    private let answers: MockAnswers
    private let host: String
    private let port: Int
    private let logger: Logger
    private let started: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - answers: What is answered.
    ///   - host: Address to listen on.
    ///   - port: Port; 0: a free one.
    ///   - logger: Gets a line for trouble of connections.
    ///   - started: Told the port once it listens.
    public init(
        _ answers: MockAnswers, host: String, port: Int, logger: Logger,
        started: @escaping @Sendable (Int) async -> Void
    ) {
        self.answers = answers
        self.host = host
        self.port = port
        self.logger = logger
        self.started = started
    }

    /// Listens until graceful shutdown or cancellation.
    public func run() async throws {
        let answers = answers
        let started = started
        let server = try HTTPServerBuilder.http1().buildServer(
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { request, writer, _ in
                let response = await Self.respond(to: request, answers)
                try await Self.send(response, isHead: request.method == .head, writer)
            },
            onServerRunning: { channel in await started(channel.localAddress?.port ?? 0) }
        )
        do {
            try await server.run()
        } catch let error as IOError {
            throw CannotListen(
                isTaken: error.errnoCode == EADDRINUSE, reason: String(cString: strerror(error.errnoCode)))
        }
    }

    /// The address cannot be listened on.
    public struct CannotListen: Error, Sendable {
        /// Whether somebody else listens there.
        public let isTaken: Bool
        /// Why, as the system says it.
        public let reason: String
    }

    private static func respond(to request: Request, _ answers: MockAnswers) async -> ContractResponse {
        var request = request
        let target = request.head.path ?? "/"
        let path = String(target.prefix { $0 != "?" })
        let limit = answers.bodyLimit(method: request.method.rawValue, path: path)
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: limit)
        } catch {
            return ProblemDocument(status: 413, title: "Content Too Large", detail: "at most \(limit) bytes").response
        }
        return answers.answer(
            WireRequest(
                method: request.method.rawValue, path: path, query: String(target.dropFirst(path.count + 1)),
                headers: request.headers.map { ($0.name.rawName, $0.value) }, body: Array(body.readableBytesView)))
    }

    private static func send(
        _ response: ContractResponse, isHead: Bool, _ writer: consuming HummingbirdCore.ResponseWriter
    ) async throws {
        var head = HTTPResponse(status: .init(code: response.status), headerFields: response.headers)
        guard case .bytes(let bytes) = response.body else {
            if response.status != 204, response.status != 304 { head.headerFields[.contentLength] = "0" }
            return try await writer.writeResponse(head)
        }
        head.headerFields[.contentLength] = String(bytes.count)
        if isHead { return try await writer.writeResponse(head) }
        try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
