import ContractJSON
import ContractSource

/// Checks AMQP 0-9-1 bindings of AsyncAPI (binding version 0.3.0): known fields with values of the form that they need.
///
/// A field that is misspelt or has a value that means nothing would otherwise leave a queue with other properties than the
/// document seems to say.
struct AMQPBindings {
    /// What a binding object belongs to.
    enum Owner: String { case channel = "Channel", operation = "Operation", message = "Message" }

    /// The form that the value of a field has.
    private enum Form {
        case flag
        case text(atMost: Int)
        case words([String])
        case texts
        case number(ClosedRange<Int>)
        case object(String, [(name: String, form: Form)])
    }

    let reader: DocumentReader

    private var log: DiagnosticLog { reader.log }

    /// The bindings at a place; what is wrong with them is in the log.
    func read(_ cursor: DocumentCursor, of owner: Owner) -> JSONObject {
        guard let target = reader.dereference(cursor) else { return JSONObject() }
        check(target, "AMQP \(owner.rawValue) Binding Object", Self.fields(of: owner))
        return target.node.value.object ?? JSONObject()
    }

    /// AMQP writes names as short strings.
    private static let name = Form.text(atMost: 255)

    private static func fields(of owner: Owner) -> [(name: String, form: Form)] {
        let version: [(name: String, form: Form)] = [("bindingVersion", .text(atMost: 255))]
        switch owner {
        case .channel:
            let exchange: [(name: String, form: Form)] = [
                ("name", name), ("type", .words(["topic", "direct", "fanout", "default", "headers"])),
                ("durable", .flag), ("autoDelete", .flag), ("vhost", name),
            ]
            let queue: [(name: String, form: Form)] = [
                ("name", name), ("durable", .flag), ("exclusive", .flag), ("autoDelete", .flag), ("vhost", name),
            ]
            return [
                ("is", .words(["queue", "routingKey"])), ("exchange", .object("AMQP Exchange", exchange)),
                ("queue", .object("AMQP Queue", queue)),
            ] + version
        case .operation:
            return [
                ("expiration", .number(0...Int(UInt32.max))), ("userId", name), ("cc", .texts),
                ("priority", .number(0...255)), ("deliveryMode", .number(1...2)), ("mandatory", .flag), ("bcc", .texts),
                ("replyTo", name), ("timestamp", .flag), ("ack", .flag),
            ] + version
        case .message: return [("contentEncoding", name), ("messageType", name)] + version
        }
    }

    private func check(_ cursor: DocumentCursor, _ object: String, _ fields: [(name: String, form: Form)]) {
        reader.checkFields(cursor, of: object, fields.map(\.name))
        for (name, form) in fields {
            guard let value = cursor[name] else { continue }
            if case .object(let object, let inner) = form {
                check(value, object, inner)
            } else if let expected = expected(form, value.node) {
                log.error(
                    value.node, "\(name) of the \(object) is \(shown(value.node)); it has to be \(expected).",
                    remedy: nearest(form, value.node))
            }
        }
    }

    /// What a value should have been; nil if it is that.
    private func expected(_ form: Form, _ node: SourceNode) -> String? {
        switch form {
        case .flag: node.bool == nil ? "true or false" : nil
        case .text(let limit):
            node.string.map { $0.utf8.count <= limit } ?? false ? nil : "a text of at most \(limit) bytes"
        case .words(let words):
            node.string.map(words.contains) ?? false ? nil : Self.alternatives(words)
        case .texts: node.elements?.allSatisfy { $0.string != nil } ?? false ? nil : "a list of routing keys"
        case .number(let range):
            node.number?.int64.map { range.contains(Int($0)) } ?? false
                ? nil : "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .object: nil
        }
    }

    /// `a, b or c`.
    private static func alternatives(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }

    private func shown(_ node: SourceNode) -> String { node.elements == nil ? node.value.jsonText : "a list" }

    private func nearest(_ form: Form, _ node: SourceNode) -> String? {
        guard case .words(let words) = form, let text = node.string else { return nil }
        return NearestName.of(text, among: words).map { "Did you mean \($0)?" }
    }
}
