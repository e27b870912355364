import ContractRuntime
import HTTPTypes
import ServiceKit
import Testing

@Suite("Webhook signatures")
struct WebhookSignatureTests {
    static let body = Array(#"{"object":"whatsapp_business_account","entry":[]}"#.utf8)
    static let spaced = Array(#"{"object": "whatsapp_business_account", "entry": []}"#.utf8)
    static let secret = Secret("test_app_secret")
    static let signature = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"

    @Test(
        "the known signatures of Meta's form are valid",
        arguments: [
            ("test_app_secret", body, signature),
            ("test_app_secret", spaced, "sha256=56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"),
            ("otro_secreto", body, "sha256=769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7"),
        ]
    )
    func known(secret: String, body: [UInt8], signature: String) {
        #expect(WebhookSignature.meta.isValid(signature, of: body, secrets: [Secret(secret)]))
        #expect(WebhookSignature.meta.header(of: body, secret: Secret(secret)) == signature)
    }

    @Test(
        "anything but the exact form is refused",
        arguments: [
            nil, "", "sha256=", String(signature.dropFirst(7)), String(signature.dropLast()), signature + "0",
            signature.uppercased(), "sha256=" + signature.dropFirst(7).uppercased(), " " + signature, signature + " ",
            "sha1=" + signature.dropFirst(7), "SHA256=" + signature.dropFirst(7), signature + "," + signature,
            "sha256=" + String(repeating: "g", count: 64), "sha256=" + String(repeating: "é", count: 32),
            "sha256=3samgGealo5+Axk1WyNZnL/FRQLAeEZo6WGLqgxjN1Y=",
        ]
    )
    func form(header: String?) {
        #expect(!WebhookSignature.meta.isValid(header, of: Self.body, secrets: [Self.secret]))
    }

    @Test("another body, another secret and no secret are refused")
    func forged() {
        #expect(!WebhookSignature.meta.isValid(Self.signature, of: Self.spaced, secrets: [Self.secret]))
        #expect(!WebhookSignature.meta.isValid(Self.signature, of: Self.body, secrets: [Secret("other")]))
        #expect(!WebhookSignature.meta.isValid(Self.signature, of: Self.body, secrets: []))
    }

    @Test("while a secret rotates, both are accepted")
    func rotation() {
        for secrets in [[Secret("new"), Self.secret], [Self.secret, Secret("new")]] {
            #expect(WebhookSignature.meta.isValid(Self.signature, of: Self.body, secrets: secrets))
        }
    }

    @Test("Genesys signs with padded base64, and only that is accepted")
    func genesys() {
        let header = WebhookSignature.genesys.header(of: Self.body, secret: Self.secret)
        #expect(header == "sha256=3samgGealo5+Axk1WyNZnL/FRQLAeEZo6WGLqgxjN1Y=")
        let isValid = { WebhookSignature.genesys.isValid($0, of: Self.body, secrets: [Self.secret]) }
        #expect(isValid(header))
        #expect(!isValid(String(header.dropLast())))
        #expect(!isValid(header.replacing("+", with: "-").replacing("/", with: "_")))
        #expect(!isValid(Self.signature))
    }
}

@Suite("Bearer tokens")
struct BearerAuthenticatorTests {
    private let authenticator = BearerAuthenticator([
        "internalToken": [Secret("new-token"), Secret("old-token")], "adminKey": [Secret("admin-key")],
    ])

    private func principal(_ field: String?, _ scheme: String, _ kind: SecurityRequirement.Kind = .bearer) async
        -> Principal?
    {
        var request = ContractRequest(method: .get, target: "/")
        request.headers[.authorization] = field
        return await authenticator.principal(of: request, for: SecurityRequirement(scheme: scheme, kind: kind))
    }

    @Test("each accepted secret of the scheme names its holder", arguments: ["Bearer new-token", "bearer old-token"])
    func accepted(field: String) async {
        #expect(await principal(field, "internalToken") == Principal(name: "internalToken"))
    }

    @Test(
        "anything else is nobody",
        arguments: [
            nil, "", "Bearer", "Bearer ", "new-token", "Basic new-token", "Bearer admin-key", "Bearer new-token x",
            "Bearer new-toke",
        ]
    )
    func refused(field: String?) async {
        #expect(await principal(field, "internalToken") == nil)
    }

    @Test("an unknown scheme and another kind of credential are nobody")
    func unknown() async {
        #expect(await principal("Bearer new-token", "other") == nil)
        #expect(await principal("Bearer new-token", "internalToken", .headerKey("x")) == nil)
    }
}

@Suite("Envelope encryption")
struct EnvelopeCipherTests {
    static let first = "k1:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
    static let second = "k2:EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8="
    private let plaintext = Array(#"{"appSecret":"x"}"#.utf8)

    @Test("what was encrypted decrypts in its context only")
    func roundTrip() throws {
        let cipher = EnvelopeCipher(try EncryptionKeys(parsing: Self.first))
        let envelope = try cipher.encrypt(plaintext, context: "tenant-1|whatsapp")
        #expect(envelope.hasPrefix("v1.k1."))
        #expect(try cipher.decrypt(envelope, context: "tenant-1|whatsapp") == plaintext)
        #expect(throws: EnvelopeError.self) { try cipher.decrypt(envelope, context: "tenant-2|whatsapp") }
    }

    @Test("two envelopes of one text differ")
    func nonces() throws {
        let cipher = EnvelopeCipher(try EncryptionKeys(parsing: Self.first))
        #expect(try cipher.encrypt(plaintext, context: "c") != cipher.encrypt(plaintext, context: "c"))
    }

    @Test("every changed character of an envelope is found")
    func tampering() throws {
        let cipher = EnvelopeCipher(try EncryptionKeys(parsing: Self.first))
        let envelope = try cipher.encrypt(plaintext, context: "c")
        for index in envelope.indices {
            var changed = envelope
            changed.replaceSubrange(index...index, with: envelope[index] == "A" ? "B" : "A")
            #expect(throws: EnvelopeError.self) { try cipher.decrypt(changed, context: "c") }
        }
    }

    @Test("after a rotation the old key still decrypts, the new one encrypts, and rotating says so")
    func rotation() throws {
        let old = EnvelopeCipher(try EncryptionKeys(parsing: Self.first))
        let both = EnvelopeCipher(try EncryptionKeys(parsing: "\(Self.second),\(Self.first)"))
        let envelope = try old.encrypt(plaintext, context: "c")
        #expect(try both.decrypt(envelope, context: "c") == plaintext)
        #expect(try both.needsRotation(envelope))
        let rotated = try both.rotate(envelope, context: "c")
        #expect(try !both.needsRotation(rotated))
        #expect(try both.rotate(rotated, context: "c") == rotated)
        #expect(try both.decrypt(rotated, context: "c") == plaintext)
        #expect { try old.decrypt(rotated, context: "c") } throws: { ($0 as? EnvelopeError)?.code == .unknownKey }
    }

    @Test(
        "keys of another form are refused without being repeated",
        arguments: [
            "", "k1", "k1:", ":AAAA", "k 1:AAAA", "k1:c2VjcmV0", "k.1:\(first.dropFirst(3))", "\(first),\(first)",
            "\(first),",
        ]
    )
    func keys(text: String) {
        #expect { try EncryptionKeys(parsing: text) } throws: { error in
            (error as? EnvelopeError)?.code == .malformedKey && !"\(error)".contains("c2VjcmV0")
        }
    }

    @Test("a text that is no envelope is refused", arguments: ["", "v1", "v1.k1.", "v2.k1.AAAA", "v1.k1.AAAA", "{}"])
    func malformed(text: String) throws {
        let cipher = EnvelopeCipher(try EncryptionKeys(parsing: Self.first))
        #expect { try cipher.decrypt(text, context: "c") } throws: {
            ($0 as? EnvelopeError)?.code == .malformedEnvelope
        }
    }
}
