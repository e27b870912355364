import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that sends exactly the bytes it is given.
final class RawConnection: Sendable {
    /// What came back.
    struct Answer {
        var status: Int
        var head: String
        var body: String

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").lazy.compactMap { line -> String? in
                let parts = line.split(separator: ":", maxSplits: 1)
                return parts.count == 2 && parts[0].lowercased() == name ? String(parts[1].drop { $0 == " " }) : nil
            }.first
        }
    }

    struct Closed: Error {}

    private let channel: any Channel
    private let received: AsyncStream<[UInt8]>
    private let kept = Mutex<[UInt8]>([])

    /// - Parameter address: Where it comes from; nil: as the system chooses.
    init(port: Int, from address: String? = nil) async throws {
        let (received, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.received = received
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
        channel = try await bootstrap.bind(to: address).connect(host: "127.0.0.1", port: port).get()
    }

    deinit { channel.close(promise: nil) }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func close() async throws { try await channel.close() }

    /// The next response, by its length or chunks.
    func answer(hasBody: Bool = true) async throws -> Answer {
        while true {
            if let answer = takeAnswer(hasBody) { return answer }
            guard try await readMore() else { throw Closed() }
        }
    }

    /// Everything until the server closes.
    func rest() async throws -> String {
        while try await readMore() {}
        return String(decoding: kept.withLock { $0 }, as: UTF8.self)
    }

    private func readMore() async throws -> Bool {
        for await bytes in received {
            kept.withLock { $0 += bytes }
            return true
        }
        return false
    }

    private func takeAnswer(_ hasBody: Bool) -> Answer? {
        kept.withLock { kept in
            guard let end = kept.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            var answer = Answer(status: 0, head: String(decoding: kept[..<end.lowerBound], as: UTF8.self), body: "")
            answer.status = Int(answer.head.split(separator: " ").dropFirst().first ?? "") ?? 0
            let body = Array(kept[end.upperBound...])
            if !hasBody || answer.status < 200 {
                kept = body
            } else if let length = answer.header("content-length").flatMap({ Int($0) }) {
                guard body.count >= length else { return nil }
                answer.body = String(decoding: body.prefix(length), as: UTF8.self)
                kept = Array(body.dropFirst(length))
            } else {
                guard let last = body.firstRange(of: Array("0\r\n\r\n".utf8)) else { return nil }
                answer.body = Self.unchunked(Array(body[..<last.lowerBound]))
                kept = Array(body[last.upperBound...])
            }
            return answer
        }
    }

    private static func unchunked(_ bytes: [UInt8]) -> String {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16)
        {
            body += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return String(decoding: body, as: UTF8.self)
    }
}

private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension ClientBootstrap {
    fileprivate func bind(to address: String?) throws -> ClientBootstrap {
        guard let address else { return self }
        return bind(to: try SocketAddress(ipAddress: address, port: 0))
    }
}
