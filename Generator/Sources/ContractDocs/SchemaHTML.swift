import ContractJSON
import ContractModel

/// Schemas as HTML.
struct SchemaHTML {
    let index: DocsIndex

    var graph: SchemaGraph { index.graph }
    private static let maximumDepth = 6

    /// A named schema with its text, members, source and uses.
    func section(_ entry: DocsIndex.Entry) -> String {
        let schema = graph[entry.schema]
        let uses = index.uses(of: entry.schema).filter { $0.href != entry.href }
        let used =
            uses.isEmpty
            ? "<p class=\"quiet\">No other part of the contracts uses it.</p>"
            : "<details\(uses.count <= 6 ? " open" : "")><summary>Used by \(uses.count)</summary><ul>"
                + uses.map { "<li>\(HTML.link($0.href, HTML.escape($0.title)))</li>" }.joined() + "</ul></details>"
        return """
            <section class="card" id="\(entry.anchor)" data-name="\(HTML.escape(entry.name))">
            <h3><a class="self" href="#\(entry.anchor)">\(HTML.escape(entry.name))</a> \(badges(schema))</h3>
            \(HTML.prose(schema.summary ?? schema.title))
            \(body(of: entry.schema, depth: 0))
            \(examples(schema.examples))
            \(used)
            <p class="source">\(HTML.escape(schema.location.file)):\(schema.location.line)</p>
            </section>
            """
    }

    func examples(_ values: [JSONValue]) -> String {
        values.isEmpty
            ? ""
            : "<details><summary>Example\(values.count == 1 ? "" : "s")</summary>"
                + values.map { "<pre tabindex=\"0\">\(HTML.escape($0.prettyText))</pre>" }.joined() + "</details>"
    }

    private func badges(_ schema: Schema) -> String {
        (schema.isDeprecated ? HTML.badge("deprecated", "warn") : "")
            + (schema.isReadOnly ? HTML.badge("read only") : "") + (schema.isWriteOnly ? HTML.badge("write only") : "")
    }

    // MARK: Types in a line

    /// What a value is, in a line, with links to named schemas.
    func summary(_ id: SchemaID, depth: Int = 0) -> String {
        if let entry = index.entry(id) { return HTML.link(entry.href, HTML.escape(entry.name)) }
        let schema = graph[id]
        if schema.isNever { return "nothing" }
        guard depth < Self.maximumDepth else { return "…" }
        if let target = schema.reference {
            let extra = constraints(schema)
            return summary(target, depth: depth + 1) + (extra.isEmpty ? "" : " \(extra)")
        }
        if let constant = schema.constant { return HTML.code(constant.jsonText) }
        if let values = schema.enumeration {
            return values.map { HTML.code($0.jsonText) }.joined(separator: " <span class=\"quiet\">or</span> ")
        }
        for branches in [schema.oneOf, schema.anyOf] where !branches.isEmpty {
            return branches.map { summary($0, depth: depth + 1) }.joined(separator: " <span class=\"quiet\">or</span> ")
        }
        if schema.types == nil, schema.properties.isEmpty, let first = schema.allOf.first {
            return ([first] + schema.allOf.dropFirst()).map { summary($0, depth: depth + 1) }
                .joined(separator: " <span class=\"quiet\">and</span> ")
        }
        var types = (schema.types ?? []).map(\.rawValue).sorted().joined(separator: " or ")
        if types.isEmpty { types = schema.properties.isEmpty ? "any value" : "object" }
        if schema.types?.contains(.array) ?? false, let items = schema.items {
            types = "\(types) of \(summary(items, depth: depth + 1))"
        } else if schema.types == [.object], schema.properties.isEmpty, let others = schema.additionalProperties,
            !graph[others].isNever
        {
            types = "object of \(summary(others, depth: depth + 1))"
        }
        let extra = constraints(schema)
        return extra.isEmpty ? types : "\(types) \(extra)"
    }

    /// Limits and the like, in small type.
    private func constraints(_ schema: Schema) -> String {
        var found: [String] = []
        if let format = schema.format { found.append(HTML.escape(format)) }
        if let values = schema.extensions["x-known-values"]?.array {
            found.append("known: " + values.map { HTML.code($0.string ?? $0.jsonText) }.joined(separator: ", "))
        }
        found += range(schema.minLength.map { "\($0)" }, schema.maxLength.map { "\($0)" }, "characters")
        found += range(schema.minItems.map { "\($0)" }, schema.maxItems.map { "\($0)" }, "elements")
        found += range(schema.minProperties.map { "\($0)" }, schema.maxProperties.map { "\($0)" }, "members")
        found += range(schema.minimum?.text, schema.maximum?.text, "")
        if let least = schema.exclusiveMinimum { found.append("&gt; \(least.text)") }
        if let most = schema.exclusiveMaximum { found.append("&lt; \(most.text)") }
        if let step = schema.multipleOf { found.append("multiple of \(step.text)") }
        if schema.hasUniqueItems { found.append("no element twice") }
        if let pattern = schema.pattern { found.append("matches \(HTML.code(pattern))") }
        if let value = schema.defaultValue { found.append("default \(HTML.code(value.jsonText))") }
        return found.isEmpty ? "" : "<span class=\"limits\">\(found.joined(separator: " · "))</span>"
    }

    private func range(_ least: String?, _ most: String?, _ unit: String) -> [String] {
        switch (least, most) {
        case (nil, nil): []
        case (let least?, nil): ["at least \(least) \(unit)"]
        case (nil, let most?): ["at most \(most) \(unit)"]
        case (let least?, let most?): [least == most ? "\(least) \(unit)" : "\(least) to \(most) \(unit)"]
        }
    }

    // MARK: Members

    /// Members and alternatives of a schema.
    func body(of id: SchemaID, depth: Int) -> String {
        let schema = graph[id]
        guard depth < Self.maximumDepth else { return "" }
        var parts: [String] = []
        if schema.properties.isEmpty, schema.oneOf.isEmpty, schema.anyOf.isEmpty, schema.allOf.isEmpty || depth == 0 {
            parts.append("<p class=\"type\">\(line(id))</p>")
        }
        if !schema.properties.isEmpty { parts.append(table(schema, depth: depth)) }
        for (title, branches) in [("One of", schema.oneOf), ("Any of", schema.anyOf), ("All of", schema.allOf)] {
            guard !branches.isEmpty else { continue }
            let list = branches.map { "<li>\(summary($0))\(inner($0, depth: depth))</li>" }.joined()
            parts.append("<p class=\"quiet\">\(title):</p><ul>\(list)</ul>")
        }
        parts.append(conditions(schema))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The type in a line, past the schema's own name.
    private func line(_ id: SchemaID) -> String {
        let schema = graph[id]
        if let target = schema.reference { return summary(target) }
        var copy = index.graph[id]
        copy.reference = nil
        return summaryWithoutName(id)
    }

    private func summaryWithoutName(_ id: SchemaID) -> String {
        let schema = graph[id]
        if let constant = schema.constant { return HTML.code(constant.jsonText) }
        if let values = schema.enumeration {
            return values.map { HTML.code($0.jsonText) }.joined(separator: " <span class=\"quiet\">or</span> ")
        }
        var types = (schema.types ?? []).map(\.rawValue).sorted().joined(separator: " or ")
        if types.isEmpty { types = "any value" }
        if let items = schema.items { types += " of \(summary(items))" }
        if let others = schema.additionalProperties, !graph[others].isNever { types += " of \(summary(others))" }
        return "\(types) \(constraints(schema))"
    }

    private func table(_ schema: Schema, depth: Int) -> String {
        let rows = schema.properties.map { name, id -> String in
            let property = graph[id]
            let isRequired = schema.required.contains(name)
            let text = property.summary ?? property.reference.flatMap { graph[$0].summary }
            return """
                <tr><th scope="row">\(HTML.code(name))\(isRequired ? "" : " <span class=\"quiet\">optional</span>")</th>\
                <td>\(summary(id)) \(badges(property))\(HTML.prose(text))\(inner(id, depth: depth))</td></tr>
                """
        }
        func isClosed(_ rest: SchemaID?) -> Bool { rest.map { graph[$0].isNever } ?? false }
        // What closes an object by all its parts is told among the conditions.
        let others =
            isClosed(schema.additionalProperties)
            ? "<p class=\"quiet\">No other members.</p>"
            : isClosed(schema.unevaluatedProperties) ? "" : "<p class=\"quiet\">Other members may be there.</p>"
        return """
            <div class="scroll"><table><thead><tr><th>Member</th><th>Value</th></tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            \(others)
            \(depth > 0 ? conditions(schema) : "")
            """
    }

    /// Members of an object without a name of its own, inside the row that holds it.
    func inner(_ id: SchemaID, depth: Int) -> String {
        guard index.entry(id) == nil, depth < Self.maximumDepth else { return "" }
        let schema = graph[id]
        let target = schema.items.map { index.entry($0) == nil ? graph[$0] : schema } ?? schema
        guard !target.properties.isEmpty else { return "" }
        return "<details><summary>Members</summary>\(table(target, depth: depth + 1))</details>"
    }
}

extension JSONValue {
    /// The value over several lines.
    var prettyText: String { pretty(indent: "") }

    private func pretty(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + elements.map { inner + $0.pretty(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let object) where !object.isEmpty:
            let members = object.map {
                "\(inner)\(JSONValue.string($0.name).jsonText): \($0.value.pretty(indent: inner))"
            }
            return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
        default: return jsonText
        }
    }
}
