import ContractJSON
import ContractSource

/// A node and the address of the document that it stands in, which relative references start from.
struct DocumentCursor {
    var node: SourceNode
    var document: String

    /// The value of a key.
    subscript(name: String) -> DocumentCursor? { node[name].map { DocumentCursor(node: $0, document: document) } }

    /// The entries of a mapping that are no extensions.
    var entries: [(name: String, value: DocumentCursor)] {
        (node.members ?? []).filter { !$0.name.hasPrefix("x-") }.map {
            ($0.name, DocumentCursor(node: $0.node, document: document))
        }
    }

    /// All entries of a mapping whose keys are free.
    var freeEntries: [(name: String, value: DocumentCursor)] {
        (node.members ?? []).map { ($0.name, DocumentCursor(node: $0.node, document: document)) }
    }

    /// The elements of a list.
    var elements: [DocumentCursor] {
        (node.elements ?? []).map { DocumentCursor(node: $0, document: document) }
    }

    /// Members that start with `x-`.
    var extensions: JSONObject {
        JSONObject((node.members ?? []).filter { $0.name.hasPrefix("x-") }.map { ($0.name, $0.node.value) })
    }
}

/// What the readers of OpenAPI and AsyncAPI share: references, required fields, unknown fields.
struct DocumentReader {
    let builder: SchemaBuilder

    var log: DiagnosticLog { builder.log }

    /// Reports a lapse: an error in a document of ours, a warning in one about others.
    func lapse(_ cursor: DocumentCursor, _ message: String, reason: String? = nil, remedy: String? = nil) {
        if builder.isTolerant(cursor.document) {
            log.warning(cursor.node, message, reason: reason, remedy: remedy)
        } else {
            log.error(cursor.node, message, reason: reason, remedy: remedy)
        }
    }

    /// Follows `$ref` until something else stands there; nil if a reference leads nowhere or in a circle.
    func dereference(_ cursor: DocumentCursor) -> DocumentCursor? {
        var current = cursor
        for _ in 0..<32 {
            guard let reference = current.node["$ref"] else { return current }
            guard let text = reference.string else {
                log.error(reference, "$ref is \(reference.kind); it has to be a string.")
                return nil
            }
            guard let target = builder.resolve(text, base: current.document, at: reference) else { return nil }
            current = DocumentCursor(node: target.node, document: target.document)
        }
        log.error(cursor.node, "The reference leads in a circle.", remedy: "Let one of the references end in a value.")
        return nil
    }

    /// Reports keys that an object of the specification does not have.
    /// - Parameter isHarmless: Whether an unknown key cannot change the meaning of the known ones.
    func checkFields(_ cursor: DocumentCursor, of object: String, isHarmless: Bool = false, _ known: [String]) {
        guard let members = cursor.node.members else {
            log.error(cursor.node, "The \(object) is \(cursor.node.kind); it has to be a mapping.")
            return
        }
        for member in members where !known.contains(member.name) && !member.name.hasPrefix("x-") {
            let isLapse = isHarmless && builder.isTolerant(cursor.document)
            log.add(
                Diagnostic(
                    isLapse ? .warning : .error,
                    at: member.location,
                    "\(member.name) is no field of the \(object).",
                    reason:
                        "It has \(known.filter { $0 != "$ref" }.joined(separator: ", ")), and names starting with x-.",
                    remedy: NearestName.of(member.name, among: known).map { "Did you mean \($0)?" }
                )
            )
        }
    }

    /// A string field; missing or of another kind is in the log.
    func required(_ name: String, of cursor: DocumentCursor, _ object: String) -> String? {
        guard let node = cursor.node[name] else {
            log.error(cursor.node, "The \(object) has no \(name).", reason: "The field is required.")
            return nil
        }
        return string(node, name)
    }

    /// A string field that may be missing.
    func optional(_ name: String, of cursor: DocumentCursor) -> String? {
        cursor.node[name].flatMap { string($0, name) }
    }

    /// A truth value that may be missing.
    func flag(_ name: String, of cursor: DocumentCursor) -> Bool? {
        guard let node = cursor.node[name] else { return nil }
        if let bool = node.bool { return bool }
        log.error(node, "\(name) is \(node.kind); it has to be true or false.")
        return nil
    }

    func string(_ node: SourceNode, _ name: String) -> String? {
        if let string = node.string { return string }
        if let number = node.number, ["title", "version", "summary", "description"].contains(name) {
            // YAML makes a number of `version: 1.0`; what is meant is beyond doubt.
            log.warning(
                node, "\(name) is a number; it has to be a string.",
                reason: "It is read as \"\(number.text)\".", remedy: "Put it in quotation marks.")
            return number.text
        }
        log.error(
            node,
            "\(name) is \(node.kind); it has to be a string.",
            remedy: node.number == nil ? nil : "Put it in quotation marks."
        )
        return nil
    }

    /// Reports a value of another kind than a list.
    func checkList(_ cursor: DocumentCursor, _ name: String) {
        if cursor.node.elements == nil {
            log.error(cursor.node, "\(name) is \(cursor.node.kind); it has to be a list.")
        }
    }

    /// `info` of a document.
    func info(of root: DocumentCursor) -> (title: String, version: String, summary: String?) {
        guard let info = root["info"] else {
            log.error(root.node, "The document has no info.", remedy: "Add info with title and version.")
            return ("", "", nil)
        }
        return (label("title", of: info), label("version", of: info), optional("description", of: info))
    }

    /// Title or version, which nothing but the reference shows.
    private func label(_ name: String, of info: DocumentCursor) -> String {
        if info.node[name] == nil {
            lapse(info, "The Info Object has no \(name).", reason: "The field is required.")
            return ""
        }
        return required(name, of: info, "Info Object") ?? ""
    }

    /// Values of `example` and `examples`.
    func examples(of cursor: DocumentCursor) -> [JSONValue] {
        if let example = cursor.node["example"], cursor.node["examples"] != nil {
            log.error(example, "example and examples exclude each other.", remedy: "Keep examples.")
        }
        var values: [JSONValue] = cursor.node["example"].map { [$0.value] } ?? []
        for entry in cursor["examples"]?.freeEntries ?? [] {
            guard let example = dereference(entry.value) else { continue }
            checkFields(example, of: "Example Object", ["summary", "description", "value", "externalValue"])
            if let value = example.node["value"] { values.append(value.value) }
        }
        return values
    }
}
