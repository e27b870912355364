public import ContractRuntime
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceKit
public import ServiceLifecycle
import Synchronization

/// Serves a route table over HTTP/1.1.
///
/// Beside the table it answers `/healthz`, `/readyz` and `/metrics` where the table does not. Graceful shutdown stops
/// accepting, lets requests in hand finish and closes idle connections.
public final class HTTPServer: Service {
    private enum Listening {
        case notYet([CheckedContinuation<Int, any Error>])
        case on(Int)
        case failed(any Error)
    }

    private let answering: Answering
    private let configuration: HTTPServerConfiguration
    private let logger: Logger
    private let listening = Mutex(Listening.notYet([]))

    /// Creates a server that does not listen yet.
    /// - Parameters:
    ///   - table: Answers requests.
    ///   - operations: Answers what the table lacks of the operations endpoints, and takes the metrics of requests.
    ///   - configuration: Where to listen.
    ///   - logger: Gets a line a request at level debug: no query, no header, no body.
    public init(
        _ table: RouteTable,
        operations: OperationsAnswers,
        configuration: HTTPServerConfiguration,
        logger: Logger
    ) {
        answering = Answering(table: table, operations: operations, configuration: configuration, logger: logger)
        self.configuration = configuration
        self.logger = logger
    }

    /// The port it listens on; waits until it does.
    /// - Throws: What kept it from listening.
    public var port: Int {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                listening.withLock { listening in
                    switch listening {
                    case .notYet(let waiting): listening = .notYet(waiting + [continuation])
                    case .on(let port): continuation.resume(returning: port)
                    case .failed(let error): continuation.resume(throwing: error)
                    }
                }
            }
        }
    }

    /// Listens until graceful shutdown is triggered and the requests in hand are answered, or the task is cancelled.
    public func run() async throws {
        let idle = TimeAmount.nanoseconds(Int64(configuration.idleTimeout / .nanoseconds(1)))
        let share = AddressShare(
            limit: configuration.maximumConnectionsPerAddress, exempt: configuration.trustedProxies, logger: logger)
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [share.handler()],
            idleTimeout: idle,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.maximumHeaderFieldBytes,
                maxHeaderListSize: configuration.maximumHeaderBytes,
                maxHeaderFieldCount: configuration.maximumHeaderFields
            )
        )
        // The library's own lines say nothing that the ones written here don't.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let answering = answering
        do {
            let server = try HTTPServerBuilder.http1(configuration: channel).buildServer(
                configuration: ServerConfiguration(
                    address: .hostname(configuration.host, port: configuration.port),
                    backlog: 1_024,
                    availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: quiet)
                ),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: quiet,
                responder: { request, writer, channel in
                    try await answering.respond(to: request, writer: writer, on: channel)
                },
                onServerRunning: { channel in self.listens(on: channel.localAddress?.port ?? self.configuration.port) }
            )
            try await server.run()
        } catch {
            settle(.failed(error))
            throw error
        }
        // A server that was told to stop before it listened returns without an error.
        settle(.failed(CancellationError()))
    }

    private func listens(on port: Int) {
        settle(.on(port))
        logger.info("listening", metadata: ["host": .string(configuration.host), "port": .stringConvertible(port)])
    }

    /// The first outcome holds.
    private func settle(_ outcome: Listening) {
        let waiting = listening.withLock { listening -> [CheckedContinuation<Int, any Error>] in
            guard case .notYet(let waiting) = listening else { return [] }
            listening = outcome
            return waiting
        }
        for continuation in waiting {
            switch outcome {
            case .on(let port): continuation.resume(returning: port)
            case .failed(let error): continuation.resume(throwing: error)
            case .notYet(_): continuation.resume(throwing: CancellationError())
            }
        }
    }
}
