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
        ])
    func policy(_ password: String, _ repetition: String, _ reason: String) {
        let objection = PasswordPolicy.objection(to: password, repetition: repetition, name: "ada42")
        #expect(objection?.contains(reason) == true, "\(objection ?? "accepted")")
    }

    @Test("a strong password is accepted")
    func strongPassword() {
        #expect(PasswordPolicy.objection(to: "unrelated words 9", repetition: "unrelated words 9", name: "ada") == nil)
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
