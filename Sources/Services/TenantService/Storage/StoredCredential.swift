import ContractJSON
import ContractRuntime
import ServiceKit
import SharedContract
import TenantServiceContract

/// The JSON in `tenant_credentials.credentials`: the encrypted document, and beside it what may be shown.
///
/// `{"keyId": …, "envelope": "v1.<key id>.<base64>", "members": [{"name": …, "secret": …, "value": …}]}`; of a secret,
/// `value` has the last four characters at most.
struct StoredCredential {
    /// Encrypted with AES-256-GCM; tenant and type are its associated data.
    var envelope: String
    /// The members that are set, masked.
    var members: [CredentialMember]

    /// Id of the key that encrypted it.
    var keyID: String { String(envelope.split(separator: ".").dropFirst().first ?? "") }

    init(envelope: String, members: [CredentialMember]) {
        self.envelope = envelope
        self.members = members
    }

    init(json text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8), limits: JSONLimits())
        envelope = value["envelope"]?.string ?? ""
        members = try [CredentialMember](json: value["members"] ?? .array([]))
    }

    var jsonText: String {
        JSONValue.object(
            JSONObject([
                ("keyId", .string(keyID)), ("envelope", .string(envelope)), ("members", members.jsonValue),
            ])
        ).jsonText
    }
}

/// Encrypts credentials on their way into the database and decrypts them on their way out.
struct CredentialVault: Sendable {
    /// Members whose values may be shown.
    private static let openMembers: Set<String> = ["wabaId", "region", "apiBaseUrl", "loginBaseUrl", "clientId"]
    /// Secrets with fewer characters are not shown at all.
    private static let shortestShownSecret = 16

    private let cipher: EnvelopeCipher

    init(cipher: EnvelopeCipher) { self.cipher = cipher }

    /// Encrypts a credential for a tenant.
    func seal(_ credential: Credential, tenantID: String) throws -> StoredCredential {
        StoredCredential(
            envelope: try cipher.encrypt(
                credential.jsonBytes,
                context: Self.context(tenantID, credential.type)
            ),
            members: Self.members(of: credential)
        )
    }

    /// Decrypts a credential of a tenant.
    func open(_ stored: StoredCredential, tenantID: String, type: CredentialType) throws -> Credential {
        try Credential(json: try cipher.decrypt(stored.envelope, context: Self.context(tenantID, type)))
    }

    /// The same credential under the current key; nil if it is already.
    func rotate(_ stored: StoredCredential, tenantID: String, type: CredentialType) throws -> StoredCredential? {
        guard try cipher.needsRotation(stored.envelope) else { return nil }
        var rotated = stored
        rotated.envelope = try cipher.rotate(stored.envelope, context: Self.context(tenantID, type))
        return rotated
    }

    /// Whether a credential is encrypted with a key that is no longer the first.
    func needsRotation(_ stored: StoredCredential) throws -> Bool { try cipher.needsRotation(stored.envelope) }

    private static func context(_ tenantID: String, _ type: CredentialType) -> String {
        "\(tenantID.lowercased())|\(type.rawValue)"
    }

    static func members(of credential: Credential) -> [CredentialMember] {
        (credential.jsonValue.object ?? JSONObject()).compactMap { name, value in
            guard name != "type", let text = value.string else { return nil }
            let isSecret = !openMembers.contains(name)
            return CredentialMember(name: name, secret: isSecret, value: isSecret ? masked(text) : text)
        }
    }

    static func masked(_ secret: String) -> String {
        secret.count < shortestShownSecret ? "…" : "…\(secret.suffix(4).filter { $0 != "\0" })"
    }
}

extension Credential {
    /// Which platform it is for.
    var type: CredentialType {
        switch self {
        case .whatsapp: .whatsapp
        case .genesys: .genesys
        }
    }
}
