import ContractRuntime
import Crypto
import FoundationEssentials

/// Encrypts what is stored: AES-256-GCM with a key id, bound to a context that the reader must know as well.
///
/// An envelope is the text `v1.<key id>.<base64 of nonce (12 bytes), cipher text and tag (16 bytes)>`, so that it fits
/// in a JSON string. Version, key id and context are authenticated with it.
public struct EnvelopeCipher: Sendable {
    private let keys: EncryptionKeys

    /// - Parameter keys: The keys; the first encrypts.
    public init(_ keys: EncryptionKeys) { self.keys = keys }

    /// Encrypts with the current key.
    /// - Parameters:
    ///   - plaintext: What to encrypt.
    ///   - context: What it belongs to, for example tenant id, `|` and credential type; must be given again to decrypt.
    public func encrypt(_ plaintext: [UInt8], context: String) throws(EnvelopeError) -> String {
        let key = keys.current
        do {
            let box = try AES.GCM.seal(
                plaintext,
                using: SymmetricKey(data: key.bytes),
                authenticating: Self.associated(key.id, context)
            )
            return "v1.\(key.id).\(Base64.encode(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)))"
        } catch {
            throw EnvelopeError(.malformedKey, "the key can't encrypt")
        }
    }

    /// Decrypts with the key that the envelope names.
    public func decrypt(_ envelope: String, context: String) throws(EnvelopeError) -> [UInt8] {
        let (id, bytes) = try Self.parse(envelope)
        guard let key = keys.keys.first(where: { $0.id == id }) else {
            throw EnvelopeError(.unknownKey, "there is no key with the id \(id)")
        }
        do {
            let box = try AES.GCM.SealedBox(combined: bytes)
            let plaintext = try AES.GCM.open(
                box,
                using: SymmetricKey(data: key.bytes),
                authenticating: Self.associated(id, context)
            )
            return Array(plaintext)
        } catch {
            throw EnvelopeError(.notAuthentic, "the envelope was changed or belongs elsewhere")
        }
    }

    /// Whether the envelope was made with another key than the current one: decrypt it and encrypt it again.
    public func needsRotation(_ envelope: String) throws(EnvelopeError) -> Bool {
        try Self.parse(envelope).id != keys.current.id
    }

    /// The same content under the current key; the envelope as it is if that made it.
    public func rotate(_ envelope: String, context: String) throws(EnvelopeError) -> String {
        guard try needsRotation(envelope) else { return envelope }
        return try encrypt(decrypt(envelope, context: context), context: context)
    }

    private static func parse(_ envelope: String) throws(EnvelopeError) -> (id: String, bytes: [UInt8]) {
        let parts = envelope.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "v1", let bytes = Base64.decode(parts[2]), bytes.count >= 28 else {
            throw EnvelopeError(.malformedEnvelope, "the text is no envelope")
        }
        return (String(parts[1]), bytes)
    }

    private static func associated(_ id: String, _ context: String) -> [UInt8] { Array("v1|\(id)|\(context)".utf8) }
}
