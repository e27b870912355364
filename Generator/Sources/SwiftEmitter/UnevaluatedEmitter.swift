import ContractJSON
import ContractModel
import ContractPlan

/// `unevaluatedItems` and `unevaluatedProperties`.
///
/// Beside the check of a schema there is a function that marks what its subschemas evaluated in a value that satisfies them:
/// it walks the same applicators, asks again which branches hold, and marks members and elements by their position. Only
/// schemas that these keywords see get one.
extension DecoderEmitter {
    mutating func unevaluatedChecks(
        _ writer: inout CodeWriter, _ id: SchemaID, _ open: Set<String>, _ hint: String
    ) {
        let schema = graph[id]
        if open.contains("unevaluatedItems"), let rest = schema.unevaluatedItems {
            let pointer = schema.location.pointer("unevaluatedItems")
            let refusal =
                "context.refuse(\"unevaluatedItems\", \(pointer), \"the contract has no element at this position\")"
            let isNever = graph[rest].isNever
            let check = isNever ? refusal : check(rest, node: "element", hint: hint + "Unevaluated")
            if let check {
                writer.block("if node.kind == .array") { writer in
                    self.marks(&writer, id, hint)
                    let loop =
                        isNever ? "for index in 0..<node.count" : "for (index, element) in node.elements.enumerated()"
                    writer.block("\(loop) where !evaluated.contains(index)") {
                        $0.line("context.at(index: index) { context in \(check) }")
                    }
                }
            }
        }
        if open.contains("unevaluatedProperties"), let rest = schema.unevaluatedProperties {
            let pointer = schema.location.pointer("unevaluatedProperties")
            writer.block("if node.kind == .object") { writer in
                self.marks(&writer, id, hint)
                writer.block("for (index, member) in node.members.enumerated() where !evaluated.contains(index)") {
                    if self.graph[rest].isNever {
                        $0.line("context.unexpected(member.name, \(pointer), keyword: \"unevaluatedProperties\")")
                    } else if let statement = self.check(rest, node: "member.value", hint: hint + "Unevaluated") {
                        $0.line("context.at(dynamic: member.name) { context in \(statement) }")
                    }
                }
            }
        }
    }

    /// `evaluated` with everything that the schema's other keywords evaluate.
    private mutating func marks(_ writer: inout CodeWriter, _ id: SchemaID, _ hint: String) {
        let name = markFunction(id, hint: hint, withOwn: false)
        writer.line("var evaluated = EvaluatedParts(count: node.count)")
        writer.line("\(scope.name).\(name)(node, &evaluated, &context)")
    }

    /// A statement that marks what a schema evaluates in a value that satisfies it; nil if that is nothing.
    private mutating func mark(_ id: SchemaID, hint: String) -> String? {
        guard canMark(id) else { return nil }
        return "\(scope.name).\(markFunction(id, hint: hint, withOwn: true))(node, &evaluated, &context)"
    }

    /// - Parameter withOwn: Whether the schema's own `unevaluated…` count: they do for the schemas around it.
    private mutating func markFunction(_ id: SchemaID, hint: String, withOwn: Bool) -> String {
        let key = FunctionScope.Key.mark(id, withOwn: withOwn, scopeInside(id))
        if let known = scope.known(key) { return known }
        let name = scope.reserve(key, hint: "mark" + hint)
        let head =
            "static func \(name)(_ node: JSONNode, _ evaluated: inout EvaluatedParts, _ context: inout DecodingContext)"
        addFunction(head, for: id) { $0.marking(&$1, id, hint, withOwn: withOwn) }
        return name
    }

    private mutating func marking(_ writer: inout CodeWriter, _ id: SchemaID, _ hint: String, withOwn: Bool) {
        let schema = graph[id]
        var items = CodeWriter()
        if schema.items != nil || withOwn && schema.unevaluatedItems != nil {
            items.line("evaluated.insertAll()")
        } else {
            if !schema.prefixItems.isEmpty { items.line("evaluated.insert(prefix: \(schema.prefixItems.count))") }
            if let contains = schema.contains {
                let holds = holds(contains, node: "element", hint: hint + "Contained")
                if holds == "true" {
                    items.line("evaluated.insertAll()")
                } else {
                    items.block("for (index, element) in node.elements.enumerated() where \(holds)") {
                        $0.line("evaluated.insert(index)")
                    }
                }
            }
        }
        writer.block("if node.kind == .array", ifAny: items)
        var members = CodeWriter()
        if schema.additionalProperties != nil || withOwn && schema.unevaluatedProperties != nil {
            members.line("evaluated.insertAll()")
        } else {
            let tests =
                schema.properties.map(\.name.nameTest)
                + schema.patternProperties.map { "\(patternConstant($0.pattern)).matches(member.name)" }
            if !tests.isEmpty {
                members.block("for (index, member) in node.members.enumerated()") { writer in
                    for test in tests { writer.block("if \(test)") { $0.line("evaluated.insert(index)") } }
                }
            }
        }
        for (name, dependent) in schema.dependentSchemas {
            guard let statement = mark(dependent, hint: hint + "With" + SwiftNaming.typeName(name)) else { continue }
            members.block("if \(name.lookup) != nil") { $0.line(statement) }
        }
        writer.block("if node.kind == .object", ifAny: members)
        markingInPlace(&writer, schema, hint)
    }

    private mutating func markingInPlace(_ writer: inout CodeWriter, _ schema: Schema, _ hint: String) {
        let dynamic = schema.dynamicReference.map { dynamicScope.target(of: $0) }
        for target in [schema.reference, dynamic].compactMap(\.self) + schema.allOf {
            if let statement = mark(target, hint: hint) { writer.line(statement) }
        }
        for branch in schema.anyOf + schema.oneOf {
            guard let statement = mark(branch, hint: hint) else { continue }
            let holds = holds(branch, hint: hint)
            writer.block("if \(holds)") { $0.line(statement) }
        }
        guard let condition = schema.ifSchema else { return }
        let parts = [mark(condition, hint: hint), schema.thenSchema.flatMap { mark($0, hint: hint) }].compactMap(\.self)
        conditional(
            &writer, condition, hint, then: parts.isEmpty ? nil : parts.joined(separator: "\n"),
            otherwise: schema.elseSchema.flatMap { mark($0, hint: hint) })
    }

    /// Whether a schema may evaluate members or elements.
    private func canMark(_ id: SchemaID) -> Bool {
        var seen: Set<SchemaID> = []
        var pending = [id]
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            let schema = graph[next]
            // The scope decides where a dynamic reference leads, so that it may be anything.
            if schema.dynamicReference != nil || schema.evaluatesParts { return true }
            pending += [schema.reference, schema.ifSchema, schema.thenSchema, schema.elseSchema].compactMap(\.self)
            pending += schema.allOf + schema.anyOf + schema.oneOf + schema.dependentSchemas.map(\.schema)
        }
        return false
    }
}

extension Schema {
    /// Whether one of its own keywords evaluates members or elements.
    fileprivate var evaluatesParts: Bool {
        !properties.isEmpty || !patternProperties.isEmpty || additionalProperties != nil || unevaluatedProperties != nil
            || !prefixItems.isEmpty || items != nil || contains != nil || unevaluatedItems != nil
    }
}
