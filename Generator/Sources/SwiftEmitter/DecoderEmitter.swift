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
    var diagnostics: [Diagnostic] = []

    init(graph: SchemaGraph, module: String, planner: Planner, scopeName: String) {
        self.graph = graph
        predicates = SchemaPredicates(graph: graph)
        self.module = module
        self.planner = planner
        scope = FunctionScope(name: scopeName)
    }

    /// Whether decoding `representation` by its own type covers every keyword of the schema.
    private func decodesItself(_ id: SchemaID, _ representation: Representation) -> Bool {
        guard case .generated = representation else { return false }
        return predicates.isPureReference(id) || !predicates.isPureReference(id) && graph[id].reference == nil
    }

    /// An expression of type `Type?` that reads `node`.
    mutating func decode(_ id: SchemaID, as representation: Representation, node: String, hint: String) -> String {
        let target = predicates.resolved(id)
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
        if let known = scope.known(.decode(id)) { return known }
        let name = scope.reserve(.decode(id), hint: "decode" + hint)
        var writer = CodeWriter()
        let type = representation.spelled(in: module)
        writer.line("static func \(name)(_ node: JSONNode, _ context: inout DecodingContext) -> \(type)? {")
        writer.indented { self.body(&$0, id, representation, hint) }
        writer.line("}")
        scope.add(function: writer.lines)
        return name
    }

    private mutating func body(
        _ writer: inout CodeWriter, _ id: SchemaID, _ representation: Representation, _ hint: String
    ) {
        if case .nullable(let inner) = representation {
            writer.line("if node.kind == .null { return .some(nil) }")
            if let other = planner.nullableTarget(id) {
                writer.line("return " + decode(other, as: inner, node: "node", hint: hint + "Value"))
                return
            }
            plainBody(&writer, id, inner, hint)
            return
        }
        plainBody(&writer, id, representation, hint)
    }

    private mutating func plainBody(
        _ writer: inout CodeWriter, _ id: SchemaID, _ representation: Representation, _ hint: String
    ) {
        let typeAt = typeLocation(id).pointer("type")
        var covered: Set<String> = []
        switch representation {
        case .string:
            writer.line("guard let value = context.string(node, \(typeAt)) else { return nil }")
            covered = stringChecks(id, &writer)
        case .bool:
            writer.line("guard let value = context.bool(node, \(typeAt)) else { return nil }")
            covered = ["type"]
        case .integer:
            writer.line("guard let value = context.integer(node, \(typeAt)) else { return nil }")
            covered = integerChecks(id, &writer)
        case .number:
            writer.line("guard let value = context.double(node, \(typeAt)) else { return nil }")
            covered = ["type"]
        case .dateTime:
            writer.line(
                "guard let value = context.dateTime(node, \(typeAt), \(graph[id].location.pointer("format"))) else { return nil }"
            )
            covered = graph[id].format == nil ? ["type"] : ["type", "format"]
        case .array(let element, let isIsolated):
            covered = arrayBody(id, element, isIsolated: isIsolated, typeAt: typeAt, hint: hint, &writer)
        case .dictionary(let value):
            if let additional = graph[id].additionalProperties {
                let read = decode(additional, as: value, node: "node", hint: hint + "Member")
                writer.line("guard let value = context.dictionary(node, \(typeAt), { node, context in \(read) })")
                writer.line("else { return nil }")
            }
            covered = ["type", "additionalProperties"]
        case .freeObject:
            writer.line(
                "guard context.isObject(node, \(typeAt)), case .object(let value) = node.value else { return nil }")
            covered = ["type"]
        case .generated(let name):
            let own = Representation.generated(name).spelled(in: module)
            writer.line("let value = \(own).decode(node, &context)")
            if planner.typeName(of: id) != name { covered = ["$ref"] } else { covered = predicates.keywords(graph[id]) }
        case .any, .nullable:
            writer.line("let value = node.value")
        }
        if !predicates.keywords(graph[id]).subtracting(covered).isEmpty {
            writer.line(check(Residual(schema: id, covered: covered), node: "node", hint: hint))
        }
        writer.line("return value")
    }

    private func typeLocation(_ id: SchemaID) -> SourceLocation {
        var current = id
        var seen: Set<SchemaID> = []
        while graph[current].types == nil, let target = graph[current].reference, seen.insert(current).inserted {
            current = target
        }
        return graph[current].location
    }

    private mutating func stringChecks(_ id: SchemaID, _ writer: inout CodeWriter) -> Set<String> {
        let schema = graph[id]
        if schema.minLength ?? 0 > 0 || schema.maxLength != nil {
            writer.line(
                "context.length(value\(bounds(schema.minLength, "minLength", schema.maxLength, "maxLength", schema.location)))"
            )
        }
        if let pattern = schema.pattern {
            let constant = scope.constant("ContractPattern", "ContractPattern(\(pattern.literal))", hint: "pattern")
            writer.line("context.pattern(value, \(scope.name).\(constant), \(schema.location.pointer("pattern")))")
        }
        if let format = schema.format, schema.assertsFormat {
            writer.line("context.format(value, \(format.literal), \(schema.location.pointer("format")))")
        }
        return ["type", "minLength", "maxLength", "pattern", "format"]
    }

    private func integerChecks(_ id: SchemaID, _ writer: inout CodeWriter) -> Set<String> {
        let schema = graph[id]
        let minimum = schema.minimum.flatMap { $0.int64.map { Int($0) } }
        let maximum = schema.maximum.flatMap { $0.int64.map { Int($0) } }
        var covered: Set<String> = ["type"]
        if minimum != nil { covered.insert("minimum") }
        if maximum != nil { covered.insert("maximum") }
        if minimum != nil || maximum != nil {
            writer.line("context.bounds(value\(bounds(minimum, "minimum", maximum, "maximum", schema.location)))")
        }
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
        var covered: Set<String> = ["type", "minItems", "maxItems", "uniqueItems"]
        var read = "node.value"
        if let items = schema.items, schema.prefixItems.isEmpty, !graph[items].isNever {
            covered.insert("items")
            read = decode(items, as: element, node: "node", hint: hint + "Element")
        }
        if isIsolated { read = "context.isolated(node) { node, context in \(read) }" }
        writer.line("guard let value = context.array(node, \(typeAt), { node, context in \(read) })")
        writer.line("else { return nil }")
        if schema.minItems ?? 0 > 0 || schema.maxItems != nil {
            writer.line(
                "context.itemCount(value.count\(bounds(schema.minItems, "minItems", schema.maxItems, "maxItems", schema.location)))"
            )
        }
        if schema.hasUniqueItems { writer.line("context.unique(node, \(schema.location.pointer("uniqueItems")))") }
        return covered
    }
}
