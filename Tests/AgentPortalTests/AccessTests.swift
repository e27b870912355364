import ContractRuntime
import HTTPServer
import HTTPTypes
import Testing

@testable import AgentPortal

@Suite("Access to the portal")
struct AccessTests {
    private static let cheap = PasswordHasher(cost: .init(rounds: 16, blockSize: 1, parallelism: 1))

    @Test("a password is recognised by its hash, another one is not, and two hashes of one differ")
    func passwords() async throws {
        let hash = try await Self.cheap.hash("correct horse battery")
        #expect(try await Self.cheap.verify("correct horse battery", against: hash))
        #expect(try await !Self.cheap.verify("correct horse batterY", against: hash))
        #expect(try await !Self.cheap.verify("correct horse battery", against: nil))
        #expect(try await !Self.cheap.verify("correct horse battery", against: "scrypt$16$1$1$broken"))
        #expect(try await Self.cheap.hash("correct horse battery") != hash)
    }

    @Test("a hash made at another cost is still recognised")
    func costs() async throws {
        let hash = try await PasswordHasher(cost: .init(rounds: 32, blockSize: 2, parallelism: 1)).hash("a password")
        #expect(try await Self.cheap.verify("a password", against: hash))
    }

    @Test(
        "weak passwords are refused with the reason",
        arguments: [
            ("short", "short", "at least 12"), ("long enough text", "long enough texT", "differ"),
            ("my name is ada42", "my name is ada42", "name"), ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "different"),
            (String(repeating: "abcde", count: 50), String(repeating: "abcde", count: 50), "at most"),
            ("password1234", "password1234", "first that are tried"),
            ("Passw0rd!Passw0rd!", "Passw0rd!Passw0rd!", "repeats"),
            ("Welcome2026!!", "Welcome2026!!", "first that are tried"),
            ("correcthorsebatterystaple", "correcthorsebatterystaple", "first that are tried"),
            ("WhatsAppGenesys1", "WhatsAppGenesys1", "first that are tried"),
            ("abcdefabcdefab", "abcdefabcdefab", "repeats or counts"), ("123456789012", "123456789012", "counts"),
            ("qwertyuiop[]", "qwertyuiop[]", "counts"), ("0987654321098", "0987654321098", "counts"),
        ])
    func policy(_ password: String, _ repetition: String, _ reason: String) {
        let objection = PasswordPolicy.objection(to: password, repetition: repetition, name: "ada42")
        #expect(objection?.contains(reason) == true, "\(objection ?? "accepted")")
    }

    @Test(
        "a strong password is accepted",
        arguments: [
            "unrelated words 9", "9f2c7e1b4a6d", "739105826440", "73910582a440", "Ein langer Satz hilft.",
            "пароль без смысла",
        ])
    func strongPassword(password: String) {
        #expect(PasswordPolicy.objection(to: password, repetition: password, name: "ada") == nil)
    }

    @Test(
        "names that look like others, or turn the text around them, are refused with the reason",
        arguments: [
            ("a", "two characters"), ("ada lovelace", "no spaces"), ("ada\u{202E}nimda", "U+202E"),
            ("ad\u{200B}a", "U+200B"), ("ad\u{0}a", "U+0000"), ("ad\u{7F}a", "U+007F"), ("ada\u{FE0F}", "U+FE0F"),
            ("<b>ada", "letters, digits"), ("ada\u{2028}b", "no spaces"),
            (String(repeating: "a", count: 101), "at most"),
        ])
    func badNames(_ name: String, _ reason: String) {
        let objection = NamePolicy.objection(to: name)
        #expect(objection?.contains(reason) == true, "\(objection ?? "accepted")")
    }

    @Test(
        "names of any script and addresses of e-mail are taken",
        arguments: ["ada@example.org", "Zoë", "田中さん", "o'neil-x_2+a"])
    func goodNames(name: String) {
        #expect(NamePolicy.objection(to: name) == nil)
    }

    @Test("what people enter is told with an example, not with a pattern")
    func enteredFields() {
        let phone = EnteredField.objection(name: "Shop", phoneNumberID: "abc")
        #expect(phone?.hasPrefix("Phone number id: digits only, for example 1") == true)
        #expect(EnteredField.objection(name: "", phoneNumberID: "106540352242922")?.contains("Enter a name") == true)
        #expect(EnteredField.objection(name: "Shop", phoneNumberID: "106540352242922", wabaID: "x") != nil)
        #expect(
            EnteredField.objection(name: "Shop", phoneNumberID: "106540352242922", wabaID: "102290129340398") == nil)
        let text = EnteredField.sentences([
            ("/clientId", "expected text that matches ^[\\x21-\\x7E]+$"), ("/clientId", "expected at most 128"),
            ("/odd", "expected text that matches ^x$"),
        ])
        #expect(text.contains("Client id: the id of the OAuth client") && !text.contains("^"))
    }

    @Test("each role includes the ones before")
    func roles() {
        #expect(Role.viewer < .operator)
        #expect(Role.operator < .owner)
        #expect(!(Role.owner < .owner))
    }

    @Test(
        "a change must come from the portal's own pages",
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "cross-site"], false),
            (["Sec-Fetch-Site": "same-site"], false), (["Sec-Fetch-Site": "none"], false),
            (["Origin": "http://portal.example:8081"], true), (["Origin": "https://portal.example:8081"], true),
            (["Origin": "https://published.example"], true), (["Origin": "http://evil.example"], false),
            (["Origin": "null"], false), ([:], false),
            (["Sec-Fetch-Site": "cross-site", "Origin": "http://portal.example:8081"], false),
        ] as [([String: String], Bool)])
    func origins(_ fields: [String: String], _ isOwn: Bool) {
        var headers = HTTPFields()
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let origin = RequestOrigin(address: nil, authority: "portal.example:8081")
        let proof = RequestProof(publishedOrigin: "https://published.example")
        RequestOrigin.$current.withValue(origin) { #expect(proof.isSameOrigin(headers) == isOwn) }
    }

    @Test("a session's cookie is found among others, and by its whole name only")
    func cookies() {
        let cookie = SessionCookie(isSecure: false)
        #expect(cookie.token(in: [.cookie: "a=1; portal_session=abc; b=2"]) == "abc")
        #expect(cookie.token(in: [.cookie: "xportal_session=abc"]) == nil)
        #expect(SessionCookie(isSecure: true).token(in: [.cookie: "portal_session=abc"]) == nil)
        #expect(SessionCookie(isSecure: true).starting("abc").contains("Secure"))
        #expect(cookie.starting("abc").contains("HttpOnly; SameSite=Lax"))
    }
}
