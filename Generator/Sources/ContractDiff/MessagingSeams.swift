import ContractExchange
import ContractJSON
import ContractModel

extension SeamCollector {
    /// The channels of a messaging document in either version: their messages, and how they are declared.
    mutating func collect(_ first: MessagingDocument?, _ second: MessagingDocument?) {
        for channel in first?.channels ?? [] {
            let other = second?.channels.first { $0.name == channel.name }
            collect(channel, first, other, second)
        }
        for channel in second?.channels ?? [] where !(first?.channels.contains { $0.name == channel.name } ?? false) {
            note("channel \(channel.name)", at: channel.location, "is new")
        }
    }

    private mutating func collect(
        _ first: MessagingChannel, _ before: MessagingDocument?, _ second: MessagingChannel?,
        _ after: MessagingDocument?
    ) {
        let title = "channel \(first.name)"
        declare(first, second, title)
        let breaking = Self.breaking(first.name, [before, after])
        let messages = before?.messages.filter { first.messages.contains($0.name) } ?? []
        for message in messages {
            let other = after?.messages.first { $0.name == message.name && second?.messages.contains($0.name) ?? false }
            let old = schema(message, \.old)
            let new = other.flatMap { schema($0, \.new) }
            add(
                Seam(
                    title: "\(title), message \(message.name)", location: other?.location ?? message.location, old: old,
                    new: new, breaking: breaking))
        }
        for name in second?.messages ?? [] where !first.messages.contains(name) {
            guard let message = after?.messages.first(where: { $0.name == name }) else { continue }
            add(
                Seam(
                    title: "\(title), message \(name)", location: message.location, old: nil,
                    new: schema(message, \.new),
                    breaking: breaking))
        }
    }

    /// A channel that the document receives from holds messages of the old version when the new one starts; what it sends
    /// meets readers of the old one. Without operations both are assumed.
    private static func breaking(_ channel: String, _ documents: [MessagingDocument?]) -> Set<Direction> {
        let operations = documents.compactMap(\.self).flatMap(\.operations).filter { $0.channel == channel }
        if operations.isEmpty { return [.narrowed, .widened] }
        return Set(operations.map { $0.action == .receive ? .narrowed : .widened })
    }

    private mutating func schema(
        _ message: MessagingMessage, _ side: WritableKeyPath<SeamCollector, VersionSchemas>
    ) -> SchemaID? {
        guard let payload = message.payload else { return nil }
        return self[keyPath: side].exchanges.message(payload: payload, headers: message.headers, at: message.location)
    }

    // MARK: Declarations

    /// RabbitMQ refuses to declare what exists with other arguments, so declarations are documents of one value.
    private mutating func declare(_ first: MessagingChannel, _ second: MessagingChannel?, _ title: String) {
        let location = second?.location ?? first.location
        let old = constant(Self.declaration(first), at: first.location, \.old)
        let new = second.map { constant(Self.declaration($0), at: $0.location, \.new) }
        add(Seam(title: "\(title), declaration", location: location, old: old, new: new, breaking: [.narrowed]))
        guard let second else { return }
        let before = first.extensions["x-relay-topology"]?["queue"]?["prefetch"]
        let after = second.extensions["x-relay-topology"]?["queue"]?["prefetch"]
        if before != after {
            note(
                title, at: location, "prefetch is \((after ?? .null).jsonText) instead of \((before ?? .null).jsonText)"
            )
        }
    }

    private mutating func constant(
        _ value: JSONValue, at location: SourceLocation, _ side: WritableKeyPath<SeamCollector, VersionSchemas>
    ) -> SchemaID {
        guard case .object(let object) = value else {
            return self[keyPath: side].exchanges.constant(value, at: location)
        }
        let members = object.map { ($0.name, constant($0.value, at: location, side), true) }
        let id = self[keyPath: side].exchanges.object(members, at: location)
        self[keyPath: side].exchanges.close(id)
        return id
    }

    /// What is declared for a channel: exchange, queue, binding; not what a consumer asks for itself.
    private static func declaration(_ channel: MessagingChannel) -> JSONValue {
        guard case .object(var topology)? = channel.extensions["x-relay-topology"] else {
            return ["address": channel.address.map { .string($0) } ?? .null, "amqp": .object(channel.amqp)]
        }
        if case .object(var queue)? = topology["queue"] {
            queue["prefetch"] = nil
            topology["queue"] = .object(queue)
        }
        return .object(topology)
    }
}
