import COpenSSL

/// scrypt (RFC 7914) of OpenSSL's libcrypto, which libcurl and libpq bring along: compiled with optimisation in every build of
/// ours, where the library that is compiled with a debug build takes eight times as long.
public struct Scrypt: Sendable, Hashable {
    /// scrypt's N, a power of two.
    public var rounds: Int
    /// scrypt's r.
    public var blockSize: Int
    /// scrypt's p.
    public var parallelism: Int

    /// Most memory of one derivation, in bytes; a stored hash that asks for more is refused.
    public static let maximumMemory = 64 << 20

    /// Creates a cost.
    public init(rounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// The key of a password. Blocks for tenths of a second.
    /// - Throws: ``ScryptError`` if the cost is none that RFC 7914 knows, or needs more than ``maximumMemory``.
    public func key(of password: [UInt8], salt: [UInt8], count: Int) throws(ScryptError) -> [UInt8] {
        guard rounds > 1, blockSize > 0, parallelism > 0, count > 0 else { throw ScryptError() }
        var key = [UInt8](repeating: 0, count: count)
        // One byte more than counts: of an empty array the pointer may be null, which libcrypto takes for a question about
        // the cost. The pointers are good for the call only, and libcrypto keeps none of them.
        let result = (password + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                EVP_PBE_scrypt(
                    characters.baseAddress, password.count, salt, salt.count, UInt64(rounds), UInt64(blockSize),
                    UInt64(parallelism), UInt64(Self.maximumMemory), &key, key.count)
            }
        }
        guard result == 1 else { throw ScryptError() }
        return key
    }
}

/// The cost of a derivation is none, or too high.
public struct ScryptError: Error, Sendable, Hashable {}
