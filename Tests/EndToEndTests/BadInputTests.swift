import ContractJSON
import ContractRuntime
import HTTPTypes
import ServiceKit
import SharedContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "a webhook without the platform's signature gets one answer that tells nothing, and so does an unknown tenant",
        arguments: Side.allCases)
    func signatures(side: Side) async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(side == .meta ? 50 : 51)
            let body = side == .meta ? HostileBody.customerText(line) : HostileBody.agentText(line)
            let right = side.signature(of: body, line)
            let forged = side.signature(of: body + [0x20], line)
            let hexOrBase64 = (side == .meta ? Side.genesys : .meta).signature(of: body, line)
            let path = line.webhookPath(side)
            let stranger = path.replacing(line.tenantID, with: "0d9f2c1e-7c55-4a51-8a0b-0f4f3f0f9a01")
            var answers: Set<JSONValue> = []
            for (target, signature) in [
                (path, nil), (path, ""), (path, "sha256="), (path, forged), (path, hexOrBase64), (path, right + "0"),
                (stranger, right), (path.replacing(line.tenantID, with: "nobody"), right),
            ] {
                let answer = try await world.post(body, to: target, signature: signature)
                #expect(answer.status == 401, "\(target) \(signature ?? "without")")
                answers.insert(answer.problem)
            }
            #expect(answers.count == 1)
            let secrets = [right.dropFirst(7), forged.dropFirst(7)]
            #expect(answers.first.map { answer in secrets.contains { answer.text.contains($0) } } == false)
            #expect(try await world.post(body, to: path, signature: right).status == 200)
        }
    }

    @Test("a wrong verify token is refused, the right one has its challenge echoed")
    func verification() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(52)
            func verify(_ token: String) async throws -> (status: Int, text: String) {
                let query = "hub.mode=subscribe&hub.challenge=0012%2Ba&hub.verify_token=\(token)"
                let response = try await world.installation.transport(to: "api-gateway").send(
                    ContractRequest(method: .get, target: "\(line.webhookPath(.meta))?\(query)"),
                    options: RequestOptions())
                let body = try await response.body.collect(limit: 10_000)
                return (response.status, String(decoding: body, as: UTF8.self))
            }
            #expect(try await verify("verify-token-of-52") == (200, "0012+a"))
            let wrong = try await verify("verify-token-of-53")
            #expect(wrong.status == 403)
            #expect(!wrong.text.contains("0012+a"))
        }
    }

    @Test(
        "a signed body that breaks the contract is refused with every violation and its pointer",
        arguments: Side.allCases)
    func malformed(side: Side) async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(side == .meta ? 54 : 55)
            for hostile in HostileBody.all(side) {
                let answer = try await world.post(
                    hostile.bytes, to: line.webhookPath(side), signature: side.signature(of: hostile.bytes, line))
                #expect(answer.status == hostile.status, "\(hostile.what)")
                #expect(answer.contentType == "application/problem+json", "\(hostile.what)")
                let violations = (answer.problem["violations"]?.array ?? []).map {
                    "\($0["pointer"]?.string ?? "–") \($0["keyword"]?.string ?? "–")"
                }
                #expect(violations == hostile.violations, "\(hostile.what)")
            }
            // The relay works on as before.
            try await world.greet(line, ["15550154001"])
        }
    }

    @Test("one broken message costs neither its neighbours nor itself: they arrive, it is set aside whole")
    func brokenNeighbour() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(56)
            let body = HostileBody.customerText(line, broken: true)
            let signature = Side.meta.signature(of: body, line)
            #expect(try await world.post(body, to: line.webhookPath(.meta), signature: signature).status == 200)
            let arrived = try await world.arrived(1, at: .genesys, line)
            #expect(arrived.map(\.text) == ["Hello"])
            let aside: [QuarantineRecord]? = try await within(.seconds(180)) {
                let records = try await world.quarantined(of: [line])
                return records.isEmpty ? nil : records
            }
            #expect(aside?.map(\.reason) == [.contractViolation])
        }
    }

    @Test("a message for a number that nobody has is acknowledged, set aside and can be seen")
    func unknownNumber() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(57)
            let body = HostileBody.customerText(line, number: "999999999999999")
            let signature = Side.meta.signature(of: body, line)
            #expect(try await world.post(body, to: line.webhookPath(.meta), signature: signature).status == 200)
            let aside: QuarantineRecord? = try await within(.seconds(180)) {
                try await world.quarantined(of: [line]).first
            }
            #expect(aside?.reason == .unknownPhoneNumber)
            #expect(try await world.received(.genesys, [line]).isEmpty)
        }
    }
}

/// What the gateway said.
struct Refusal: Sendable {
    let status: Int
    let contentType: String?
    let problem: JSONValue
}

extension RelayWorld {
    /// Posts a webhook to the gateway as a stranger may.
    func post(_ body: [UInt8], to target: String, signature: String?) async throws -> Refusal {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let signature, let name = HTTPField.Name("X-Hub-Signature-256") { headers[name] = signature }
        let response = try await installation.transport(to: "api-gateway").send(
            ContractRequest(method: .post, target: target, headers: headers, body: .bytes(body)),
            options: RequestOptions(timeout: .seconds(60)))
        let bytes = try await response.body.collect(limit: 1 << 20)
        var problem = (try? JSONValue(parsing: bytes))?.object
        // Differs by request, as it should.
        problem?["traceId"] = nil
        return Refusal(
            status: response.status, contentType: response.headers[.contentType],
            problem: problem.map(JSONValue.object) ?? .null)
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: jsonBytes, as: UTF8.self) }
}

extension Line {
    /// Where a platform's webhooks for the tenant go.
    func webhookPath(_ side: Side) -> String {
        side == .meta ? "/webhooks/whatsapp/\(tenantID)" : "/webhooks/genesys/\(tenantID)"
    }
}

extension Side {
    /// What the platform signs a body of the tenant with.
    func signature(of body: [UInt8], _ line: Line) -> String {
        switch self {
        case .meta:
            WebhookSignature.meta.header(of: body, secret: Secret("app-secret-of-\(line.number)-0123456789"))
        case .genesys:
            WebhookSignature.genesys.header(of: body, secret: Secret("webhook-secret-of-\(line.number)-0123456789"))
        }
    }
}
