import ContractRuntime

/// AES-256 keys by id. The first encrypts, all decrypt.
public struct EncryptionKeys: Sendable, CustomStringConvertible {
    /// One key.
    struct Key: Sendable {
        let id: String
        let bytes: [UInt8]
    }

    let keys: [Key]
    let current: Key

    /// - Parameter text: `id:base64` of 32 bytes, several separated by commas. Ids: 1 to 32 letters, digits, `-` and `_`.
    /// - Throws: ``EnvelopeError`` whose reason repeats no key.
    public init(parsing text: String) throws(EnvelopeError) {
        var keys: [Key] = []
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            let halves = part.trimmed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, Self.isValidID(halves[0]) else {
                throw EnvelopeError(.malformedKey, "key \(index + 1) does not begin with an id and a colon")
            }
            guard let bytes = Base64.decode(halves[1]), bytes.count == 32 else {
                throw EnvelopeError(.malformedKey, "key \(index + 1) is not the base64 of 32 bytes")
            }
            guard Set(bytes).count >= 8 else {
                throw EnvelopeError(.malformedKey, "key \(index + 1) is too simple; use 32 random bytes")
            }
            guard !keys.contains(where: { $0.id == halves[0] }) else {
                throw EnvelopeError(.malformedKey, "key \(index + 1) has the id of another one")
            }
            keys.append(Key(id: String(halves[0]), bytes: bytes))
        }
        guard let first = keys.first else { throw EnvelopeError(.malformedKey, "there is no key") }
        self.keys = keys
        current = first
    }

    /// Names the ids only.
    public var description: String { "keys \(keys.map(\.id).joined(separator: ", "))" }

    private static func isValidID(_ text: Substring) -> Bool {
        (1...32).contains(text.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

/// Why something could not be encrypted or decrypted. Contains no key and no plain text.
public struct EnvelopeError: Error, Sendable, Hashable {
    /// The kinds of failure. None can be mended by trying again.
    public enum Code: String, Sendable, Hashable {
        /// `ENCRYPTION_KEYS` has not the right form.
        case malformedKey
        /// The text is no envelope.
        case malformedEnvelope
        /// The envelope was made with a key that is not configured any more.
        case unknownKey
        /// The envelope was changed, or belongs to another context.
        case notAuthentic
    }

    /// What happened.
    public let code: Code
    /// For logs and people.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
