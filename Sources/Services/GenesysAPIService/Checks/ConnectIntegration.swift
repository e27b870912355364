import AuthServiceContract
import ContractRuntime
import GenesysAPIServiceContract
import GenesysPlatformContract
import ServiceKit
import SharedContract

extension GenesysAPIService {
    /// The Open Messaging integrations of the tenant's organisation.
    public func listIntegrations(
        _ input: ListIntegrations.Input, _ context: RequestContext
    ) async throws -> ListIntegrations.Output {
        do {
            let platform = try questions(
                try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent))
            let items = try await Self.integrations(platform)
            return .ok(IntegrationList(items: items.map(IntegrationSummary.init)))
        } catch let failure as PlatformFailure {
            return .ok(IntegrationList(items: [], cause: failure.noToken.cause, remedy: failure.noToken.remedy))
        } catch let error as UnansweredQuestion {
            return .ok(IntegrationList(items: [], cause: error.cause, remedy: error.remedy))
        }
    }

    /// Gives an integration the tenant's address and signature secret; creates it where there is none.
    public func connectIntegration(
        _ input: ConnectIntegration.Input, _ context: RequestContext
    ) async throws -> ConnectIntegration.Output {
        do {
            return .ok(IntegrationConnection(integration: IntegrationSummary(try await connect(input, context))))
        } catch let failure as PlatformFailure {
            return .ok(IntegrationConnection(cause: failure.noToken.cause, remedy: failure.noToken.remedy))
        } catch let error as UnansweredQuestion {
            return .ok(IntegrationConnection(cause: error.cause, remedy: error.remedy))
        }
    }

    private func connect(_ input: ConnectIntegration.Input, _ context: RequestContext) async throws -> OpenIntegration {
        let platform = try questions(try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent))
        guard let publicBaseURL else {
            throw UnansweredQuestion(
                cause: "The public address is not known to genesys-api-service.", remedy: "Set PUBLIC_BASE_URL.")
        }
        guard let secret = await webhookSecrets(of: input.tenantId, context)?.first else {
            throw UnansweredQuestion(
                cause: "auth-service gave no webhook secret.", remedy: "Enter the Genesys credential first.")
        }
        let address = "\(publicBaseURL)/webhooks/genesys/\(input.tenantId)"
        var existing = input.body.id
        if existing == nil {
            existing = try await Self.integrations(platform).first { $0.name == input.body.name }?.id
        }
        let integration: OpenIntegration
        if let id = existing {
            integration = try await platform.ask { client in
                let present = try await client.getOpenIntegration(.init(integrationId: id)).answer()
                return try await client.updateOpenIntegration(
                    .init(
                        integrationId: id,
                        body: OpenIntegrationUpdateRequest(
                            name: present.name, outboundNotificationWebhookUrl: address,
                            outboundNotificationWebhookSignatureSecretToken: secret))
                ).answer()
            }
        } else {
            integration = try await platform.ask { client in
                try await client.createOpenIntegration(
                    .init(
                        body: OpenIntegrationRequest(
                            name: input.body.name, outboundNotificationWebhookUrl: address,
                            outboundNotificationWebhookSignatureSecretToken: secret))
                ).answer()
            }
        }
        return try await Self.completed(integration, platform)
    }

    /// Creation is asynchronous at Genesys; waits 20 s at most.
    private static func completed(
        _ integration: OpenIntegration, _ platform: PlatformQuestions
    ) async throws -> OpenIntegration {
        var integration = integration
        for _ in 0..<20 where !IntegrationSummary(integration).isReady {
            if integration.createStatus.value == .error {
                throw UnansweredQuestion(
                    cause: "Genesys could not create the integration.",
                    remedy:
                        "Look at it in Genesys Cloud, Admin › Message › Platforms, and delete it before a new attempt.")
            }
            try await Task.sleep(for: .seconds(1))
            let id = integration.id
            integration = try await platform.ask { try await $0.getOpenIntegration(.init(integrationId: id)).answer() }
        }
        return integration
    }

    private static func integrations(_ platform: PlatformQuestions) async throws -> [OpenIntegration] {
        let listing = try await platform.ask {
            try await $0.listOpenIntegrations(.init(pageSize: 100, pageNumber: 1)).answer()
        }
        return Array((listing.entities.value ?? []).sorted { $0.name < $1.name }.prefix(100))
    }
}

extension IntegrationSummary {
    init(_ integration: OpenIntegration) {
        self.init(
            id: integration.id, name: String(integration.name.prefix(500)),
            webhookUrl: String(integration.outboundNotificationWebhookUrl.prefix(2_000)),
            isReady: integration.createStatus.value.map { $0 == .completed } ?? true)
    }
}

extension PlatformFailure {
    /// Why there is no token, for administrators.
    fileprivate var noToken: UnansweredQuestion {
        UnansweredQuestion(
            cause: "There is no Genesys token: \(words).",
            remedy: "Compare region, client id and secret with the OAuth client in Genesys Cloud.")
    }
}
