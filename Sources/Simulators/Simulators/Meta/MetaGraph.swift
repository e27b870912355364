import ContractJSON
import ContractRuntime
import SimulatorContract
import WhatsAppGraphContract

/// Answers the Graph API. Tokens were judged by ``MetaFront``; what a token may see is judged here.
struct MetaGraph: Sendable {
    let platform: MetaPlatform
    let statuses: StatusScheduler
    let journal: Journal
    let verification: CallbackVerification

    static func token(_ context: RequestContext) -> String? { MetaFront.bearerToken(context.headers) }
}

extension MetaGraph: WhatsAppGraphHandler {
    func sendMessage(
        _ input: WhatsAppGraphContract.SendMessage.Input,
        _ context: RequestContext
    ) async throws -> WhatsAppGraphContract.SendMessage.Output {
        do {
            switch input.body {
            case .sendMessageRequest(let request):
                return .ok(.sendMessageResponse(try await send(request, number: input.phoneNumberId, context)))
            case .markMessageReadRequest(let request):
                try await markRead(request, number: input.phoneNumberId, context)
                return .ok(.successResponse(SuccessResponse(success: true)))
            }
        } catch let refusal as GraphRefusal {
            return .undocumented(refusal.response)
        }
    }

    private func send(
        _ request: SendMessageRequest,
        number id: String,
        _ context: RequestContext
    ) async throws -> SendMessageResponse {
        try request.checkRules()
        var unfetched: String?
        if let shown = request.shownMedium {
            if let mediaID = shown.reference.id {
                guard let file = await platform.medium(mediaID, number: id)
                else { throw GraphRefusal.invalidParameter("Media not found", details: "no such media id") }
                try MediaKindRules.check(file, sentAs: shown.kind)
            } else if let link = shown.reference.link {
                unfetched = await fetch(link, sentAs: shown.kind, number: id, token: Self.token(context))
            }
        }
        let accepted = try await platform.accept(
            request, number: id, token: Self.token(context), unfetched: unfetched)
        let customer = accepted.waID ?? accepted.userID ?? ""
        await journal.record(
            Journal.Entry(
                kind: .message,
                account: id,
                customer: customer,
                platformMessageID: accepted.wamid,
                sourceMessageID: accepted.callbackData,
                text: request.readableText,
                body: request.jsonBytes
            )
        )
        let settings = await platform.number(id)?.settings
        await statuses.begin(accepted, statuses: settings?.statuses ?? [])
        let contact = SentContact(
            input: request.to ?? request.recipient,
            waId: accepted.waID,
            userId: accepted.userID
        )
        return SendMessageResponse(
            messagingProduct: "whatsapp",
            contacts: [contact],
            messages: [SentMessage(id: accepted.wamid)]
        )
    }

    private func markRead(
        _ request: MarkMessageReadRequest,
        number id: String,
        _ context: RequestContext
    ) async throws {
        guard await platform.number(id, token: Self.token(context)) != nil else {
            throw GraphRefusal.unknownObject(id, method: "post")
        }
        guard let sender = await platform.sender(of: request.messageId) else {
            throw GraphRefusal.invalidParameter(
                "Invalid parameter",
                details: "there is no received message with that message_id"
            )
        }
        let kind: ReceivedKind = request.typingIndicator == nil ? .readMark : .typing
        await journal.record(
            Journal.Entry(
                kind: kind,
                account: id,
                customer: sender,
                platformMessageID: request.messageId,
                body: request.jsonBytes
            )
        )
    }

    func getNode(_ input: GetNode.Input, _ context: RequestContext) async throws -> GetNode.Output {
        if let number = await platform.number(input.nodeId, token: Self.token(context)) {
            return .ok(.phoneNumber(await describe(number)))
        }
        guard let medium = await platform.medium(input.nodeId, token: Self.token(context)),
            input.phoneNumberId.map({ $0 == medium.account }) ?? true
        else { return .undocumented(GraphRefusal.unknownObject(input.nodeId, method: "get").response) }
        return .ok(.media(await describe(medium)))
    }

    func updatePhoneNumber(
        _ input: UpdatePhoneNumber.Input,
        _ context: RequestContext
    ) async throws -> UpdatePhoneNumber.Output {
        guard await platform.number(input.nodeId, token: Self.token(context)) != nil else {
            return .undocumented(GraphRefusal.unknownObject(input.nodeId, method: "post").response)
        }
        let override = input.body.webhookConfiguration
        do {
            // An empty address removes the override.
            if !override.overrideCallbackUri.isEmpty {
                try await verification.verify(override.overrideCallbackUri, token: override.verifyToken)
            }
        } catch {
            return .undocumented(error.response)
        }
        await platform.override(override.overrideCallbackUri, number: input.nodeId)
        return .ok(SuccessResponse(success: true))
    }

    func registerPhoneNumber(
        _ input: RegisterPhoneNumber.Input,
        _ context: RequestContext
    ) async throws -> RegisterPhoneNumber.Output {
        guard await platform.number(input.phoneNumberId, token: Self.token(context)) != nil else {
            return .undocumented(GraphRefusal.unknownObject(input.phoneNumberId, method: "post").response)
        }
        await platform.register(input.phoneNumberId)
        return .ok(SuccessResponse(success: true))
    }

    func getBusinessProfile(
        _ input: GetBusinessProfile.Input,
        _ context: RequestContext
    ) async throws -> GetBusinessProfile.Output {
        guard await platform.number(input.phoneNumberId, token: Self.token(context)) != nil else {
            return .undocumented(GraphRefusal.unknownObject(input.phoneNumberId, method: "get").response)
        }
        return .ok(
            BusinessProfileResponse(data: [BusinessProfile(messagingProduct: "whatsapp", about: "A simulated business")]
            )
        )
    }

    func listPhoneNumbers(
        _ input: ListPhoneNumbers.Input,
        _ context: RequestContext
    ) async throws -> ListPhoneNumbers.Output {
        let numbers = await platform.numbers(ofAccount: input.wabaId, token: Self.token(context))
        guard !numbers.isEmpty else {
            return .undocumented(GraphRefusal.unknownObject(input.wabaId, method: "get").response)
        }
        var described: [PhoneNumber] = []
        for number in numbers { described.append(await describe(number)) }
        return .ok(PhoneNumberList(data: described))
    }

    func listTemplates(_ input: ListTemplates.Input, _ context: RequestContext) async throws -> ListTemplates.Output {
        guard await isVisible(account: input.wabaId, context) else {
            return .undocumented(GraphRefusal.unknownObject(input.wabaId, method: "get").response)
        }
        let templates =
            await platform.numbers(ofAccount: input.wabaId, token: Self.token(context))
            .compactMap(\.settings.templates).first ?? []
        return .ok(
            TemplateList(
                data: templates.map { template in
                    Template(name: template.name, language: template.language, status: "APPROVED")
                }))
    }

    func listSubscribedApps(
        _ input: ListSubscribedApps.Input,
        _ context: RequestContext
    ) async throws -> ListSubscribedApps.Output {
        guard await isVisible(account: input.wabaId, context) else {
            return .undocumented(GraphRefusal.unknownObject(input.wabaId, method: "get").response)
        }
        let (isSubscribed, override) = await platform.subscription(ofAccount: input.wabaId)
        let app = SubscribedApp(
            whatsappBusinessApiData: SubscribedAppData(id: Self.appID, name: "Simulated app"),
            overrideCallbackUri: override
        )
        return .ok(SubscribedApps(data: isSubscribed ? [app] : []))
    }

    func subscribeApp(_ input: SubscribeApp.Input, _ context: RequestContext) async throws -> SubscribeApp.Output {
        guard await isVisible(account: input.wabaId, context) else {
            return .undocumented(GraphRefusal.unknownObject(input.wabaId, method: "post").response)
        }
        do {
            if let override = input.body?.overrideCallbackUri {
                guard await platform.subscription(ofAccount: input.wabaId).isSubscribed else {
                    throw GraphRefusal.overrideBeforeSubscription
                }
                try await verification.verify(override, token: input.body?.verifyToken)
            }
        } catch let refusal as GraphRefusal {
            return .undocumented(refusal.response)
        }
        await platform.subscribe(account: input.wabaId, override: input.body?.overrideCallbackUri)
        return .ok(SuccessResponse(success: true))
    }

    func unsubscribeApp(_ input: UnsubscribeApp.Input, _ context: RequestContext) async throws -> UnsubscribeApp.Output
    {
        guard await isVisible(account: input.wabaId, context) else {
            return .undocumented(GraphRefusal.unknownObject(input.wabaId, method: "delete").response)
        }
        await platform.unsubscribe(account: input.wabaId)
        return .ok(SuccessResponse(success: true))
    }

    func setAppCallback(_ input: SetAppCallback.Input, _ context: RequestContext) async throws -> SetAppCallback.Output
    {
        guard input.appId == Self.appID, let token = Self.token(context) else {
            return .undocumented(GraphRefusal.unknownObject(input.appId, method: "post").response)
        }
        do {
            try await verification.verify(input.body.callbackUrl, token: input.body.verifyToken)
        } catch {
            return .undocumented(error.response)
        }
        await platform.setCallback(input.body.callbackUrl, token: token)
        return .ok(SuccessResponse(success: true))
    }

    func debugToken(_ input: DebugToken.Input, _ context: RequestContext) async throws -> DebugToken.Output {
        let numbers = await platform.numbers(ofToken: input.inputToken)
        guard !numbers.isEmpty else {
            let error = TokenError(code: 190, message: "Invalid OAuth access token - Cannot parse access token")
            return .ok(DebugTokenResponse(data: TokenInfo(isValid: false, error: error)))
        }
        do { try await platform.admit(token: input.inputToken) } catch {
            let error = TokenError(code: error.code, message: error.message)
            return .ok(DebugTokenResponse(data: TokenInfo(isValid: false, error: error)))
        }
        let accounts = Set(numbers.map(\.settings.wabaId)).sorted()
        let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        var info = TokenInfo(isValid: true)
        info.appId = .string(Self.appID)
        info.application = "Simulated app"
        info.type = .systemUser
        // 0: never.
        info.expiresAt = Int(numbers.compactMap(\.tokenExpiresAt).max() ?? 0) / 1_000
        info.scopes = scopes
        info.granularScopes = scopes.map { GranularScope(scope: $0, targetIds: accounts) }
        return .ok(DebugTokenResponse(data: info))
    }

    /// The one app of this Meta.
    static let appID = "100000000000001"

    private func isVisible(account: String, _ context: RequestContext) async -> Bool {
        await !platform.numbers(ofAccount: account, token: Self.token(context)).isEmpty
    }

    private func describe(_ number: MetaPlatform.Number) async -> PhoneNumber {
        var result = PhoneNumber(id: number.id)
        result.displayPhoneNumber = number.settings.displayPhoneNumber
        result.verifiedName = "Simulated business"
        result.qualityRating = .init(rawValue: "GREEN")
        result.codeVerificationStatus = .init(rawValue: "VERIFIED")
        result.status = .init(rawValue: number.isRegistered ? "CONNECTED" : "PENDING")
        result.platformType = .init(rawValue: "CLOUD_API")
        result.accountMode = .init(rawValue: "LIVE")
        result.webhookConfiguration = WebhookConfiguration(
            phoneNumber: number.callbackOverride,
            whatsappBusinessAccount: await platform.subscription(ofAccount: number.settings.wabaId).override,
            application: number.settings.callbackUrl
        )
        return result
    }
}
