import CRabbitMQ
import ContractRuntime

/// Makes connections: blocking, with a time limit on each step, so it runs on a thread of its own.
struct Dialer: Sendable {
    var configuration: BrokerConfiguration
    /// Shown in the broker's list of connections.
    var connectionName: String

    /// Connects, verifies TLS and logs in.
    /// - Throws: `misconfigured` if credentials, virtual host or certificate are refused, else `unavailable`.
    func dial() throws(MessagingError) -> AMQPLink {
        guard let state = amqp_new_connection() else {
            throw MessagingError(.unavailable, reason: "There is no memory for another connection.")
        }
        let link = AMQPLink(owning: state)
        var timeout = timeval(configuration.connectTimeout)
        try link.check(amqp_set_handshake_timeout(state, &timeout), "setting the handshake time-out")
        try link.check(amqp_set_rpc_timeout(state, &timeout), "setting the reply time-out")
        let address = configuration.address
        let socket = try openSocket(link)
        try link.check(amqp_socket_open_noblock(socket, address.host, CInt(address.port), &timeout), "connecting")
        try logIn(link)
        return link
    }

    private func openSocket(_ link: AMQPLink) throws(MessagingError) -> OpaquePointer {
        let usesTLS = configuration.address.usesTLS
        guard let socket = usesTLS ? amqp_ssl_socket_new(link.state) : amqp_tcp_socket_new(link.state) else {
            throw MessagingError(.unavailable, reason: "There is no memory for another socket.")
        }
        guard usesTLS else { return socket }
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        try link.check(
            amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST),
            "choosing the TLS version"
        )
        guard amqp_ssl_socket_set_cacert(socket, configuration.trustedCertificatesFile) == AMQP_STATUS_OK.rawValue
        else {
            throw MessagingError(
                .misconfigured,
                reason: "The file of trusted certificates can't be read: \(configuration.trustedCertificatesFile)"
            )
        }
        return socket
    }

    private func logIn(_ link: AMQPLink) throws(MessagingError) {
        let arena = link.arena
        defer { arena.clear() }
        // Without these the broker leaves out basic.nack, connection.blocked and basic.cancel.
        let capabilities = ["publisher_confirms", "basic.nack", "connection.blocked", "consumer_cancel_notify"]
        var properties = arena.table([
            ("product", arena.string("waba-genesys")),
            ("connection_name", arena.string(connectionName)),
            ("capabilities", arena.nested(arena.table(capabilities.map { ($0, arena.boolean(true)) }))),
        ])
        let address = configuration.address
        let heartbeat = max(1, Int32(clamping: configuration.heartbeat.components.seconds))
        let reply = crabbitmq_login_plain(
            link.state,
            address.virtualHost,
            CInt(AMQP_DEFAULT_MAX_CHANNELS),
            CInt(AMQP_DEFAULT_FRAME_SIZE),
            heartbeat,
            &properties,
            address.user,
            address.password
        )
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw refusal(reply.reply)
        default: throw AMQPLink.error(status: reply.library_error, "logging in")
        }
    }

    private func refusal(_ method: amqp_method_t) -> MessagingError {
        guard method.id == AMQP_CONNECTION_CLOSE_METHOD, let decoded = method.decoded else {
            return MessagingError(.unavailable, reason: "The broker refused the log-in.")
        }
        let close = decoded.load(as: amqp_connection_close_t.self)
        return BrokerRefusal(code: close.reply_code, text: String(close.reply_text)).asMessagingError
    }
}

extension timeval {
    /// A duration with the resolution of the system call.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
