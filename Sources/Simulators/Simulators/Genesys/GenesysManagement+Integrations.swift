import ContractRuntime
import GenesysPlatformContract
import ServiceKit

/// Integrations, the flows bound to them, and the two kinds of profiles.
extension GenesysManagement {
    func listOpenIntegrations(
        _ input: ListOpenIntegrations.Input,
        _ context: RequestContext
    ) async throws -> ListOpenIntegrations.Output {
        let all = await platform.integrations(token: token(context))
        let size = input.pageSize ?? 25
        let number = max(1, input.pageNumber ?? 1)
        let page = all.dropFirst((number - 1) * size).prefix(size)
        return .ok(
            OpenIntegrationEntityListing(
                entities: .value(page.map(describe)),
                pageSize: .value(size),
                pageNumber: .value(number),
                pageCount: .value((all.count + size - 1) / max(1, size)),
                total: .value(all.count)
            )
        )
    }

    func createOpenIntegration(
        _ input: CreateOpenIntegration.Input,
        _ context: RequestContext
    ) async throws -> CreateOpenIntegration.Output {
        let body = input.body
        guard let client = await platform.clientID(ofToken: token(context)) else {
            return .undocumented(front.answer(.badCredential))
        }
        if let refusal = Self.refusal(url: body.outboundNotificationWebhookUrl) {
            return .undocumented(front.answer(refusal))
        }
        let integration = await platform.create(
            name: body.name,
            url: body.outboundNotificationWebhookUrl,
            secret: body.outboundNotificationWebhookSignatureSecretToken,
            headers: body.webhookHeaders ?? [:],
            client: client
        )
        return .accepted(describe(integration))
    }

    func getOpenIntegration(
        _ input: GetOpenIntegration.Input,
        _ context: RequestContext
    ) async throws -> GetOpenIntegration.Output {
        do {
            return .ok(describe(try await platform.integration(input.integrationId, token: token(context))))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    func updateOpenIntegration(
        _ input: UpdateOpenIntegration.Input,
        _ context: RequestContext
    ) async throws -> UpdateOpenIntegration.Output {
        do {
            var integration = try await platform.integration(input.integrationId, token: token(context))
            if let url = input.body.outboundNotificationWebhookUrl {
                if let refusal = Self.refusal(url: url) { throw refusal }
                integration.webhookURL = url
            }
            integration.name = input.body.name ?? integration.name
            if let secret = input.body.outboundNotificationWebhookSignatureSecretToken {
                integration.secret = Secret(secret)
            }
            integration.headers = input.body.webhookHeaders ?? integration.headers
            await platform.update(integration)
            return .ok(describe(integration))
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func deleteOpenIntegration(
        _ input: DeleteOpenIntegration.Input,
        _ context: RequestContext
    ) async throws -> DeleteOpenIntegration.Output {
        do {
            await platform.delete(
                integration: try await platform.integration(input.integrationId, token: token(context)).id
            )
            return .noContent
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    /// Genesys Cloud wants https on port 443; the simulator also takes http, since its receivers are on this machine.
    private static func refusal(url: String) -> GenesysRefusal? {
        guard WebhookAddress(url) == nil else { return nil }
        return GenesysRefusal(
            status: 400,
            code: "invalid.outbound.webhook.url",
            message: "The outbound notification webhook URL is not valid.",
            details: ["outboundNotificationWebhookUrl"]
        )
    }

    private func describe(_ integration: GenesysPlatform.Integration) -> OpenIntegration {
        var result = OpenIntegration(
            id: integration.id,
            name: integration.name,
            outboundNotificationWebhookUrl: integration.webhookURL,
            outboundNotificationWebhookSignatureSecretToken: integration.secret.reveal()
        )
        let isReady = integration.readyAt <= platform.world.now()
        result.webhookHeaders = integration.headers
        if integration.inboundMediaTypes != nil {
            result.supportedContent = SupportedContentReference(id: integration.id)
        }
        result.status = .value(isReady ? "Active" : "Inactive")
        result.createStatus = .value(isReady ? .completed : .initiated)
        result.dateCreated = .value(DateTime(millisecondsSinceEpoch: integration.createdAt))
        result.dateModified = .value(DateTime(millisecondsSinceEpoch: integration.modifiedAt))
        result.recipient = DomainEntityRef(id: .value(integration.id))
        result.selfUri = .value("/api/v2/conversations/messaging/integrations/open/\(integration.id)")
        return result
    }

    // MARK: Message flows

    func listMessageRecipients(
        _ input: ListMessageRecipients.Input,
        _ context: RequestContext
    ) async throws -> ListMessageRecipients.Output {
        let all = await platform.integrations(token: token(context)).map(recipient)
        return .ok(RecipientListing(entities: .value(all), total: .value(all.count)))
    }

    func getMessageRecipient(
        _ input: GetMessageRecipient.Input,
        _ context: RequestContext
    ) async throws -> GetMessageRecipient.Output {
        do {
            return .ok(recipient(try await platform.integration(input.recipientId, token: token(context))))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    func replaceMessageRecipient(
        _ input: ReplaceMessageRecipient.Input,
        _ context: RequestContext
    ) async throws -> ReplaceMessageRecipient.Output {
        do {
            var integration = try await platform.integration(input.recipientId, token: token(context))
            integration.flowID = input.body.flow?.id
            await platform.update(integration)
            return .ok(recipient(integration))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    private func recipient(_ integration: GenesysPlatform.Integration) -> Recipient {
        Recipient(
            id: .value(integration.id),
            name: .value(integration.name),
            flow: integration.flowID.map { Flow(id: .value($0)) },
            messengerType: .value(.open)
        )
    }

    // MARK: Profiles

    func listSupportedContents(
        _ input: ListSupportedContents.Input,
        _ context: RequestContext
    ) async throws -> ListSupportedContents.Output {
        .ok(SupportedContentListing(entities: .value([Self.supportedContent]), total: .value(1)))
    }

    func getDefaultSupportedContent(
        _ input: GetDefaultSupportedContent.Input,
        _ context: RequestContext
    ) async throws -> GetDefaultSupportedContent.Output { .ok(Self.supportedContent) }

    func getSupportedContent(
        _ input: GetSupportedContent.Input,
        _ context: RequestContext
    ) async throws -> GetSupportedContent.Output {
        if input.supportedContentId == Self.supportedContent.id { return .ok(Self.supportedContent) }
        // A profile of an integration's own has its id.
        guard let integration = try? await platform.integration(input.supportedContentId, token: token(context)),
            let allowed = integration.inboundMediaTypes
        else { return .undocumented(front.answer(.notFound)) }
        return .ok(Self.profile(id: integration.id, name: integration.name, inbound: allowed))
    }

    func listMessagingSettings(
        _ input: ListMessagingSettings.Input,
        _ context: RequestContext
    ) async throws -> ListMessagingSettings.Output {
        .ok(MessagingConfigListing(entities: .value([Self.messagingSetting]), total: .value(1)))
    }

    func getDefaultMessagingSetting(
        _ input: GetDefaultMessagingSetting.Input,
        _ context: RequestContext
    ) async throws -> GetDefaultMessagingSetting.Output { .ok(Self.messagingSetting) }

    func getMessagingSetting(
        _ input: GetMessagingSetting.Input,
        _ context: RequestContext
    ) async throws -> GetMessagingSetting.Output {
        input.messageSettingId == Self.messagingSetting.id
            ? .ok(Self.messagingSetting) : .undocumented(front.answer(.notFound))
    }

    private static let supportedContent = profile(
        id: "11111111-0000-4000-8000-000000000001", name: "Default supported content", inbound: ["*/*"])

    /// Agents may send anything here; the profile of Genesys' own that lets in everything takes pictures alone from them.
    private static func profile(id: String, name: String, inbound: [String]) -> SupportedContent {
        SupportedContent(
            id: id, name: name,
            mediaTypes: MediaTypes(
                allow: MediaTypeAccess(
                    inbound: .value(inbound.map { MediaType(type: .value($0)) }),
                    outbound: .value([MediaType(type: .value("*/*"))]))))
    }

    private static let messagingSetting = MessagingSetting(
        id: "11111111-0000-4000-8000-000000000002",
        name: .value("Default messaging setting")
    )
}
