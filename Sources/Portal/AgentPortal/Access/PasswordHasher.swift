import CryptoExtras
import Foundation
import NIOPosix
import ServiceKit
import Synchronization

/// Turns passwords into scrypt hashes and checks them, on threads of their own, since one takes tenths of a second.
///
/// A hash is `scrypt$N$r$p$salt$key` with salt and key in base64, so that the cost can grow without a migration.
struct PasswordHasher: Sendable {
    /// How expensive a hash is.
    struct Cost: Sendable, Hashable {
        /// scrypt's N, a power of two.
        var rounds: Int
        /// scrypt's r.
        var blockSize: Int
        /// scrypt's p.
        var parallelism: Int

        /// 32 MiB and three passes: one of the equal minima of the OWASP Password Storage Cheat Sheet (2025).
        static let standard = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    }

    /// More checks at once than this are refused, so that sign-ins can't use up memory.
    private static let maximumInHand = 16

    private let cost: Cost
    private let pending = Pending()

    init(cost: Cost = .standard) { self.cost = cost }

    /// The hash of a password with a new salt.
    func hash(_ password: String) async throws -> String {
        let salt = RandomToken.bytes(16)
        let key = try await derive(password, salt, cost)
        return ["scrypt", String(cost.rounds), String(cost.blockSize), String(cost.parallelism)]
            .joined(separator: "$") + "$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())"
    }

    /// Whether a password belongs to a hash. Without one the same time passes and the answer is no.
    func verify(_ password: String, against hash: String?) async throws -> Bool {
        guard let hash, let stored = StoredHash(hash) else {
            _ = try await derive(password, [UInt8](repeating: 0, count: 16), cost)
            return false
        }
        return ConstantTime.areEqual(try await derive(password, stored.salt, stored.cost), stored.key)
    }

    private func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) async throws -> [UInt8] {
        guard pending.enter(limit: Self.maximumInHand) else { throw PortalRefusal.overloaded }
        defer { pending.leave() }
        return try await NIOThreadPool.singleton.runIfActive {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        }
    }
}

/// Counts the hashes in hand.
private final class Pending: Sendable {
    private let count = Mutex(0)

    func enter(limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}

/// A hash taken apart.
private struct StoredHash {
    let cost: PasswordHasher.Cost
    let salt: [UInt8]
    let key: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])),
            let key = Data(base64Encoded: String(parts[5]))
        else { return nil }
        cost = PasswordHasher.Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = Array(salt)
        self.key = Array(key)
    }
}
