import AuthServiceContract
import ContractRuntime
import SharedContract
import Synchronization

/// auth-service in memory: hands out `token-1`, and the next one when asked to refresh.
final class TokenDesk: AuthServiceHandler {
    struct Unused: Error {}

    private let number = Mutex(1)
    /// Whether the platform refuses the credential itself.
    let isRefused: Bool
    /// What kind of problem a refusal is.
    private let refusal: String

    init(isRefused: Bool = false, refusal: String = "about:blank") {
        self.isRefused = isRefused
        self.refusal = refusal
    }

    private func token(_ refresh: Bool?) -> String {
        number.withLock { number in
            if refresh == true { number += 1 }
            return "token-\(number)"
        }
    }

    func getGenesysToken(
        _ input: GetGenesysToken.Input,
        _ context: RequestContext
    ) async throws -> GetGenesysToken.Output {
        if isRefused { return .conflict(Problem(type: refusal, title: "Conflict", status: 409)) }
        return .ok(
            GenesysToken(
                accessToken: token(input.refresh),
                expiresAt: DateTime(millisecondsSinceEpoch: 1_800_000_000_000),
                apiBaseUrl: "https://api.genesys.test"
            )
        )
    }

    func getWhatsAppToken(
        _ input: GetWhatsAppToken.Input,
        _ context: RequestContext
    ) async throws -> GetWhatsAppToken.Output {
        if isRefused { return .conflict(Problem(type: "about:blank", title: "Conflict", status: 409)) }
        return .ok(WhatsAppToken(accessToken: token(input.refresh), phoneNumberId: "100", wabaId: "200"))
    }

    func tryGenesysCredential(
        _ input: TryGenesysCredential.Input,
        _ context: RequestContext
    ) async throws -> TryGenesysCredential.Output { throw Unused() }
    func getWebhookSecrets(
        _ input: GetWebhookSecrets.Input,
        _ context: RequestContext
    ) async throws -> GetWebhookSecrets.Output { throw Unused() }
    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        throw Unused()
    }
    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        throw Unused()
    }
    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        throw Unused()
    }
}
