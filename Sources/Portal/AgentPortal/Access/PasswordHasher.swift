import Foundation
import NIOPosix
import PasswordHashing
import ServiceKit

/// Turns passwords into scrypt hashes and checks them, off the tasks' threads, since one takes tenths of a second.
///
/// A hash is `scrypt$N$r$p$salt$key` with salt and key in base64, so that the cost can grow without a migration.
struct PasswordHasher: Sendable {
    /// 32 MiB and three passes: one of the equal minima of the OWASP Password Storage Cheat Sheet (2025).
    static let standardCost = Scrypt(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    /// So many hashes are computed at the same time; whoever signs in must not take the processors from the rest.
    static let maximumRunning = 2
    /// More in hand than this are refused, so that sign-ins can't use up memory and nobody waits for long.
    static let maximumInHand = 16

    private let cost: Scrypt
    private let gate = HashGate(running: maximumRunning, inHand: maximumInHand)

    /// - Parameter cost: Of new hashes.
    init(cost: Scrypt = Self.standardCost) { self.cost = cost }

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

    private func derive(_ password: String, _ salt: [UInt8], _ cost: Scrypt) async throws -> [UInt8] {
        guard await gate.enter() else { throw PortalRefusal.overloaded }
        defer { gate.leave() }
        return try await NIOThreadPool.singleton.runIfActive {
            try cost.key(of: Array(password.utf8), salt: salt, count: 32)
        }
    }
}

/// A hash taken apart.
private struct StoredHash {
    let cost: Scrypt
    let salt: [UInt8]
    let key: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])),
            let key = Data(base64Encoded: String(parts[5]))
        else { return nil }
        cost = Scrypt(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = Array(salt)
        self.key = Array(key)
    }
}
