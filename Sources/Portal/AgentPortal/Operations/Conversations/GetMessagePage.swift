import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

private struct MessageContent {
    struct Step {
        let at: TimeText
        let offset: String
        let place: String
        let what: String
        let detail: String?
        let isFailure: Bool
    }

    let message: MessageView
    let direction: String
    let conversationName: String?
    let mappingID: String?
    let tenantName: String
    let tenantID: String
    let wamid: String?
    let genesysID: String?
    let traceID: String?
    let archiveKey: String?
    /// Its place among the held messages, while it waits there.
    let held: HeldMessageRow?
    let steps: [Step]
    let deadLetters: [DeadLetterRow]
    /// The other parts of the same message.
    let parts: [Part]

    struct Part {
        let message: MessageView
        let kind: String
    }
}

extension AgentPortal {
    /// The way of a message.
    public func getMessagePage(
        _ input: GetMessagePage.Input, _ context: RequestContext
    ) async throws -> GetMessagePage.Output {
        let output = try await ask("state-manager") {
            try await services.state.getMessage(.init(id: input.trackingId), traceparent: context.traceparent)
        }
        let story: MessageStory
        switch output {
        case .ok(let found): story = found
        case .notFound, .badRequest: throw PortalRefusal.notFound("message")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
        let message = story.tracking
        let names = await tenantNames.names(of: [message.tenantId], context)
        let content = MessageContent(
            message: MessageView(message),
            direction: message.isWrittenInApp
                ? "WhatsApp Business app → WhatsApp"
                : message.direction == .inbound ? "WhatsApp → Genesys" : "Genesys → WhatsApp",
            conversationName: story.mapping?.personName, mappingID: message.mappingId,
            tenantName: names[message.tenantId] ?? message.tenantId, tenantID: message.tenantId,
            wamid: message.metaMessageId, genesysID: message.isWrittenInApp ? nil : message.genesysMessageId,
            traceID: message.traceId,
            archiveKey: message.archiveKey, held: story.held.map { HeldMessageRow($0, names) },
            steps: MessageTrace(story).steps.map { step in
                .init(
                    at: TimeText(step.at), offset: Self.offset(step.offsetMilliseconds), place: step.place,
                    what: step.what, detail: step.detail, isFailure: step.isFailure)
            }, deadLetters: story.deadLetters.map { DeadLetterRow($0, names) },
            parts: story.parts.map { .init(message: MessageView($0), kind: MessageKind.words($0.messageType)) })
        return .ok(try pages.page("message", title: "Message", section: .conversations, content))
    }

    /// Redirects to where the media can be fetched for the next minutes.
    public func getMessageMediaFile(
        _ input: GetMessageMediaFile.Input, _ context: RequestContext
    ) async throws -> GetMessageMediaFile.Output {
        let output = try await ask("state-manager") {
            try await services.state.getMessageMedia(
                .init(trackingId: input.trackingId), traceparent: context.traceparent)
        }
        switch output {
        // Kept for less than the address is good for, so that a page that is kept current does not fetch it again and again.
        case .ok(let link): return .seeOther(location: link.url, cacheControl: "private, max-age=240")
        case .notFound, .badRequest: throw PortalRefusal.notFound("file")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }

    /// `+104 ms`, `+2.5 s`, `+3 min`.
    static func offset(_ milliseconds: Int64) -> String {
        let sign = milliseconds < 0 ? "−" : "+"
        let size = milliseconds.magnitude
        return switch size {
        case ..<1_000: "\(sign)\(size) ms"
        case ..<120_000: "\(sign)\(size / 1_000).\(size / 100 % 10) s"
        case ..<7_200_000: "\(sign)\(size / 60_000) min"
        default: "\(sign)\(size / 3_600_000) h"
        }
    }
}
