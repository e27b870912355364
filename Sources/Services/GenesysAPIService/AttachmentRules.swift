import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import Logging
import ServiceKit
import SharedContract

/// Which attachments Genesys takes through an integration.
struct AttachmentRules: Sendable, Hashable {
    /// Most bytes of an attachment (supported content profiles, July 2026).
    static let maximumBytes = 25 << 20

    /// Media types that the profile of the integration allows, with wild cards (`image/*`); nil: all, or not known.
    var allowedTypes: [String]?

    /// Whether an attachment arrives. One whose type the profile does not allow is dropped from its message without a word
    /// (supported content profiles), so that nobody would miss it.
    func takes(_ attachment: GenesysAttachmentDraft) -> Bool {
        attachment.sizeBytes <= Self.maximumBytes
            && allowedTypes.map { $0.contains { Self.matches($0.lowercased(), attachment.mime) } } ?? true
    }

    private static func matches(_ pattern: String, _ mime: String) -> Bool {
        pattern == "*/*" || pattern == mime || (pattern.hasSuffix("/*") && mime.hasPrefix(pattern.dropLast()))
    }
}

extension GenesysAPIService {
    /// What the integration takes. Asked for once in ten minutes; where Genesys does not say, for example because the
    /// client may not see profiles, everything is taken to be allowed, as the default profile has it.
    func attachmentRules(
        _ integrationID: String, tenantID: String, traceparent: String, logger: Logger
    ) async -> AttachmentRules {
        if let known = attachmentRules.value(for: integrationID) { return known }
        var rules = AttachmentRules()
        do {
            rules.allowedTypes = try await callGenesys(
                "genesys.supported-content", tenantID: tenantID, traceparent: traceparent
            ) { transport, credentials in
                let platform = PlatformQuestions(
                    client: GenesysPlatformClient(transport: transport, credentials: credentials))
                return try await platform.ask { client in
                    let integration = try await client.getOpenIntegration(.init(integrationId: integrationID)).answer()
                    if let id = integration.supportedContent?.id {
                        return try await client.getSupportedContent(.init(supportedContentId: id)).answer()
                    }
                    return try await client.getDefaultSupportedContent(.init()).answer()
                }.mediaTypes?.allow?.inbound.value?.compactMap(\.type.value)
            }
        } catch {
            // Not kept: the next attachment asks again.
            logger.notice(
                "the supported content profile is not known; attachments are taken to be allowed",
                metadata: ["integration_id": .string(integrationID)])
            return rules
        }
        attachmentRules.set(rules, for: integrationID)
        return rules
    }
}

extension GenesysMessageDraft {
    /// The message with words in place of an attachment that Genesys would not take.
    func withoutAttachment(_ attachment: GenesysAttachmentDraft) -> GenesysMessageDraft {
        var draft = self
        draft.attachment = nil
        draft.text = [text, attachment.otherwise].compactMap(\.self).joined(separator: "\n")
        return draft
    }
}
