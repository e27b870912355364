public import ContractRuntime
import ServiceKit

/// What a simulator takes from outside itself: time, chance and the network. Tests give their own.
public struct SimulatorWorld: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; what token lifetimes, rate limits and time stamps go by.
    public var now: @Sendable () -> Int64
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// Any number; what ids, tokens and the probabilities of faults are made of.
    public var random: @Sendable () -> UInt64
    /// Carries webhooks to a base URL such as `http://127.0.0.1:8080`. Asked once for each.
    public var transport: @Sendable (String) throws -> any ClientTransport

    /// Creates a world.
    public init(
        now: @escaping @Sendable () -> Int64 = { WallClock.millisecondsSinceEpoch },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
        transport: @escaping @Sendable (String) throws -> any ClientTransport
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
        self.transport = transport
    }

    var dateTime: DateTime { DateTime(millisecondsSinceEpoch: now()) }

    /// A number from 0 up to but not including 1.
    var fraction: Double { Double(random() >> 11) / Double(1 << 53) }

    /// Hexadecimal digits in lower case, a multiple of 16.
    func hexadecimal(_ count: Int) -> String {
        (0..<count / 16).map { _ in
            let digits = String(random(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// A UUID of version 4.
    func uuid() -> String {
        var digits = Array(hexadecimal(32))
        digits[12] = "4"
        digits[16] = ["8", "9", "a", "b"][Int(random() % 4)]
        for place in [20, 16, 12, 8] { digits.insert("-", at: place) }
        return String(digits)
    }

    /// Random characters of the base64url alphabet.
    func urlSafeToken(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<count).map { _ in alphabet[Int(random() % 64)] })
    }
}
