import ContractRuntime
import GenesysPlatformContract
import HTTPTypes

/// Answers the rest of the platform API that the relay and its onboarding use.
struct GenesysManagement: Sendable {
    let platform: GenesysPlatform
    let front: GenesysFront
    let agents: GenesysAgents

    func token(_ context: RequestContext) -> String? { MetaFront.bearerToken(context.headers) }
}

extension GenesysManagement: GenesysPlatformHandler {
    // MARK: Tokens

    func requestToken(_ input: RequestToken.Input, _ context: RequestContext) async throws -> RequestToken.Output {
        let basic = Self.basicCredentials(context.headers)
        guard let id = basic?.id ?? input.body.clientId, let secret = basic?.secret ?? input.body.clientSecret else {
            return .undocumented(GenesysFront.tokenRefusal(status: 401, "invalid_client", "client not found"))
        }
        do {
            let (token, lifetime) = try await platform.issueToken(client: id, secret: secret)
            return .ok(TokenResponse(accessToken: token, tokenType: "bearer", expiresIn: lifetime))
        } catch {
            return .undocumented(GenesysFront.tokenRefusal(status: 401, "invalid_client", error.rawValue))
        }
    }

    private static func basicCredentials(_ headers: HTTPFields) -> (id: String, secret: String)? {
        guard let field = headers[.authorization], field.lowercased().hasPrefix("basic "),
            let bytes = Base64.decode(field.dropFirst(6).drop { $0 == " " }),
            let text = String(validating: bytes, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    func getCurrentToken(_ input: GetCurrentToken.Input, _ context: RequestContext) async throws
        -> GetCurrentToken.Output
    {
        let client = await platform.clientID(ofToken: token(context)) ?? ""
        return .ok(
            TokenInfo(
                organization: DomainEntityRef(id: .value(client), name: .value("Simulated organisation")),
                authorizedScope: .value([]),
                oauthClient: OAuthClientSummary(
                    id: .value(client),
                    name: .value("Simulated client"),
                    state: .value(.active)
                )
            )
        )
    }

    func checkCurrentToken(
        _ input: CheckCurrentToken.Input,
        _ context: RequestContext
    ) async throws -> CheckCurrentToken.Output { .ok }

    func revokeCurrentToken(
        _ input: RevokeCurrentToken.Input,
        _ context: RequestContext
    ) async throws -> RevokeCurrentToken.Output {
        await platform.revoke(token: token(context))
        return .ok
    }

    // MARK: Messages

    func sendAgentMessage(_ input: SendAgentMessage.Input, _ context: RequestContext) async throws
        -> SendAgentMessage.Output
    {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            guard input.communicationId == conversation.communicationID,
                let (message, _) = await agents.send(input.body.textBody, in: conversation)
            else { throw GenesysRefusal.notFound }
            return .ok(GenesysDescriptions.details(of: message, in: conversation))
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func sendAgentTyping(_ input: SendAgentTyping.Input, _ context: RequestContext) async throws
        -> SendAgentTyping.Output
    {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            guard input.communicationId == conversation.communicationID else { throw GenesysRefusal.notFound }
            await agents.sendTyping(in: conversation)
            return .noContent
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func sendAgentlessMessage(
        _ input: SendAgentlessMessage.Input,
        _ context: RequestContext
    ) async throws -> SendAgentlessMessage.Output {
        do {
            let body = input.body
            let integration = try await platform.integration(body.fromAddress, token: token(context))
            guard let customer = body.toAddress, let text = body.textBody else {
                throw GenesysRefusal(status: 400, code: "invalid.value", message: "toAddress and textBody are needed.")
            }
            let key = GenesysConversation.Key(integrationID: integration.id, customer: customer)
            if await platform.currentConversation(key) != nil, body.useExistingActiveConversation != true {
                throw GenesysRefusal(
                    status: 400,
                    code: "active.conversation",
                    message: "There is an active conversation with this address."
                )
            }
            let conversation = await platform.openConversation(key, kind: "Opaque", name: nil)
            guard let (message, _) = await agents.send(text, in: conversation, by: .bot) else {
                throw GenesysRefusal.notFound
            }
            return .ok(
                SendAgentlessOutboundMessageResponse(
                    id: .value(message.id),
                    conversationId: .value(conversation.id),
                    fromAddress: .value(integration.id),
                    toAddress: .value(customer),
                    messengerType: .value(.open),
                    textBody: .value(text),
                    timestamp: .value(DateTime(millisecondsSinceEpoch: message.at))
                )
            )
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func getMessageDetails(
        _ input: GetMessageDetails.Input,
        _ context: RequestContext
    ) async throws -> GetMessageDetails.Output {
        do {
            let message = try await platform.message(input.messageId, token: token(context))
            let conversation = try await platform.conversation(message.conversationID, token: token(context))
            return .ok(GenesysDescriptions.details(of: message, in: conversation))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    func getDownload(_ input: GetDownload.Input, _ context: RequestContext) async throws -> GetDownload.Output {
        guard let file = await platform.files[input.downloadId],
            (try? await platform.integration(file.account, token: token(context))) != nil
        else { return .undocumented(front.answer(.notFound)) }
        let address = GenesysFiles(platform: platform).signedAddress(of: file)
        guard input.issueRedirect ?? true else { return .ok(UrlResponse(url: address)) }
        return .seeOther(location: address)
    }

    // MARK: Conversations

    func getMessageConversation(
        _ input: GetMessageConversation.Input,
        _ context: RequestContext
    ) async throws -> GetMessageConversation.Output {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            let messages = await platform.messages
            return .ok(GenesysDescriptions.conversation(conversation, messages.values(for: conversation.messageIDs)))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    func updateMessageConversation(
        _ input: UpdateMessageConversation.Input,
        _ context: RequestContext
    ) async throws -> UpdateMessageConversation.Output {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            await platform.end(conversation: conversation.id)
            return .ok(Conversation(id: .value(conversation.id), state: .value(.disconnected)))
        } catch {
            return .undocumented(front.answer(error))
        }
    }

    func updateMessageParticipant(
        _ input: UpdateMessageParticipant.Input,
        _ context: RequestContext
    ) async throws -> UpdateMessageParticipant.Output {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            guard [conversation.customerParticipantID, conversation.agentParticipantID].contains(input.participantId)
            else {
                throw GenesysRefusal.notFound
            }
            if input.body.state == .disconnected { await platform.end(conversation: conversation.id) }
            return .accepted
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }

    func updateParticipantAttributes(
        _ input: UpdateParticipantAttributes.Input,
        _ context: RequestContext
    ) async throws -> UpdateParticipantAttributes.Output {
        do {
            let conversation = try await platform.conversation(input.conversationId, token: token(context))
            guard input.participantId == conversation.customerParticipantID else { throw GenesysRefusal.notFound }
            await platform.set(attributes: input.body.attributes ?? [:], conversation: conversation.id)
            return .accepted(input.body)
        } catch let refusal as GenesysRefusal {
            return .undocumented(front.answer(refusal))
        }
    }
}

extension [String: GenesysMessage] {
    /// The messages of these ids, in that order.
    func values(for ids: [String]) -> [GenesysMessage] { ids.compactMap { self[$0] } }
}
