/// How a ``RabbitMQTransport`` connects, waits and bounds its work.
public struct BrokerConfiguration: Sendable {
    /// Where to connect, and as whom.
    public var address: BrokerAddress
    /// Shown in the broker's list of connections, with `publish` or `consume` behind it.
    public var connectionName: String
    /// PEM file of certificate authorities that `amqps` trusts.
    public var trustedCertificatesFile: String
    /// Asked-for heartbeat interval in whole seconds, at least 1 s: a dead peer is noticed within two of them.
    public var heartbeat: Duration
    /// Longest wait for a TCP connection, and again for the AMQP handshake.
    public var connectTimeout: Duration
    /// Longest wait for the broker's answer to a declaration, a look-up or a subscription.
    public var replyTimeout: Duration
    /// Longest time from `publish` to the last confirm of the batch.
    public var publishTimeout: Duration
    /// Most messages sent and not yet confirmed; further ones wait their turn.
    public var maximumUnconfirmed: Int
    /// Most messages accepted by `publish` and not yet confirmed, waiting ones included; further batches are refused.
    public var maximumPending: Int
    /// How long to wait between two attempts to connect or subscribe.
    public var backoff: Backoff

    /// Creates a configuration; the defaults suit a broker in the same data centre.
    public init(
        address: BrokerAddress,
        connectionName: String = "waba-genesys",
        trustedCertificatesFile: String = "/etc/ssl/certs/ca-certificates.crt",
        heartbeat: Duration = .seconds(10),
        connectTimeout: Duration = .seconds(5),
        replyTimeout: Duration = .seconds(10),
        publishTimeout: Duration = .seconds(10),
        maximumUnconfirmed: Int = 1_024,
        maximumPending: Int = 65_536,
        backoff: Backoff = Backoff()
    ) {
        self.address = address
        self.connectionName = connectionName
        self.trustedCertificatesFile = trustedCertificatesFile
        self.heartbeat = heartbeat
        self.connectTimeout = connectTimeout
        self.replyTimeout = replyTimeout
        self.publishTimeout = publishTimeout
        self.maximumUnconfirmed = maximumUnconfirmed
        self.maximumPending = maximumPending
        self.backoff = backoff
    }
}

/// Waits between attempts: doubling from a shortest to a longest one, with jitter.
public struct Backoff: Sendable, Hashable {
    /// Upper end of the first wait.
    public var shortest: Duration
    /// Upper end of every later wait.
    public var longest: Duration

    /// Creates a backoff.
    public init(shortest: Duration = .milliseconds(100), longest: Duration = .seconds(5)) {
        self.shortest = shortest
        self.longest = longest
    }

    /// Upper end of the wait after `failures` failed attempts in a row (1 or more).
    func ceiling(afterFailures failures: Int) -> Duration {
        min(longest, shortest * (1 << min(max(failures - 1, 0), 20)))
    }

    /// The wait after `failures` failed attempts in a row, chosen evenly between half of its upper end and that end, so
    /// that many clients neither arrive together nor hammer a broker that is starting.
    func wait(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = ceiling(afterFailures: failures)
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }
}
