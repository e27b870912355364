import AuthServiceContract
import ConnectionCheckContract
import ConnectionChecks
import ContractRuntime
import GenesysAPIServiceContract
import GenesysPlatformContract
import ServiceKit
import SharedContract

extension GenesysAPIService {
    /// Asks Genesys about grant, permissions and integration of a tenant. Reads only.
    public func checkConnection(
        _ input: CheckConnection.Input, _ context: RequestContext
    ) async throws -> CheckConnection.Output {
        var run = CheckRun()
        let ofIntegration: [CheckName] = [
            .integrationReadable, .integrationActive, .integrationWebhookAddress, .integrationSignatureSecret,
            .integrationSupportedContent, .integrationMessageFlow,
        ]
        let platform: PlatformQuestions
        do {
            let token = try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent)
            run.pass(.genesysTokenGranted, "valid until \(token.expiresAt.text.prefix(16)) UTC")
            platform = try questions(token)
        } catch let failure as PlatformFailure {
            run.fail(
                .genesysTokenGranted, cause: "There is no token: \(failure.words).", remedy: Self.remedy(of: failure))
            run.skip([.genesysTokenAccepted] + ofIntegration, because: "there is no token")
            return .ok(run.report(of: input.tenantId))
        }
        await checkAcceptance(platform, &run)
        guard let id = input.integrationId else {
            run.skip(ofIntegration, because: "no integration is chosen")
            return .ok(run.report(of: input.tenantId))
        }
        await checkIntegration(id, input.tenantId, platform, context, &run)
        return .ok(run.report(of: input.tenantId))
    }

    /// Asks Genesys about an OAuth client that is not stored: whether it gets a token, and reaches the integration.
    public func tryCredential(
        _ input: TryCredential.Input, _ context: RequestContext
    ) async throws -> TryCredential.Output {
        var run = CheckRun()
        do {
            let token = try await tokens.token(trying: input.body, traceparent: context.traceparent)
            run.pass(.genesysTokenGranted, "valid until \(token.expiresAt.text.prefix(16)) UTC")
            let platform = try questions(token)
            await checkAcceptance(platform, &run)
            if let id = input.integrationId { _ = await readIntegration(id, platform, &run) }
        } catch let failure as PlatformFailure {
            run.fail(
                .genesysTokenGranted, cause: "There is no token: \(failure.words).", remedy: Self.remedy(of: failure))
        }
        return .ok(run.report(of: input.tenantId))
    }

    private func checkAcceptance(_ platform: PlatformQuestions, _ run: inout CheckRun) async {
        do {
            let info = try await platform.ask { try await $0.getCurrentToken(.init()).answer() }
            run.pass(.genesysTokenAccepted, info.organization?.name.value.map { "organisation \($0)" })
        } catch {
            run.fail(.genesysTokenAccepted, cause: error.cause, remedy: error.remedy)
        }
    }

    private func readIntegration(
        _ id: String, _ platform: PlatformQuestions, _ run: inout CheckRun
    ) async -> OpenIntegration? {
        do {
            let integration = try await platform.ask {
                try await $0.getOpenIntegration(.init(integrationId: id)).answer()
            }
            run.pass(.integrationReadable, integration.name)
            return integration
        } catch {
            run.fail(.integrationReadable, cause: error.cause, remedy: error.remedy)
            return nil
        }
    }

    private static func remedy(of failure: PlatformFailure) -> String {
        switch failure {
        case .authentication(code: TokenSource.loginRedirects, _):
            "Mend the login address: the region, loginBaseUrl of the credential or GENESYS_LOGIN_BASE_URL must name the"
                + " login host itself, for example https://login.mypurecloud.de, with https and nothing in front of it."
        case .transient: "Look at the health and the log of auth-service, and whether the login host can be reached."
        default: "Compare region, client id and secret with the OAuth client in Genesys Cloud (client credentials)."
        }
    }

    private func checkIntegration(
        _ id: String, _ tenantID: String, _ platform: PlatformQuestions, _ context: RequestContext,
        _ run: inout CheckRun
    ) async {
        guard let integration = await readIntegration(id, platform, &run) else {
            return run.skip(
                [
                    .integrationActive, .integrationWebhookAddress, .integrationSignatureSecret,
                    .integrationSupportedContent, .integrationMessageFlow,
                ], because: "the integration is not readable")
        }
        let state = integration.createStatus.value?.rawValue ?? "Completed"
        run.judge(
            .integrationActive, state == "Completed", detail: integration.status.value,
            cause: "Genesys has not completed the integration: \(state).",
            remedy: "Check again in a minute; if it stays so, delete the integration and create it anew.")
        if let publicBaseURL {
            let wanted = "\(publicBaseURL)/webhooks/genesys/\(tenantID)"
            run.judge(
                .integrationWebhookAddress, integration.outboundNotificationWebhookUrl == wanted, detail: wanted,
                cause: "It sends to \(integration.outboundNotificationWebhookUrl).",
                remedy: "Press “Connect” in the Genesys step of onboarding; it sets \(wanted).")
        } else {
            run.skip([.integrationWebhookAddress], because: "PUBLIC_BASE_URL is not known to this process")
        }
        await checkSecret(integration, tenantID, context, &run)
        await checkContent(integration, platform, &run)
        await checkFlow(id, platform, &run)
    }

    private func checkSecret(
        _ integration: OpenIntegration, _ tenantID: String, _ context: RequestContext, _ run: inout CheckRun
    ) async {
        guard let secrets = await webhookSecrets(of: tenantID, context) else {
            return run.skip([.integrationSignatureSecret], because: "auth-service gave no webhook secret")
        }
        let actual = Array(integration.outboundNotificationWebhookSignatureSecretToken.utf8)
        run.judge(
            .integrationSignatureSecret, secrets.contains { ConstantTime.areEqual(Array($0.utf8), actual) },
            cause: "The integration signs with another secret than the stored one, so its webhooks are refused.",
            remedy: "Press “Connect” in the Genesys step of onboarding; it sets the stored secret.")
    }

    private func checkContent(
        _ integration: OpenIntegration, _ platform: PlatformQuestions, _ run: inout CheckRun
    ) async {
        do {
            let content = try await platform.ask {
                if let id = integration.supportedContent?.id {
                    return try await $0.getSupportedContent(.init(supportedContentId: id)).answer()
                }
                return try await $0.getDefaultSupportedContent(.init()).answer()
            }
            let inbound = content.mediaTypes?.allow?.inbound.value ?? []
            if content.mediaTypes != nil, inbound.isEmpty {
                run.warn(
                    .integrationSupportedContent,
                    cause: "The profile \(content.name) allows no media from customers; Genesys drops them.",
                    remedy: "Allow media types in the supported content profile, or choose another one.")
            } else {
                run.pass(.integrationSupportedContent, content.name)
            }
        } catch {
            run.warn(.integrationSupportedContent, cause: error.cause, remedy: error.remedy)
        }
    }

    private func checkFlow(_ id: String, _ platform: PlatformQuestions, _ run: inout CheckRun) async {
        do {
            let recipient = try await platform.ask { try await $0.getMessageRecipient(.init(recipientId: id)).answer() }
            if let flow = recipient.flow {
                run.pass(.integrationMessageFlow, flow.name.value)
            } else {
                run.warn(
                    .integrationMessageFlow, cause: "No inbound message flow is bound to the integration.",
                    remedy:
                        "Bind one in Genesys Cloud, Admin › Routing › Message routing; else nobody gets the messages.")
            }
        } catch {
            run.warn(.integrationMessageFlow, cause: error.cause, remedy: error.remedy)
        }
    }
}
