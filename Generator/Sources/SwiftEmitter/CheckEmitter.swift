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
        let target = resolved(id)
        if predicates.isTrivial(target) { return nil }
        if let name = planner.typeName(of: target) {
            let decode = "_ = \(Representation.generated(name).spelled(in: module)).decode(\(node), &context)"
            return planner.allowsNull(target) ? "if \(node).kind != .null { \(decode) }" : decode
        }
        return check(Residual(schema: target, covered: []), node: node, hint: hint)
    }

    private mutating func checkFunction(_ residual: Residual, hint: String) -> String {
        let key = FunctionScope.Key.check(residual, scopeInside(residual.schema))
        if let known = scope.known(key) { return known }
        let name = scope.reserve(key, hint: "check" + hint)
        addFunction("static func \(name)(_ node: JSONNode, _ context: inout DecodingContext)", for: residual.schema) {
            $0.checks(&$1, residual, hint)
        }
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
        unevaluatedChecks(&writer, residual.schema, open, hint)
    }

    private mutating func numberChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>) {
        let limits = [
            ("multipleOf", schema.multipleOf), ("maximum", schema.maximum),
            ("exclusiveMaximum", schema.exclusiveMaximum),
            ("minimum", schema.minimum), ("exclusiveMinimum", schema.exclusiveMinimum),
        ]
        for case (let keyword, let limit?) in limits where open.contains(keyword) {
            let constant = scope.constant("JSONNumber", limit.expression, hint: "limit")
            let pointer = schema.location.pointer(keyword)
            writer.line("context.range(node, \"\(keyword)\", \(scope.name).\(constant), \(pointer))")
        }
        if open.contains("format"), let bits = schema.format.flatMap({ ["int32": 32, "int64": 64][$0] }) {
            writer.line("context.bits(node, \(bits), \(schema.location.pointer("format")))")
        }
    }

    private mutating func textChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>) {
        guard !open.isDisjoint(with: ["minLength", "maxLength", "pattern", "format"]) else { return }
        let limits = limits(
            ("minimum", open.contains("minLength") ? schema.minLength : nil, "minLength"),
            ("maximum", open.contains("maxLength") ? schema.maxLength : nil, "maxLength"), schema)
        let pattern = open.contains("pattern") ? schema.pattern : nil
        let format =
            open.contains("format") ? schema.format.flatMap { ["int32", "int64"].contains($0) ? nil : $0 } : nil
        if limits.isEmpty, pattern == nil, format == nil { return }
        writer.block("if let value = node.string") {
            if !limits.isEmpty { $0.line("context.length(value\(limits))") }
            if let pattern {
                let constant = self.patternConstant(pattern)
                $0.line("context.pattern(value, \(constant), \(schema.location.pointer("pattern")))")
            }
            if let format { $0.line("context.format(value, \(format.literal), \(schema.location.pointer("format")))") }
        }
    }

    /// `, minimum: 1, "file#/pointer/minItems"` and the like for the limits that are there.
    func limits(
        _ minimum: (label: String, value: Int?, keyword: String),
        _ maximum: (label: String, value: Int?, keyword: String),
        _ schema: Schema
    ) -> String {
        [minimum, maximum].map { limit in
            limit.value.map { ", \(limit.label): \($0), \(schema.location.pointer(limit.keyword))" } ?? ""
        }.joined()
    }

    /// The compiled pattern of a `pattern` or `patternProperties`.
    mutating func patternConstant(_ pattern: String) -> String {
        "\(scope.name)."
            + scope.constant("ContractPattern", "ContractPattern(\(pattern.literal))", hint: "pattern")
    }

    private mutating func applicators(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String)
    {
        if open.contains("$ref"), let target = schema.reference,
            let statement = check(target, node: "node", hint: hint + "Target")
        {
            writer.line(statement)
        }
        if open.contains("$dynamicRef"), let reference = schema.dynamicReference,
            let statement = check(dynamicScope.target(of: reference), node: "node", hint: hint + "Target")
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
            writer.line("context.\(keyword)(")
            writer.indented { writer in
                writer.line("node, \(schema.location.pointer(keyword)),")
                writer.line("[")
                writer.indented { for closure in closures { $0.line(closure + ",") } }
                writer.line("])")
            }
        }
        if open.contains("not"), let not = schema.not {
            let statement = check(not, node: "node", hint: hint + "Excluded") ?? "_ = node"
            writer.line("context.not(node, \(schema.location.pointer("not"))) { node, context in \(statement) }")
        }
        if open.contains("if"), let condition = schema.ifSchema {
            conditional(
                &writer, condition, hint,
                then: schema.thenSchema.flatMap { check($0, node: "node", hint: hint + "Then") },
                otherwise: schema.elseSchema.flatMap { check($0, node: "node", hint: hint + "Else") })
        }
    }

    /// `if` with what to do where the condition holds and where it does not.
    mutating func conditional(
        _ writer: inout CodeWriter, _ condition: SchemaID, _ hint: String, then: String?, otherwise: String?
    ) {
        if then == nil, otherwise == nil { return }
        let holds = self.holds(condition, hint: hint + "Condition")
        if holds == "true" {
            // The compiler warns of code that no value reaches.
            if let then { writer.line(then) }
            return
        }
        guard let then else {
            writer.block("if !\(holds)") { if let otherwise { $0.line(otherwise) } }
            return
        }
        writer.block("if \(holds)", closing: otherwise == nil ? "}" : "} else {") { $0.line(then) }
        guard let otherwise else { return }
        writer.indented { $0.line(otherwise) }
        writer.line("}")
    }

    /// An expression that says whether a schema is satisfied.
    mutating func holds(_ id: SchemaID, node: String = "node", hint: String) -> String {
        guard let statement = check(id, node: "node", hint: hint) else { return "true" }
        return "context.holds(\(node), { node, context in \(statement) })"
    }
}
