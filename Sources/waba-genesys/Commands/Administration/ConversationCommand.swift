import AgentPortal
import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// `waba-genesys conversation …`
struct ConversationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversation", abstract: "List and show conversations through the public API.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Examples:
              waba-genesys conversation list --search +4915112345678
              waba-genesys conversation show +4915112345678
              waba-genesys conversation show wamid.HBgMNDkxNzAwMDAwMDAxFQIAEhgU --format json
            """, subcommands: [List.self, Show.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List conversations, the latest activity first.")

        @Option(help: "Part of a number or name, or any id.") var search: String?
        @Option(help: "Only of this tenant.") var tenant: String?
        @Option(help: "The most to list, up to 100.") var limit = 50
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listConversations(.init(tenantId: tenant, search: search, limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(["id", "customer", "name", "conversation id (Genesys)", "last activity, UTC"])
                    for item in page.items {
                        table.add([
                            item.id, item.customer.waId ?? item.customer.userId ?? "–", item.contactName ?? "–",
                            item.conversationId ?? "–", item.lastActivityAt.forTable,
                        ])
                    }
                    return table.lines(orElse: "no conversation")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the latest messages of a conversation.",
            discussion: "Exit code 1 if no conversation is found, or more than one; those are listed then.")

        @Argument(
            help: "Any id of it: its own, Genesys', the customer's number or user id, or an id of a message in it.")
        var id: String
        @Option(help: "Only of this tenant.") var tenant: String?
        @Option(help: "The most to show, up to 100.") var limit = 50
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let conversation = try await Self.found(id, of: tenant, api)
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listConversationMessages(.init(mappingId: conversation.id, limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(
                        ["time, UTC", "direction", "type", "status", "text or failure", "id"], maximumWidth: 60)
                    for message in page.items.reversed() {
                        table.add([
                            (message.occurredAt ?? message.receivedAt).forTable, message.direction.rawValue,
                            MessageKind.words(message), message.status.words,
                            message.status.isFailure
                                ? message.lastFailure?.reason ?? "–" : message.text?.singleLine ?? "–", message.id,
                        ])
                    }
                    return ["  " + conversation.line, ""] + table.lines(orElse: "no message")
                }
            }
        }

        /// The one conversation that an id or number leads to.
        private static func found(
            _ id: String, of tenant: String?, _ api: PublicAPI
        ) async throws(CommandFailure) -> ConversationMapping {
            let output = try await api.ask { () throws(ClientError) in
                try await api.state.listConversations(.init(tenantId: tenant, search: id, limit: 20))
            }
            guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
            let exact = page.items.filter { $0.isCalled(id) }
            let found = exact.isEmpty ? page.items : exact
            switch found.count {
            case 1: return found[0]
            case 0:
                throw CommandFailure(
                    "no conversation has \(id): give its id, that of Genesys, the customer's number or user id, or an id of "
                        + "a message in it; `waba-genesys conversation list` shows them")
            default:
                throw CommandFailure(
                    (["\(found.count) conversations have \(id); name one by its id:"] + found.map { "  " + $0.line })
                        .joined(separator: "\n"))
            }
        }
    }
}

/// `waba-genesys message …`
struct MessageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Follow messages through the services.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Example:
              waba-genesys message trace wamid.HBgMNDkxNzAwMDAwMDAxFQIAEhgU
            """, subcommands: [Trace.self])

    struct Trace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every step of a message, with times and causes.",
            discussion: "Example: waba-genesys message trace wamid.HBgMNDkxNzAwMDAwMDAxFQIAEhgU")

        @Argument(help: "Tracking id, wamid or Genesys message id.") var id: String
        @Option(help: "Only of this tenant.") var tenant: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.getMessage(.init(id: id, tenantId: tenant))
                }
                guard case .ok(let story) = output else { throw CommandFailure.refused(output) }
                report.write(story.jsonValue) { Self.lines(story) }
            }
        }

        private static func lines(_ story: MessageStory) -> [String] {
            let message = story.tracking
            var facts = TextTable([], maximumWidth: 200)
            facts.add(["id", message.id])
            facts.add(["direction", message.direction.rawValue])
            facts.add(["type", MessageKind.words(message)])
            facts.add(["status", message.status.words])
            facts.add(["wamid", message.metaMessageId ?? "–"])
            facts.add(["genesys message id", message.genesysMessageId ?? "–"])
            if let trace = message.traceId { facts.add(["trace id", trace]) }
            if let held = story.held {
                let cause = held.cause.map { ": \($0.reason)" } ?? ""
                facts.add(["held", "\(held.heldId), \(held.state.rawValue) for \(held.platform.rawValue)\(cause)"])
            }
            var table = TextTable(["time, UTC", "+ms", "where", "what", "cause"], maximumWidth: 80)
            for step in MessageTrace(story).steps {
                table.add([
                    String(step.at.text.prefix(23)), String(step.offsetMilliseconds), step.place, step.what,
                    step.detail ?? "",
                ])
            }
            return facts.lines + [""] + table.lines
                + story.deadLetters.map { "  dead letter \($0.id) \($0.state.rawValue)" }
                + story.parts.map { part in
                    let cause = part.status.isFailure ? part.lastFailure.map { ": \($0.reason)" } ?? "" : ""
                    let kind = MessageKind.words(part.messageType)
                    return "  another part, \(part.id): \(kind), \(part.status.words)\(cause)"
                }
        }
    }
}

extension TrackingStatus {
    fileprivate var isFailure: Bool { self == .failed || self == .deadLettered }
}

extension ConversationMapping {
    /// Id, customer and name.
    fileprivate var line: String {
        [id, customer.waId.map { "+\($0)" } ?? customer.userId, contactName].compactMap(\.self)
            .joined(separator: "  ").forTerminal
    }

    /// Whether this is one of its ids, whole.
    fileprivate func isCalled(_ text: String) -> Bool {
        let digits = text.filter(\.isNumber)
        return [id, conversationId, customer.userId].contains(text) || (!digits.isEmpty && customer.waId == digits)
    }
}

extension String {
    /// Without line breaks, for a cell.
    fileprivate var singleLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
