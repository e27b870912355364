import CCurl
public import ContractRuntime
import EventLoop

/// One thread that runs the exchanges of any number of transports over shared connections.
///
/// Ends with ``shutdown()``, or by itself when the last transport that uses it is gone.
public final class CurlEngine: Sendable {
    /// Connection limits of an engine.
    public struct Configuration: Sendable, Hashable {
        /// Connections to one host and port at once; default 512. A net below the transports' own limits: an exchange that
        /// libcurl holds back for want of a connection uses up its time to connect.
        public var hostConnectionLimit: Int
        /// Connections in all, idle ones included; default 2,048.
        public var connectionLimit: Int
        /// Longest time a connection is kept idle before it is no longer reused; default 30 s.
        public var idleConnectionLifetime: Duration

        /// Creates a configuration.
        public init(
            hostConnectionLimit: Int = 512,
            connectionLimit: Int = 2_048,
            idleConnectionLifetime: Duration = .seconds(30)
        ) {
            precondition(hostConnectionLimit > 0 && connectionLimit > 0)
            self.hostConnectionLimit = hostConnectionLimit
            self.connectionLimit = connectionLimit
            self.idleConnectionLifetime = idleConnectionLifetime
        }
    }

    /// The multi handle on its way to the thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer
    }

    let inbox: EngineInbox
    let hostConnectionLimit: Int

    /// Starts an engine.
    /// - Throws: ``TransportError/Code/notConnected`` if libcurl or the thread can't be set up.
    public init(configuration: Configuration = Configuration()) throws(TransportError) {
        guard Self.globalState == CURLE_OK, let watch = SocketWatch(), let multi = curl_multi_init() else {
            throw TransportError(.notConnected, reason: "libcurl could not be initialised")
        }
        hostConnectionLimit = configuration.hostConnectionLimit
        let limits: [(CURLMoption, Int)] = [
            (CURLMOPT_MAX_HOST_CONNECTIONS, configuration.hostConnectionLimit),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.connectionLimit),
            (CURLMOPT_MAXCONNECTS, configuration.connectionLimit),
        ]
        for (option, value) in limits where ccurl_multi_set_long(multi, option, value) != CURLM_OK {
            curl_multi_cleanup(multi)
            throw TransportError(.notConnected, reason: "libcurl refused a connection limit")
        }
        guard watch.attach(to: multi) == CURLM_OK else {
            curl_multi_cleanup(multi)
            throw TransportError(.notConnected, reason: "libcurl refused to say what it waits for")
        }
        inbox = EngineInbox(watch)
        let handed = Handover(multi: multi)
        let idleConnectionSeconds = max(1, Int(configuration.idleConnectionLifetime.components.seconds))
        let isStarted = LoopThread.start("curl") { [inbox] in
            EngineLoop(multi: handed.multi, watch: watch, inbox: inbox, idleConnectionSeconds: idleConnectionSeconds)
                .run()
        }
        guard isStarted else {
            inbox.close()
            curl_multi_cleanup(multi)
            throw TransportError(.notConnected, reason: "no thread could be started")
        }
    }

    deinit { inbox.stop() }

    /// Aborts what is running, and returns when the thread has ended and its connections are closed. Exchanges started
    /// afterwards fail with ``TransportError/Code/notConnected``.
    public func shutdown() async {
        inbox.stop()
        await inbox.waitForEnd()
    }

    /// libcurl wants one initialisation a process, before anything else; a lazy constant is exactly that.
    private static let globalState = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}
