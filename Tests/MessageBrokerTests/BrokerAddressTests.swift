import ContractRuntime
import Testing

@testable import MessageBroker

@Suite("A broker address")
struct BrokerAddressTests {
    @Test("reads every part, decoded")
    func full() throws {
        let address = try BrokerAddress("amqps://us%65r:p%40ss%3Aword@[::1]:5999/a%2Fb")
        #expect(address.user == "user" && address.password == "p@ss:word")
        #expect(address.host == "::1" && address.port == 5_999)
        #expect(address.virtualHost == "a/b" && address.usesTLS)
    }

    @Test("has the usual defaults", arguments: ["amqp://broker", "amqp://broker/", "AMQP://broker:5672/%2F"])
    func defaults(url: String) throws {
        let address = try BrokerAddress(url)
        #expect(address.host == "broker" && address.port == 5_672 && address.virtualHost == "/" && !address.usesTLS)
        #expect(address.user == "guest" && address.password == "guest")
        #expect(try BrokerAddress("amqps://broker").port == 5_671)
    }

    @Test("never shows credentials")
    func description() throws {
        #expect("\(try BrokerAddress("amqp://u:secret@h/v"))" == "amqp://h:5672, virtual host v")
    }

    @Test(
        "that is malformed is refused without being repeated",
        arguments: [
            "", "secret", "http://secret", "amqp://", "amqp://u:secret@", "amqp://secret:0", "amqp://secret:70000",
            "amqp://secret:x", "amqp://[::1", "amqp://u:secret%4@h", "amqp://u:secret%zz@h", "amqp://h/secret%00",
            "amqp://h/secret%ff", "amqp://h/v?secret=1",
        ]
    )
    func malformed(url: String) {
        let error = #expect(throws: MessagingError.self) { try BrokerAddress(url) }
        #expect(error?.code == .misconfigured)
        #expect(error?.reason.contains("secret") == false)
    }

    @Test("the backoff doubles up to its longest wait and stays between half of it and all of it")
    func backoff() {
        let backoff = Backoff(shortest: .milliseconds(100), longest: .seconds(5))
        #expect(backoff.ceiling(afterFailures: 1) == .milliseconds(100))
        #expect(backoff.ceiling(afterFailures: 4) == .milliseconds(800))
        #expect(backoff.ceiling(afterFailures: 1_000_000) == .seconds(5))
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let wait = backoff.wait(afterFailures: 2, using: &generator)
            #expect(wait >= .milliseconds(100) && wait <= .milliseconds(200))
        }
    }
}

@Suite("A transport with a wrong address", .timeLimit(.minutes(1)))
struct MisconfiguredTransportTests {
    @Test("says unavailable at once when nobody listens")
    func nobodyListens() async throws {
        let transport = RabbitMQTransport(
            BrokerConfiguration(address: try BrokerAddress("amqp://127.0.0.1:1")),
            logger: TestBroker.quietLogger
        )
        let message = OutgoingMessage(exchange: "", routingKey: "q", body: [])
        #expect(await messagingError { try await transport.publish([message]) }?.code == .unavailable)
        #expect(await messagingError { try await transport.check() }?.code == .unavailable)
    }

    @Test(
        "says misconfigured when the broker refuses the log-in",
        .enabled(if: TestBroker.isAvailable, "AMQP_URL is not set"),
        arguments: [true, false]
    )
    func refused(wrongPassword: Bool) async throws {
        var configuration = try TestBroker.configuration()
        if wrongPassword {
            configuration.address.password = "not the password"
        } else {
            configuration.address.virtualHost = TestBroker.uniqueName("no-such-host")
        }
        let transport = RabbitMQTransport(configuration, logger: TestBroker.quietLogger)
        let error = await messagingError { try await transport.check() }
        #expect(error?.code == .misconfigured)
        #expect(error?.reason.contains("not the password") == false)
    }
}
