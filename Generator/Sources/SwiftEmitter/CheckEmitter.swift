import ContractJSON
import ContractModel
import ContractPlan

/// Emits checks: functions that test a value against keywords without building anything.
extension DecoderEmitter {
    /// A statement that checks what `residual` leaves open; it records violations in `context`.
    mutating func check(_ residual: Residual, node: String, hint: String) -> String {
        "\(scope.name).\(checkFunction(residual, hint: hint))(\(node), &context)"
    }

    /// A statement that checks a whole schema; nil if there is nothing to check.
    mutating func check(_ id: SchemaID, node: String, hint: String) -> String? {
        let target = predicates.resolved(id)
        if predicates.isTrivial(target) { return nil }
        if let name = planner.typeName(of: target) {
            return "_ = \(Representation.generated(name).spelled(in: module)).decode(\(node), &context)"
        }
        return check(Residual(schema: target, covered: []), node: node, hint: hint)
    }

    private mutating func checkFunction(_ residual: Residual, hint: String) -> String {
        if let known = scope.known(.check(residual)) { return known }
        let name = scope.reserve(.check(residual), hint: "check" + hint)
        var writer = CodeWriter()
        writer.line("static func \(name)(_ node: JSONNode, _ context: inout DecodingContext) {")
        writer.indented { self.checks(&$0, residual, hint) }
        writer.line("}")
        scope.add(function: writer.lines)
        return name
    }

    private mutating func checks(_ writer: inout CodeWriter, _ residual: Residual, _ hint: String) {
        let schema = graph[residual.schema]
        let open = predicates.keywords(schema).subtracting(residual.covered)
        if open.contains("false") {
            writer.line("context.refuse(\"false\", \(schema.location.pointer("")), \"no value is allowed here\")")
        }
        if open.contains("type"), let types = schema.types {
            let list = types.map { "." + $0.rawValue }.sorted().joined(separator: ", ")
            writer.line("context.type(node, [\(list)], \(schema.location.pointer("type")))")
        }
        if open.contains("const"), let value = schema.constant {
            let constant = scope.constant("JSONValue", value.expression, hint: "constant")
            writer.line("context.constant(node, \(scope.name).\(constant), \(schema.location.pointer("const")))")
        }
        if open.contains("enum"), let values = schema.enumeration {
            let list = "[\(values.map(\.expression).joined(separator: ", "))]"
            let constant = scope.constant("[JSONValue]", list, hint: "values")
            writer.line("context.enumeration(node, \(scope.name).\(constant), \(schema.location.pointer("enum")))")
        }
        numberChecks(&writer, schema, open)
        textChecks(&writer, schema, open)
        arrayChecks(&writer, schema, open, hint)
        objectChecks(&writer, schema, open, hint)
        applicators(&writer, schema, open, hint)
        for keyword in ["unevaluatedItems", "unevaluatedProperties", "$dynamicRef"] where open.contains(keyword) {
            diagnostics.append(
                Diagnostic(
                    at: schema.location, "\(keyword) is not generated yet",
                    reason: "the generated check would have to track which members other branches evaluated",
                    remedy: "use additionalProperties or items, or validate with contractgen validate"))
        }
    }

    private mutating func numberChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>) {
        let limits = [
            ("multipleOf", schema.multipleOf), ("maximum", schema.maximum),
            ("exclusiveMaximum", schema.exclusiveMaximum),
            ("minimum", schema.minimum), ("exclusiveMinimum", schema.exclusiveMinimum),
        ]
        for case (let keyword, let limit?) in limits where open.contains(keyword) {
            let constant = scope.constant("JSONNumber", limit.expression, hint: "limit")
            writer.line(
                "context.range(node, \"\(keyword)\", \(scope.name).\(constant), \(schema.location.pointer(keyword)))")
        }
    }

    private mutating func textChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>) {
        guard !open.isDisjoint(with: ["minLength", "maxLength", "pattern", "format"]) else { return }
        writer.line("if let value = node.string {")
        writer.indented {
            if open.contains("minLength") || open.contains("maxLength") {
                var text = ""
                if let minimum = schema.minLength {
                    text += ", minimum: \(minimum), \(schema.location.pointer("minLength"))"
                }
                if let maximum = schema.maxLength {
                    text += ", maximum: \(maximum), \(schema.location.pointer("maxLength"))"
                }
                $0.line("context.length(value\(text))")
            }
            if open.contains("pattern"), let pattern = schema.pattern {
                let constant = self.scope.constant(
                    "ContractPattern", "ContractPattern(\(pattern.literal))", hint: "pattern")
                $0.line("context.pattern(value, \(self.scope.name).\(constant), \(schema.location.pointer("pattern")))")
            }
            if open.contains("format"), let format = schema.format {
                $0.line("context.format(value, \(format.literal), \(schema.location.pointer("format")))")
            }
        }
        writer.line("}")
    }

    private mutating func arrayChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String)
    {
        let keywords: Set<String> = ["prefixItems", "items", "contains", "minItems", "maxItems", "uniqueItems"]
        guard !open.isDisjoint(with: keywords) else { return }
        writer.line("if node.kind == .array {")
        writer.indented { writer in
            if open.contains("minItems") || open.contains("maxItems") {
                var text = ""
                if let minimum = schema.minItems {
                    text += ", minimum: \(minimum), \(schema.location.pointer("minItems"))"
                }
                if let maximum = schema.maxItems {
                    text += ", maximum: \(maximum), \(schema.location.pointer("maxItems"))"
                }
                writer.line("context.itemCount(node.count\(text))")
            }
            if open.contains("uniqueItems") {
                writer.line("context.unique(node, \(schema.location.pointer("uniqueItems")))")
            }
            for (index, prefix) in schema.prefixItems.enumerated() where open.contains("prefixItems") {
                guard
                    let statement = self.check(prefix, node: "node.element(\(index))", hint: hint + "Item\(index + 1)")
                else { continue }
                writer.line("if node.count > \(index) { context.at(index: \(index)) { context in \(statement) } }")
            }
            if open.contains("items"), let items = schema.items,
                let statement = self.check(items, node: "node.element(index)", hint: hint + "Element")
            {
                let start = schema.prefixItems.count
                let range = start == 0 ? "0..<node.count" : "\(start)..<max(\(start), node.count)"
                writer.line("for index in \(range) { context.at(index: index) { context in \(statement) } }")
            }
            if open.contains("contains"), let contains = schema.contains {
                let statement = self.check(contains, node: "node", hint: hint + "Contained") ?? "_ = node"
                let maximum = schema.maxContains.map { "\($0)" } ?? ".max"
                writer.line(
                    "context.contains(node, minimum: \(schema.minContains ?? 1), maximum: \(maximum), \(schema.location.pointer(""))) { node, context in \(statement) }"
                )
            }
        }
        writer.line("}")
    }

    private mutating func objectChecks(
        _ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String
    ) {
        let keywords: Set<String> = [
            "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
            "maxProperties", "dependentRequired", "dependentSchemas",
        ]
        guard !open.isDisjoint(with: keywords) else { return }
        writer.line("if node.kind == .object {")
        writer.indented { writer in
            if open.contains("minProperties") || open.contains("maxProperties") {
                var text = ""
                if let minimum = schema.minProperties {
                    text += ", minimum: \(minimum), \(schema.location.pointer("minProperties"))"
                }
                if let maximum = schema.maxProperties {
                    text += ", maximum: \(maximum), \(schema.location.pointer("maxProperties"))"
                }
                writer.line("context.memberCount(node.count\(text))")
            }
            if open.contains("required") {
                for name in schema.required {
                    writer.line(
                        "if node.member(\(name.literal)) == nil { context.missing(\(name.literal), \(schema.location.pointer("required"))) }"
                    )
                }
            }
            for (name, required) in schema.dependentRequired where open.contains("dependentRequired") {
                let names = required.map(\.literal).joined(separator: ", ")
                writer.line(
                    "context.dependent(node, \(name.literal), [\(names)], \(schema.location.pointer("dependentRequired/" + JSONPointer.escape(name))))"
                )
            }
            for (name, dependent) in schema.dependentSchemas where open.contains("dependentSchemas") {
                if let statement = self.check(dependent, node: "node", hint: hint + "With" + SwiftNaming.typeName(name))
                {
                    writer.line("if node.member(\(name.literal)) != nil { \(statement) }")
                }
            }
            if open.contains("propertyNames"), let names = schema.propertyNames,
                let statement = self.check(names, node: "node", hint: hint + "Name")
            {
                writer.line(
                    "context.names(node, \(schema.location.pointer("propertyNames"))) { node, context in \(statement) }"
                )
            }
            self.memberChecks(&writer, schema, open, hint)
        }
        writer.line("}")
    }

    private mutating func memberChecks(
        _ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String
    ) {
        guard !open.isDisjoint(with: ["properties", "patternProperties", "additionalProperties"]) else { return }
        let needsEvaluated = open.contains("additionalProperties")
        writer.line("for member in node.members {")
        writer.indented { writer in
            if needsEvaluated { writer.line("var isNamed = false") }
            for (name, property) in schema.properties {
                let statement =
                    open.contains("properties")
                    ? self.check(property, node: "member.value", hint: hint + SwiftNaming.typeName(name)) : nil
                guard statement != nil || needsEvaluated else { continue }
                let parts = [
                    needsEvaluated ? "isNamed = true" : nil,
                    statement.map { "context.at(\(name.literal)) { context in \($0) }" },
                ]
                writer.line("if member.isNamed(\(name.literal)) { \(parts.compactMap { $0 }.joined(separator: "; ")) }")
            }
            for (pattern, property) in schema.patternProperties {
                let statement =
                    open.contains("patternProperties")
                    ? self.check(property, node: "member.value", hint: hint + "Matching") : nil
                guard statement != nil || needsEvaluated else { continue }
                let constant = self.scope.constant(
                    "ContractPattern", "ContractPattern(\(pattern.literal))", hint: "pattern")
                let parts = [
                    needsEvaluated ? "isNamed = true" : nil,
                    statement.map { "context.at(dynamic: member.name) { context in \($0) }" },
                ]
                writer.line(
                    "if \(self.scope.name).\(constant).matches(member.name) { \(parts.compactMap { $0 }.joined(separator: "; ")) }"
                )
            }
            if needsEvaluated, let additional = schema.additionalProperties {
                if self.graph[additional].isNever {
                    writer.line(
                        "if !isNamed { context.unexpected(member.name, \(schema.location.pointer("additionalProperties"))) }"
                    )
                } else if let statement = self.check(additional, node: "member.value", hint: hint + "Additional") {
                    writer.line("if !isNamed { context.at(dynamic: member.name) { context in \(statement) } }")
                } else {
                    writer.line("_ = isNamed")
                }
            }
        }
        writer.line("}")
    }

    private mutating func applicators(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String)
    {
        if open.contains("$ref"), let target = schema.reference,
            let statement = check(target, node: "node", hint: hint + "Target")
        {
            writer.line(statement)
        }
        for branch in schema.allOf where open.contains("allOf") {
            if let statement = check(branch, node: "node", hint: hint) { writer.line(statement) }
        }
        for (keyword, branches) in [("anyOf", schema.anyOf), ("oneOf", schema.oneOf)] where open.contains(keyword) {
            let closures = branches.map { branch in
                let statement = check(branch, node: "node", hint: hint) ?? "_ = node"
                return "{ node, context in \(statement) }"
            }
            writer.line("context.\(keyword)(node, \(schema.location.pointer(keyword)), [")
            writer.indented { for closure in closures { $0.line(closure + ",") } }
            writer.line("])")
        }
        if open.contains("not"), let not = schema.not {
            let statement = check(not, node: "node", hint: hint + "Excluded") ?? "_ = node"
            writer.line("context.not(node, \(schema.location.pointer("not"))) { node, context in \(statement) }")
        }
        if open.contains("if"), let condition = schema.ifSchema {
            let statement = check(condition, node: "node", hint: hint + "Condition") ?? "_ = node"
            let then = schema.thenSchema.flatMap { check($0, node: "node", hint: hint + "Then") }
            let otherwise = schema.elseSchema.flatMap { check($0, node: "node", hint: hint + "Else") }
            if then == nil, otherwise == nil { return }
            writer.line("if context.holds(node, { node, context in \(statement) }) {")
            writer.indented { if let then { $0.line(then) } }
            if let otherwise {
                writer.line("} else {")
                writer.indented { $0.line(otherwise) }
            }
            writer.line("}")
        }
    }
}
