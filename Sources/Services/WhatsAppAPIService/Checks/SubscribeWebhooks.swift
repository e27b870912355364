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
        let token: WhatsAppToken
        do {
            token = try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent)
        } catch let failure as PlatformFailure {
            return .ok(
                WebhookSubscription(
                    subscribed: false, cause: "There is no token: \(failure.words).",
                    remedy: "Enter the WhatsApp credential first."))
        }
        let questions = GraphQuestions(
            client: WhatsAppGraphClient(
                transport: self.graph, credentials: ClientCredentials(bearerToken: token.accessToken)),
            version: policy.graphVersion, timeout: policy.requestTimeout, traceparent: context.traceparent)
        let callback = try await ownCallback(input.tenantId, context)
        do {
            let answer = try await questions.ask {
                try await $0.subscribeApp(
                    .init(
                        version: questions.version, wabaId: token.wabaId,
                        body: callback.map {
                            SubscribeAppRequest(overrideCallbackUri: $0.url, verifyToken: $0.verifyToken)
                        }), options: questions.options
                ).answer()
            }
            return .ok(
                WebhookSubscription(
                    subscribed: answer.success, callbackUrl: callback?.url,
                    cause: answer.success ? nil : "Meta did not take the subscription.",
                    remedy: answer.success ? nil : "Check the token's permissions, then repeat."))
        } catch {
            return .ok(WebhookSubscription(subscribed: false, cause: error.cause, remedy: error.remedy))
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
