import ContractRuntime
import HTTPTypes

/// Asks a receiver for the challenge before its address is taken, as Meta does whenever a callback is saved or overridden
/// (create a webhook endpoint, read 2026-09; webhook overrides, read 2025-12).
struct CallbackVerification: Sendable {
    let world: SimulatorWorld
    let journal: Journal

    /// - Throws: 2200 unless the receiver answers 200 with the challenge and nothing else.
    func verify(_ url: String, token: String?) async throws(GraphRefusal) {
        guard let address = WebhookAddress(url) else {
            throw .invalidParameter("The callback address is no http or https URL.")
        }
        let challenge = String(world.random() % 9_000_000_000 + 1_000_000_000)
        let separator = address.target.contains("?") ? "&" : "?"
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(Self.escaped(token ?? ""))"
        let request = ContractRequest(method: .get, target: address.target + separator + query)
        let answer: (status: Int, body: [UInt8])
        do {
            let response = try await world.transport(address.base).send(
                request, options: RequestOptions(timeout: .seconds(10)))
            answer = (response.status, try await response.body.collect(limit: 4_096))
        } catch {
            await journal.log(.webhook, status: nil, "verification of \(address.base) got no answer")
            throw .callbackVerification("no answer")
        }
        await journal.log(.webhook, status: answer.status, "verification of \(address.base) answered \(answer.status)")
        guard answer.status == 200 else { throw .callbackVerification("HTTP Status Code = \(answer.status)") }
        guard answer.body == Array(challenge.utf8) else { throw .callbackVerification("the challenge was not echoed") }
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            let isUnreserved = byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isUnreserved || "-._~".utf8.contains(byte) { return String(Character(scalar)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" + digits : digits)
        }.joined()
    }
}

extension GraphRefusal {
    /// Recorded by users of the platform (fbsamples/original-coast-clothing, issue 84; chatwoot, issue 14738).
    static func callbackVerification(_ reason: String) -> GraphRefusal {
        GraphRefusal(
            status: 400, code: 2200,
            message: "(#2200) Callback verification failed with the following errors: \(reason)")
    }

    /// An override before the app is subscribed (chatwoot, pull request 13279, January 2026).
    static let overrideBeforeSubscription = GraphRefusal.invalidParameter(
        "Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp Business "
            + "Account")
}
