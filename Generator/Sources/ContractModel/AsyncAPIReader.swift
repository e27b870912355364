import ContractJSON
import ContractSource

/// Reads an AsyncAPI 3.0 document into a ``MessagingDocument``.
struct AsyncAPIReader {
    let reader: DocumentReader
    let root: DocumentCursor
    /// Names of messages by the place where they are defined.
    private var messageNames: [SourceLocation: String] = [:]
    private var messages: [MessagingMessage] = []

    private var log: DiagnosticLog { reader.log }

    /// Reads the document at `root`; nil if its version is not one that is read here.
    static func read(_ root: DocumentCursor, builder: SchemaBuilder) -> MessagingDocument? {
        let version = root.node["asyncapi"]
        guard let text = version?.string, text.hasPrefix("3.") else {
            builder.log.error(
                version ?? root.node,
                "The document is not AsyncAPI 3.",
                reason: "Channels and operations of AsyncAPI 2 are organised the other way round.",
                remedy: "Convert the document to AsyncAPI 3.0."
            )
            return nil
        }
        var reader = AsyncAPIReader(reader: DocumentReader(builder: builder), root: root)
        return reader.document()
    }

    private mutating func document() -> MessagingDocument {
        reader.checkFields(
            root,
            of: "AsyncAPI Object",
            ["asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"]
        )
        let info = reader.info(of: root)
        var document = MessagingDocument(file: root.node.file, title: info.title, version: info.version)
        if let components = root["components"] {
            reader.checkFields(
                components,
                of: "Components Object",
                [
                    "schemas", "servers", "channels", "operations", "messages", "securitySchemes", "serverVariables",
                    "parameters", "correlationIds", "replies", "replyAddresses", "externalDocs", "tags",
                    "operationTraits", "messageTraits", "serverBindings", "channelBindings", "operationBindings",
                    "messageBindings",
                ]
            )
        }
        for entry in root["components"]?["schemas"]?.freeEntries ?? [] {
            if let schema = schema(entry.value) { document.schemas.append((entry.name, schema)) }
        }
        for entry in root["components"]?["messages"]?.freeEntries ?? [] { _ = message(entry.value, key: entry.name) }
        for entry in root["channels"]?.entries ?? [] {
            if let channel = channel(entry.value, name: entry.name) { document.channels.append(channel) }
        }
        for entry in root["operations"]?.entries ?? [] {
            if let operation = operation(entry.value, name: entry.name, channels: document.channels) {
                document.operations.append(operation)
            }
        }
        document.messages = messages
        document.extensions = root.extensions
        return document
    }

    // MARK: Channels

    private mutating func channel(_ cursor: DocumentCursor, name: String) -> MessagingChannel? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(
            target,
            of: "Channel Object",
            [
                "address", "messages", "title", "summary", "description", "servers", "parameters", "tags",
                "externalDocs", "bindings",
            ]
        )
        let address = target.node["address"]
        var channel = MessagingChannel(
            location: target.node.location,
            name: name,
            address: address?.value == .null ? nil : reader.optional("address", of: target)
        )
        channel.summary = reader.optional("description", of: target) ?? reader.optional("summary", of: target)
        for entry in target["messages"]?.freeEntries ?? [] {
            if let message = message(entry.value, key: entry.name) { channel.messages.append(message) }
        }
        for entry in target["parameters"]?.freeEntries ?? [] {
            guard let parameter = reader.dereference(entry.value) else { continue }
            reader.checkFields(
                parameter,
                of: "Parameter Object",
                ["enum", "default", "description", "examples", "location"]
            )
            channel.parameters.append((entry.name, text(of: parameter)))
        }
        checkTemplate(channel, at: target)
        channel.amqp = bindings(of: target, .channel)
        channel.extensions = target.extensions
        return channel
    }

    /// What a parameter of an address says, for people.
    private func text(of parameter: DocumentCursor) -> String? {
        let values = parameter["enum"]?.elements.compactMap { reader.string($0.node, "A value") } ?? []
        let sentences = [
            reader.optional("description", of: parameter),
            values.isEmpty ? nil : "One of \(values.joined(separator: ", ")).",
            reader.optional("default", of: parameter).map { "\($0) if nothing is said." },
            reader.optional("location", of: parameter).map { "Stands at \($0)." },
        ]
        let text = sentences.compactMap(\.self).joined(separator: " ")
        return text.isEmpty ? nil : text
    }

    private func checkTemplate(_ channel: MessagingChannel, at cursor: DocumentCursor) {
        guard let address = channel.address else { return }
        let names = OpenAPIReader.templateNames(address)
        let declared = channel.parameters.map(\.name)
        for name in names where !declared.contains(name) {
            log.error(
                cursor.node,
                "The parameter \(name) of the address \(address) is not described.",
                remedy: NearestName.of(name, among: declared).map { "Did you mean \($0)?" } ?? "Add it to parameters."
            )
        }
        for name in declared where !names.contains(name) {
            log.error(cursor.node, "The address \(address) has no {\(name)}.", remedy: "Remove the parameter.")
        }
    }

    // MARK: Messages

    /// Reads a message once; its name.
    private mutating func message(_ cursor: DocumentCursor, key: String) -> String? {
        guard let target = reader.dereference(cursor) else { return nil }
        if let known = messageNames[target.node.location] { return known }
        let inherited = traits(of: target)
        let fields = [
            "headers", "correlationId", "contentType", "name", "title", "summary", "description", "tags",
            "externalDocs", "bindings", "examples",
        ]
        reader.checkFields(target, of: "Message Object", fields + ["payload", "traits"])
        for trait in inherited { reader.checkFields(trait, of: "Message Trait Object", fields) }
        let name = uniqueName(Self.upperCamelCase(key), at: target)
        messageNames[target.node.location] = name
        let sources = [target] + inherited
        func first(_ field: String) -> DocumentCursor? { sources.lazy.compactMap { $0[field] }.first }

        if sources.count(where: { $0["headers"] != nil }) > 1, let headers = first("headers") {
            log.error(
                headers.node,
                "Headers stand in the message and in a trait, or in two traits.",
                reason: "Two schemas are not merged member by member.",
                remedy: "Write one headers schema with allOf."
            )
        }
        var message = MessagingMessage(location: target.node.location, name: name, payload: nil)
        message.summary = (first("summary") ?? first("description"))?.node.string
        if let contentType = first("contentType") ?? root["defaultContentType"] {
            message.contentType = reader.string(contentType.node, "contentType") ?? message.contentType
        }
        message.payload = target["payload"].flatMap(schema)
        message.headers = first("headers").flatMap(schema)
        if let correlation = first("correlationId").flatMap({ reader.dereference($0) }) {
            message.correlationID = reader.required("location", of: correlation, "Correlation ID Object")
        }
        message.amqp = sources.reversed().reduce(into: JSONObject()) { merged, source in
            for member in bindings(of: source, .message) { merged[member.name] = member.value }
        }
        message.examples = (target["examples"]?.elements ?? []).compactMap { $0.node["payload"]?.value }
        messages.append(message)
        return name
    }

    private func uniqueName(_ name: String, at cursor: DocumentCursor) -> String {
        if messages.contains(where: { $0.name == name }) {
            log.error(
                cursor.node,
                "Two messages are called \(name).",
                reason: "A message is found by its name.",
                remedy: "Rename one, or let both refer to the same message in components."
            )
        }
        return name
    }

    /// Traits with the strongest first: a later trait overrides an earlier one, the object itself all of them.
    private func traits(of cursor: DocumentCursor) -> [DocumentCursor] {
        (cursor["traits"]?.elements ?? []).compactMap { reader.dereference($0) }.reversed()
    }

    static func upperCamelCase(_ text: String) -> String {
        text.split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber)) })
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Schemas

    /// A schema, or a multi-format schema of a format that is read here.
    private func schema(_ cursor: DocumentCursor) -> SchemaID? {
        guard let format = cursor.node["schemaFormat"], let inner = cursor["schema"] else {
            return reader.builder.schema(at: cursor.node, document: cursor.document)
        }
        guard let text = format.string, Self.isReadable(text) else {
            log.error(
                format,
                "The schema format \(format.string ?? format.kind) is not read.",
                reason: "Messages are checked with JSON Schema.",
                remedy: "Write the schema as application/schema+json;version=draft-2020-12."
            )
            return nil
        }
        return reader.builder.schema(at: inner.node, document: inner.document)
    }

    private static func isReadable(_ format: String) -> Bool {
        let parts = format.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
        guard let type = parts.first else { return false }
        if type.hasPrefix("application/vnd.aai.asyncapi") { return true }
        let isJSONSchema = type == "application/schema+json" || type == "application/schema+yaml"
        return isJSONSchema && (parts.count == 1 || parts.contains("version=draft-2020-12"))
    }

    // MARK: Operations

    private mutating func operation(
        _ cursor: DocumentCursor,
        name: String,
        channels: [MessagingChannel]
    ) -> MessagingOperation? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(
            target,
            of: "Operation Object",
            [
                "action", "channel", "title", "summary", "description", "security", "tags", "externalDocs", "bindings",
                "traits", "messages", "reply",
            ]
        )
        let action = action(of: target)
        let channel = channelName(target["channel"], of: target)
        guard let channel else { return nil }
        let sources = [target] + traits(of: target)
        let all = channels.first { $0.name == channel }?.messages ?? []
        let named = messages(target["messages"])
        for (message, cursor) in named where !all.contains(message) {
            log.error(
                cursor.node,
                "The channel \(channel) has no message \(message).",
                remedy: NearestName.of(message, among: all).map { "Did you mean \($0)?" } ?? "Add it to the channel."
            )
        }
        var operation = MessagingOperation(
            location: target.node.location,
            name: name,
            // Without one the document is refused; what else is wrong with the operation is said all the same.
            action: action ?? .send,
            channel: channel,
            messages: target["messages"] == nil ? all : named.map(\.name)
        )
        operation.summary =
            sources.lazy.compactMap { ($0.node["summary"] ?? $0.node["description"])?.string }.first
        if let reply = target["reply"].flatMap({ reader.dereference($0) }) {
            reader.checkFields(reply, of: "Operation Reply Object", ["address", "channel", "messages"])
            operation.replyChannel = reply["channel"].flatMap { channelName($0, of: reply) }
        }
        operation.amqp = sources.reversed().reduce(into: JSONObject()) { merged, source in
            for member in bindings(of: source, .operation) { merged[member.name] = member.value }
        }
        operation.extensions = target.extensions
        return operation
    }

    private func action(of target: DocumentCursor) -> MessagingOperation.Action? {
        guard let word = reader.required("action", of: target, "Operation Object") else { return nil }
        if let action = MessagingOperation.Action(rawValue: word) { return action }
        let replacements = ["publish": "Write send.", "subscribe": "Write receive."]
        log.error(
            target.node["action"] ?? target.node,
            "\(word) is no action.",
            reason: "The application sends or receives.",
            remedy: replacements[word]
                ?? NearestName.of(word, among: ["send", "receive"]).map { "Did you mean \($0)?" }
        )
        return nil
    }

    private mutating func messages(_ list: DocumentCursor?) -> [(name: String, cursor: DocumentCursor)] {
        var result: [(name: String, cursor: DocumentCursor)] = []
        for element in list?.elements ?? [] {
            let key = element.node["$ref"]?.string?.split(separator: "/").last.map(String.init) ?? "Message"
            if let name = message(element, key: key) { result.append((name, element)) }
        }
        return result
    }

    /// The key under `channels` that a reference leads to.
    private func channelName(_ cursor: DocumentCursor?, of owner: DocumentCursor) -> String? {
        guard let cursor else {
            log.error(owner.node, "The Operation Object has no channel.", reason: "The field is required.")
            return nil
        }
        guard let reference = cursor.node["$ref"]?.string else {
            log.error(cursor.node, "channel is no reference.", remedy: "Refer to a channel: $ref: '#/channels/NAME'.")
            return nil
        }
        let prefix = "#/channels/"
        guard reader.dereference(cursor) != nil else { return nil }
        guard reference.hasPrefix(prefix) else {
            log.error(
                cursor.node,
                "\(reference) is no channel of this document.",
                reason: "Operations use channels under the root's channels.",
                remedy: "Refer to #/channels/NAME."
            )
            return nil
        }
        return JSONPointer.unescape(reference.dropFirst(prefix.count))
    }

    // MARK: Bindings

    private func bindings(of cursor: DocumentCursor, _ owner: AMQPBindings.Owner) -> JSONObject {
        guard let bindings = cursor["bindings"].flatMap({ reader.dereference($0) }) else { return JSONObject() }
        for entry in bindings.entries where entry.name != "amqp" {
            log.warning(
                entry.value.node,
                "Bindings of \(entry.name) have no effect.",
                reason: "Only AMQP 0.9.1 is spoken here.",
                remedy: "Remove them, or write bindings.amqp."
            )
        }
        return bindings["amqp"].map { AMQPBindings(reader: reader).read($0, of: owner) } ?? JSONObject()
    }
}
