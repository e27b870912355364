import ContractJSON
import ContractModel
import ContractPlan

/// Emits the expressions and functions that read and check one value.
struct DecoderEmitter {
    let graph: SchemaGraph
    let predicates: SchemaPredicates
    let module: String
    var planner: Planner
    var scope: FunctionScope
    /// The dynamic scope in which the function that is being emitted is called.
    private(set) var dynamicScope = DynamicScope()
    var diagnostics: [Diagnostic] = []

    init(graph: SchemaGraph, module: String, planner: Planner, scopeName: String) {
        self.graph = graph
        predicates = planner.predicates
        self.module = module
        self.planner = planner
        scope = FunctionScope(name: scopeName)
    }

    /// The dynamic scope inside a schema; the empty one where it makes no difference, so that one function serves all.
    func scopeInside(_ id: SchemaID) -> DynamicScope {
        guard predicates.dependsOnScope(id) else { return DynamicScope() }
        return dynamicScope.entering(graph[id].resource, of: graph)
    }

    /// Emits the body of a function for a schema and adds the function.
    mutating func addFunction(
        _ head: String, for id: SchemaID, _ body: (inout DecoderEmitter, inout CodeWriter) -> Void
    ) {
        let outer = dynamicScope
        dynamicScope = scopeInside(id)
        var writer = CodeWriter()
        writer.block(head) { body(&self, &$0) }
        dynamicScope = outer
        scope.add(function: writer.lines)
    }

    /// Whether decoding `representation` by its own type covers every keyword of the schema.
    private func decodesItself(_ id: SchemaID, _ representation: Representation) -> Bool {
        guard case .generated = representation else { return false }
        return predicates.isPureReference(id) || graph[id].reference == nil
    }

    /// The schema behind references that stand alone, unless the way there belongs to the dynamic scope.
    func resolved(_ id: SchemaID) -> SchemaID { predicates.dependsOnScope(id) ? id : predicates.resolved(id) }

    /// An expression of type `Type?` that reads `node`.
    mutating func decode(_ id: SchemaID, as representation: Representation, node: String, hint: String) -> String {
        let target = resolved(id)
        if case .generated(let name) = representation, decodesItself(id, representation),
            planner.typeName(of: target) == name
        {
            return "\(Representation.generated(name).spelled(in: module)).decode(\(node), &context)"
        }
        if representation == .any, predicates.isTrivial(target) { return "\(node).value" }
        let function = decodeFunction(target, as: representation, hint: hint)
        return "\(scope.name).\(function)(\(node), &context)"
    }

    private mutating func decodeFunction(_ id: SchemaID, as representation: Representation, hint: String) -> String {
        let key = FunctionScope.Key.decode(id, representation, scopeInside(id))
        if let known = scope.known(key) { return known }
        let name = scope.reserve(key, hint: "decode" + hint)
        let type = representation.spelled(in: module)
        addFunction("static func \(name)(_ node: JSONNode, _ context: inout DecodingContext) -> \(type)?", for: id) {
            $0.body(&$1, id, representation, hint)
        }
        return name
    }

    private mutating func body(
        _ writer: inout CodeWriter, _ id: SchemaID, _ representation: Representation, _ hint: String
    ) {
        guard case .nullable(let inner) = representation else {
            plainBody(&writer, id, representation, hint)
            return
        }
        if let other = planner.nullableTarget(id) {
            writer.line("if node.kind == .null { return .some(nil) }")
            writer.line("return " + decode(other, as: inner, node: "node", hint: hint + "Value"))
            return
        }
        // Of the keywords besides `type`, these may refuse null.
        let open = predicates.keywords(graph[id])
        let covered = open.subtracting(["allOf", "anyOf", "oneOf", "not", "if", "$ref", "$dynamicRef"])
        if open == covered {
            writer.line("if node.kind == .null { return .some(nil) }")
        } else {
            writer.block("if node.kind == .null") {
                $0.line(self.check(Residual(schema: id, covered: covered), node: "node", hint: hint + "Null"))
                $0.line("return .some(nil)")
            }
        }
        plainBody(&writer, id, inner, hint)
    }

    private mutating func plainBody(
        _ writer: inout CodeWriter, _ id: SchemaID, _ representation: Representation, _ hint: String
    ) {
        let typeAt = typeArguments(of: id)
        var covered = typeKeyword(id)
        switch representation {
        case .string:
            writer.line("guard let value = context.string(node, \(typeAt)) else { return nil }")
            covered.formUnion(stringChecks(id, &writer))
        case .bool: writer.line("guard let value = context.bool(node, \(typeAt)) else { return nil }")
        case .integer: covered.formUnion(integerBody(id, typeAt, &writer))
        case .wholeNumber: writer.line("guard let value = context.wholeNumber(node, \(typeAt)) else { return nil }")
        case .number: writer.line("guard let value = context.double(node, \(typeAt)) else { return nil }")
        case .dateTime:
            let format = graph[id].location.pointer("format")
            writer.line("guard let value = context.dateTime(node, \(typeAt), format: \(format)) else { return nil }")
            if graph[id].format != nil { covered.insert("format") }
        case .array(let element, let isIsolated):
            covered.formUnion(arrayBody(id, element, isIsolated: isIsolated, typeAt: typeAt, hint: hint, &writer))
        case .dictionary(let value):
            if let additional = graph[id].additionalProperties {
                let read = decode(additional, as: value, node: "node", hint: hint + "Member")
                writer.line(
                    "guard let value = context.dictionary(node, \(typeAt), decode: { node, context in \(read) }) else { return nil }"
                )
            }
            covered.insert("additionalProperties")
        case .freeObject:
            writer.line("guard let value = context.object(node, \(typeAt)) else { return nil }")
        case .generated(let name):
            let own = Representation.generated(name).spelled(in: module)
            writer.line("let value = \(own).decode(node, &context)")
            covered = planner.typeName(of: id) != name ? ["$ref"] : predicates.keywords(graph[id])
        case .any, .nullable:
            writer.line("let value = node.value")
            covered = []
        }
        if !predicates.keywords(graph[id]).subtracting(covered).isEmpty {
            writer.line(check(Residual(schema: id, covered: covered), node: "node", hint: hint))
        }
        writer.line("return value")
    }

    /// What says where the type of a schema is limited: `"file#/pointer/type"`, with another keyword than `type` named.
    func typeArguments(of id: SchemaID) -> String {
        let place = predicates.typePlace(of: id)
        let pointer = place.location.pointer(place.keyword)
        return place.keyword == "type" ? pointer : pointer + ", keyword: \(place.keyword.literal)"
    }

    /// The `type` keyword, if it is one that reading the value checks.
    private func typeKeyword(_ id: SchemaID) -> Set<String> { graph[id].types == nil ? [] : ["type"] }

    private mutating func stringChecks(_ id: SchemaID, _ writer: inout CodeWriter) -> Set<String> {
        let schema = graph[id]
        if schema.minLength ?? 0 > 0 || schema.maxLength != nil {
            let limits = bounds(schema.minLength, "minLength", schema.maxLength, "maxLength", schema.location)
            writer.line("context.length(value\(limits))")
        }
        if let pattern = schema.pattern {
            let constant = scope.constant("ContractPattern", "ContractPattern(\(pattern.literal))", hint: "pattern")
            writer.line("context.pattern(value, \(scope.name).\(constant), \(schema.location.pointer("pattern")))")
        }
        if let format = schema.format, schema.assertsFormat {
            writer.line("context.format(value, \(format.literal), \(schema.location.pointer("format")))")
        }
        return ["minLength", "maxLength", "pattern", "format"]
    }

    private func integerBody(_ id: SchemaID, _ typeAt: String, _ writer: inout CodeWriter) -> Set<String> {
        let schema = graph[id]
        let minimum = schema.minimum.flatMap { $0.int64.map { Int($0) } }
        let maximum = schema.maximum.flatMap { $0.int64.map { Int($0) } }
        var covered: Set<String> = []
        if minimum != nil { covered.insert("minimum") }
        if maximum != nil { covered.insert("maximum") }
        var text = bounds(minimum, "minimum", maximum, "maximum", schema.location)
        if let bits = schema.format.flatMap({ ["int32": 32, "int64": 64][$0] }), schema.assertsFormat {
            covered.insert("format")
            text += ", bits: \(bits), \(schema.location.pointer("format"))"
        }
        writer.line("guard let value = context.integer(node, \(typeAt)\(text)) else { return nil }")
        return covered
    }

    private func bounds(
        _ minimum: Int?, _ minimumKeyword: String, _ maximum: Int?, _ maximumKeyword: String, _ location: SourceLocation
    ) -> String {
        var text = ""
        if let minimum { text += ", minimum: \(minimum), \(location.pointer(minimumKeyword))" }
        if let maximum { text += ", maximum: \(maximum), \(location.pointer(maximumKeyword))" }
        return text
    }

    private mutating func arrayBody(
        _ id: SchemaID, _ element: Representation, isIsolated: Bool, typeAt: String, hint: String,
        _ writer: inout CodeWriter
    ) -> Set<String> {
        let schema = graph[id]
        var covered: Set<String> = ["minItems", "maxItems", "uniqueItems"]
        var read = "node.value"
        if let items = schema.items, schema.prefixItems.isEmpty, !graph[items].isNever {
            covered.insert("items")
            read = decode(items, as: element, node: "node", hint: hint + "Element")
        }
        if isIsolated { read = "context.isolated(node) { node, context in \(read) }" }
        writer.line(
            "guard let value = context.array(node, \(typeAt), decode: { node, context in \(read) }) else { return nil }"
        )
        if schema.minItems ?? 0 > 0 || schema.maxItems != nil {
            let limits = bounds(schema.minItems, "minItems", schema.maxItems, "maxItems", schema.location)
            writer.line("context.itemCount(value.count\(limits))")
        }
        if schema.hasUniqueItems { writer.line("context.unique(node, \(schema.location.pointer("uniqueItems")))") }
        return covered
    }
}
