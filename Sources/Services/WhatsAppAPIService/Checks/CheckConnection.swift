import AuthServiceContract
import ConnectionCheckContract
import ConnectionChecks
import ContractRuntime
import ServiceKit
import WhatsAppAPIServiceContract
import WhatsAppGraphContract

extension WhatsAppAPIService {
    /// Asks Meta about token, number and subscription of a tenant. Reads only.
    public func checkConnection(
        _ input: CheckConnection.Input, _ context: RequestContext
    ) async throws -> CheckConnection.Output {
        var run = CheckRun()
        var token: WhatsAppToken
        do {
            // The stored one, not one kept here from before it was changed.
            token = try await tokens.freshToken(of: input.tenantId, traceparent: context.traceparent)
            run.pass(.whatsAppTokenAvailable)
        } catch let failure as PlatformFailure {
            run.fail(
                .whatsAppTokenAvailable, cause: "auth-service gave no token: \(failure.words).",
                remedy: "Enter the WhatsApp credential, then check again.")
            run.skip(
                [
                    .whatsAppTokenValid, .whatsAppTokenExpiry, .whatsAppTokenScopes, .whatsAppTokenAccount,
                    .phoneNumberReadable, .phoneNumberOwned, .phoneNumberConnected, .phoneNumberQuality,
                    .whatsAppSubscription, .whatsAppCallback,
                ], because: "there is no token")
            return .ok(run.report(of: input.tenantId))
        }
        token.phoneNumberId = input.phoneNumberId ?? token.phoneNumberId
        token.wabaId = input.wabaId ?? token.wabaId
        let graph = questions(with: token, context)
        let info = await checkToken(token, graph, &run)
        let number = await checkNumber(token, graph, &run)
        await checkSubscription(token, info, graph, &run)
        await checkCallback(input.tenantId, number, context, &run)
        return .ok(run.report(of: input.tenantId))
    }

    /// Asks Meta about a token that is not stored: whether it holds, and reaches the number.
    public func tryCredential(
        _ input: TryCredential.Input, _ context: RequestContext
    ) async throws -> TryCredential.Output {
        let token = WhatsAppToken(
            accessToken: input.body.accessToken, phoneNumberId: input.phoneNumberId, wabaId: input.body.wabaId)
        let graph = questions(with: token, context)
        var run = CheckRun()
        _ = await checkToken(token, graph, &run)
        _ = await checkNumber(token, graph, &run)
        // What else is known of the number does not depend on the token.
        run.drop([.phoneNumberConnected, .phoneNumberQuality])
        return .ok(run.report(of: input.tenantId))
    }

    private func questions(with token: WhatsAppToken, _ context: RequestContext) -> GraphQuestions {
        GraphQuestions(
            client: WhatsAppGraphClient(
                transport: graph, credentials: ClientCredentials(bearerToken: token.accessToken)),
            version: policy.graphVersion, timeout: policy.requestTimeout, traceparent: context.traceparent)
    }

    // MARK: Token

    private func checkToken(_ token: WhatsAppToken, _ graph: GraphQuestions, _ run: inout CheckRun) async -> TokenInfo?
    {
        let rest: [CheckName] = [.whatsAppTokenExpiry, .whatsAppTokenScopes, .whatsAppTokenAccount]
        let info: TokenInfo
        do {
            info = try await graph.ask {
                try await $0.debugToken(
                    .init(version: graph.version, inputToken: token.accessToken), options: graph.options
                ).answer()
            }.data
        } catch {
            run.fail(.whatsAppTokenValid, cause: error.cause, remedy: error.remedy)
            run.skip(rest, because: "Meta says nothing about the token")
            return nil
        }
        guard info.isValid else {
            run.fail(
                .whatsAppTokenValid, cause: "Meta says that the token is not valid (any more).",
                remedy: "Create a new token for the system user in Meta Business settings and enter it.")
            run.skip(rest, because: "the token is not valid")
            return nil
        }
        run.pass(.whatsAppTokenValid, info.application.map { "issued to the app \($0)" })
        checkExpiry(info, &run)
        checkScopes(info, token.wabaId, &run)
        return info
    }

    private func checkExpiry(_ info: TokenInfo, _ run: inout CheckRun) {
        let ends = [info.expiresAt, info.dataAccessExpiresAt].compactMap(\.self).filter { $0 > 0 }.min()
        guard let ends else { return run.pass(.whatsAppTokenExpiry, "it never expires") }
        let days = (ends - Int(now().millisecondsSinceEpoch / 1_000)) / 86_400
        let end = DateTime(millisecondsSinceEpoch: Int64(ends) * 1_000)
        let date = end.text.prefix(10)
        if days >= 14 { return run.pass(.whatsAppTokenExpiry, "valid until \(date)", expiresAt: end) }
        run.warn(
            .whatsAppTokenExpiry,
            cause: "The token ends on \(date), in \(max(days, 0)) \(days == 1 ? "day" : "days").",
            remedy: "Create a token without expiry for a system user and rotate to it.", expiresAt: end)
    }

    private func checkScopes(_ info: TokenInfo, _ wabaID: String, _ run: inout CheckRun) {
        let needed = ["whatsapp_business_messaging", "whatsapp_business_management"]
        let scopes = info.scopes ?? info.granularScopes?.compactMap(\.scope) ?? []
        let missing = needed.filter { !scopes.contains($0) }
        run.judge(
            .whatsAppTokenScopes, missing.isEmpty, detail: needed.joined(separator: ", "),
            cause: "The token lacks \(missing.joined(separator: " and ")).",
            remedy: "Create the token anew with both permissions ticked.")
        // Without target ids a permission holds for every account that the system user sees.
        let foreign = (info.granularScopes ?? []).filter { scope in
            needed.contains(scope.scope ?? "") && scope.targetIds.map { !$0.contains(wabaID) } ?? false
        }
        run.judge(
            .whatsAppTokenAccount, foreign.isEmpty, detail: wabaID,
            cause: "The token's permissions are for other business accounts than \(wabaID).",
            remedy: "Give the system user full control of the WhatsApp account, and create the token anew.")
    }

    // MARK: Number

    private func checkNumber(
        _ token: WhatsAppToken, _ graph: GraphQuestions, _ run: inout CheckRun
    ) async -> PhoneNumber? {
        let fields =
            "id,display_phone_number,verified_name,quality_rating,code_verification_status,status,webhook_configuration"
        var number: PhoneNumber?
        do {
            let node = try await graph.ask {
                try await $0.getNode(
                    .init(version: graph.version, nodeId: token.phoneNumberId, fields: fields), options: graph.options
                ).answer()
            }
            if case .phoneNumber(let found) = node { number = found }
            run.judge(
                .phoneNumberReadable, number != nil,
                detail: [number?.displayPhoneNumber, number?.verifiedName].compactMap(\.self).joined(separator: " · "),
                cause: "\(token.phoneNumberId) is something else than a phone number.",
                remedy: "Copy the phone number id from WhatsApp Manager, API setup; it is not the number itself.")
        } catch {
            run.fail(.phoneNumberReadable, cause: error.cause, remedy: error.remedy)
        }
        await checkOwner(token, graph, &run)
        guard let number else {
            run.skip([.phoneNumberConnected, .phoneNumberQuality], because: "the number is not readable")
            return nil
        }
        let status = number.status?.rawValue ?? "unknown"
        let verification = number.codeVerificationStatus?.rawValue ?? "unknown"
        if status == "CONNECTED" {
            run.pass(.phoneNumberConnected, "status \(status), verification \(verification)")
        } else {
            run.fail(
                .phoneNumberConnected, cause: "The number's status is \(status), its verification \(verification).",
                remedy: "Finish verification and registration of the number in WhatsApp Manager.")
        }
        checkQuality(number, &run)
        return number
    }

    private func checkQuality(_ number: PhoneNumber, _ run: inout CheckRun) {
        switch number.qualityRating?.rawValue {
        case "RED":
            run.warn(
                .phoneNumberQuality, cause: "Meta rates the number RED; its limit may be lowered.",
                remedy: "Send less that people block or report; look at Insights in WhatsApp Manager.")
        case "YELLOW":
            run.warn(
                .phoneNumberQuality, cause: "Meta rates the number YELLOW.",
                remedy: "Watch what is sent; the rating follows the feedback of the last seven days.")
        case let rating: run.pass(.phoneNumberQuality, rating ?? "not rated yet")
        }
    }

    private func checkOwner(_ token: WhatsAppToken, _ graph: GraphQuestions, _ run: inout CheckRun) async {
        do {
            let numbers = try await graph.ask {
                try await $0.listPhoneNumbers(
                    .init(version: graph.version, wabaId: token.wabaId, limit: 100), options: graph.options
                ).answer()
            }
            run.judge(
                .phoneNumberOwned, numbers.data.contains { $0.id == token.phoneNumberId },
                detail: "business account \(token.wabaId)",
                cause: "The business account \(token.wabaId) has no number with this id.",
                remedy: "Compare phone number id and business account id in WhatsApp Manager, API setup.")
        } catch {
            run.fail(.phoneNumberOwned, cause: error.cause, remedy: error.remedy)
        }
    }

    // MARK: Webhooks

    private func checkSubscription(
        _ token: WhatsAppToken, _ info: TokenInfo?, _ graph: GraphQuestions, _ run: inout CheckRun
    ) async {
        do {
            let apps = try await graph.ask {
                try await $0.listSubscribedApps(
                    .init(version: graph.version, wabaId: token.wabaId), options: graph.options
                ).answer()
            }.data
            let names = apps.compactMap { $0.whatsappBusinessApiData?.name }
            let appID = info?.appId.map { $0.jsonValue.string ?? $0.jsonValue.jsonText }
            let isOurs = apps.contains { appID == nil || $0.whatsappBusinessApiData?.id == appID }
            run.judge(
                .whatsAppSubscription, isOurs, detail: names.joined(separator: ", "),
                cause: apps.isEmpty
                    ? "No app is subscribed to the business account, so Meta sends nothing."
                    : "Only other apps are subscribed: \(names.joined(separator: ", ")).",
                remedy: "Press “Subscribe” in the webhooks step of onboarding.")
        } catch {
            run.fail(.whatsAppSubscription, cause: error.cause, remedy: error.remedy)
        }
    }

    private func checkCallback(
        _ tenantID: String, _ number: PhoneNumber?, _ context: RequestContext, _ run: inout CheckRun
    ) async {
        guard let publicBaseURL else {
            return run.skip([.whatsAppCallback], because: "PUBLIC_BASE_URL is not known to this process")
        }
        guard let configuration = number?.webhookConfiguration else {
            return run.skip([.whatsAppCallback], because: "Meta does not tell the callback of the number")
        }
        // The most special one holds (webhook overrides, read 2025-12).
        let actual = [configuration.phoneNumber, configuration.whatsappBusinessAccount, configuration.application]
            .compactMap(\.self).first { !$0.isEmpty }
        let ways = ["/webhooks/whatsapp", "/webhooks/whatsapp/\(tenantID)"].map { publicBaseURL + $0 }
        run.judge(
            .whatsAppCallback, actual.map { ways.contains($0) } ?? false, detail: actual,
            cause: actual.map { "Meta sends to \($0)." } ?? "No callback is set at Meta.",
            remedy: "Enter \(ways[0]) as callback of the shared app, or \(ways[1]) for the tenant's own.")
    }
}
