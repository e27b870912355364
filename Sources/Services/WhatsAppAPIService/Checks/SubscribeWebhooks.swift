import AuthServiceContract
import ContractRuntime
import ServiceKit
import WhatsAppAPIServiceContract
import WhatsAppGraphContract

extension WhatsAppAPIService {
    /// Subscribes the token's app to the tenant's business account; a tenant with an own app gets its address set.
    public func subscribeWebhooks(
        _ input: SubscribeWebhooks.Input, _ context: RequestContext
    ) async throws -> SubscribeWebhooks.Output {
        var token: WhatsAppToken
        do {
            token = try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent)
        } catch let failure as PlatformFailure {
            return .ok(
                WebhookSubscription(
                    subscribed: false, cause: "There is no token: \(failure.words).",
                    remedy: "Enter the WhatsApp credential first."))
        }
        token.wabaId = input.wabaId ?? token.wabaId
        let questions = GraphQuestions(
            client: WhatsAppGraphClient(
                transport: self.graph, credentials: ClientCredentials(bearerToken: token.accessToken)),
            version: policy.graphVersion, timeout: policy.requestTimeout, traceparent: context.traceparent)
        let callback = try await ownCallback(input.tenantId, context)
        do {
            var answer = try await subscribe(token.wabaId, nil, questions)
            // Meta refuses an address for an app that is not subscribed yet (chatwoot, pull request 13279, January 2026).
            if let callback, answer.success { answer = try await subscribe(token.wabaId, callback, questions) }
            return .ok(
                WebhookSubscription(
                    subscribed: answer.success, callbackUrl: callback?.url,
                    cause: answer.success ? nil : "Meta did not take the subscription.",
                    remedy: answer.success ? nil : "Check the token's permissions, then repeat."))
        } catch {
            return .ok(WebhookSubscription(subscribed: false, cause: error.cause, remedy: error.remedy))
        }
    }

    private func subscribe(
        _ wabaID: String, _ callback: (url: String, verifyToken: String)?, _ questions: GraphQuestions
    ) async throws(UnansweredQuestion) -> SuccessResponse {
        try await questions.ask {
            try await $0.subscribeApp(
                .init(
                    version: questions.version, wabaId: wabaID,
                    body: callback.map {
                        SubscribeAppRequest(overrideCallbackUri: $0.url, verifyToken: $0.verifyToken)
                    }), options: questions.options
            ).answer()
        }
    }

    /// Address and verify token of a tenant with an app of its own; nil on the shared app, whose callback is set already.
    private func ownCallback(
        _ tenantID: String, _ context: RequestContext
    ) async throws -> (url: String, verifyToken: String)? {
        guard let publicBaseURL else { return nil }
        let output = try await tokens.authService.getWebhookSecrets(
            .init(tenantId: tenantID, platform: .whatsapp), traceparent: context.traceparent)
        guard case .ok(let secrets) = output, !secrets.secrets.isEmpty, let verifyToken = secrets.verifyToken else {
            return nil
        }
        return ("\(publicBaseURL)/webhooks/whatsapp/\(tenantID)", verifyToken)
    }
}
