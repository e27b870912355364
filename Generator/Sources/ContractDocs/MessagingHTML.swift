import ContractJSON
import ContractModel

/// Channels and messages as HTML.
struct MessagingHTML {
    let schemas: SchemaHTML
    let document: MessagingDocument

    static func anchor(channel: String) -> String { "channel-\(HTML.anchor(channel))" }
    static func anchor(message: String) -> String { "message-\(HTML.anchor(message))" }

    /// Services of an operation, from `x-services`.
    static func services(_ operation: MessagingOperation) -> [String] {
        operation.extensions["x-services"]?.array?.compactMap(\.string) ?? []
    }

    func section(_ channel: MessagingChannel) -> String {
        let anchor = Self.anchor(channel: channel.name)
        let topology = channel.extensions["x-relay-topology"]
        return """
            <section class="card" id="\(anchor)" data-name="\(HTML.escape(channel.name))">
            <h3><a class="self" href="#\(anchor)">\(HTML.escape(channel.name))</a> \(channel.address.map { HTML.code($0) } ?? "")</h3>
            \(HTML.prose(channel.summary))
            \(parameters(channel))
            \(parties(channel))
            <p>Messages: \(channel.messages.map { HTML.link("#\(Self.anchor(message: $0))", HTML.escape($0)) }.joined(separator: ", "))</p>
            \(topology.map { "<h4>Declared</h4>\(Self.facts($0))" } ?? "")
            <p class="source">\(HTML.escape(channel.location.file)):\(channel.location.line)</p>
            </section>
            """
    }

    private func parameters(_ channel: MessagingChannel) -> String {
        let entries = channel.parameters.map {
            "<dt>\(HTML.code($0.name))</dt><dd>\(HTML.inline($0.summary ?? "A text."))</dd>"
        }
        return entries.isEmpty ? "" : "<h4>Parameters of the address</h4><dl>\(entries.joined())</dl>"
    }

    /// Who sends and who receives, with links to their pages.
    private func parties(_ channel: MessagingChannel) -> String {
        document.operations.filter { $0.channel == channel.name }.map { operation in
            let services = Self.services(operation).map {
                HTML.link("services.html#service-\(HTML.anchor($0))", HTML.escape($0))
            }
            let who = services.isEmpty ? HTML.code(operation.name) : services.joined(separator: ", ")
            let verb = operation.action == .send ? "Produced by" : "Consumed by"
            return "<p><strong>\(verb)</strong> \(who): \(HTML.inline(operation.summary ?? operation.name))</p>"
        }.joined(separator: "\n")
    }

    /// Nested settings as a list.
    static func facts(_ value: JSONValue) -> String {
        guard case .object(let object) = value else { return HTML.code(value.string ?? value.jsonText) }
        return "<dl>" + object.map { "<dt>\(HTML.escape($0.name))</dt><dd>\(facts($0.value))</dd>" }.joined() + "</dl>"
    }

    func section(_ message: MessagingMessage) -> String {
        let anchor = Self.anchor(message: message.name)
        let channels = document.channels.filter { $0.messages.contains(message.name) }
        return """
            <section class="card" id="\(anchor)" data-name="\(HTML.escape(message.name))">
            <h3><a class="self" href="#\(anchor)">\(HTML.escape(message.name))</a> \(HTML.badge("message"))</h3>
            \(HTML.prose(message.summary))
            <p>On \(channels.map { HTML.link("#\(Self.anchor(channel: $0.name))", HTML.escape($0.name)) }.joined(separator: ", "))</p>
            <p>Payload: \(message.payload.map { schemas.summary($0) } ?? "bytes") <span class="quiet">\(HTML.escape(message.contentType))</span></p>
            \(message.headers.map { "<p>Headers: \(schemas.summary($0))</p>" } ?? "")
            \(schemas.examples(message.examples))
            <p class="source">\(HTML.escape(message.location.file)):\(message.location.line)</p>
            </section>
            """
    }
}
