import ContractJSON
import ContractModel
import ContractPlan

/// Emits the types of one plan: declarations, initialisers, decoders and writers.
struct TypeEmitter {
    var decoder: DecoderEmitter
    let module: String

    private var graph: SchemaGraph { decoder.graph }

    /// Emits a type and, in extensions at file scope, what is nested in it.
    mutating func emit(_ plan: TypePlan, into writer: inout CodeWriter) {
        emitAlone(plan, into: &writer)
        emit(nested: plan.nested, in: plan.name, into: &writer)
    }

    /// Emits types as extensions of the type that they are nested in. Extensions stand at file scope only, so deeper ones
    /// follow behind.
    mutating func emit(nested plans: [TypePlan], in owner: TypeName, into writer: inout CodeWriter) {
        for plan in plans {
            writer.line()
            writer.line("extension \(owner.dotted) {")
            writer.indented { self.emitAlone(plan, into: &$0) }
            writer.line("}")
            emit(nested: plan.nested, in: plan.name, into: &writer)
        }
    }

    private mutating func emitAlone(_ plan: TypePlan, into writer: inout CodeWriter) {
        let location = graph[plan.schema].location
        writer.documentation(
            graph[plan.schema].summary ?? graph[plan.schema].title, fallback: "`\(plan.name.dotted)` of the contract.")
        writer.line("///")
        writer.line("/// Contract: `\(location.file)#\(location.pointer)`")
        if graph[plan.schema].isDeprecated {
            // An attribute would make a warning of every use, those in generated code included.
            writer.line("///")
            writer.line("/// - Warning: Deprecated by the contract.")
        }
        switch plan.shape {
        case .structure(let structure): emit(structure, plan, into: &writer)
        case .strings(let strings): emit(strings, plan, into: &writer)
        case .union(let union): emit(union, plan, into: &writer)
        case .alias(let representation): emitAlias(representation, plan, into: &writer)
        }
    }

    func simpleName(_ plan: TypePlan) -> String { plan.name.path.last ?? "" }

    // MARK: Aliases

    private mutating func emitAlias(_ representation: Representation, _ plan: TypePlan, into writer: inout CodeWriter) {
        writer.line("public typealias \(simpleName(plan)) = \(representation.spelled(in: module))")
        writer.line()
        let expression = decoder.decode(plan.schema, as: representation, node: "node", hint: simpleName(plan))
        writer.line("/// Reads and validates ``\(simpleName(plan))``.")
        writer.block("public enum \(simpleName(plan))Schema: ContractSchema") {
            $0.line("/// Reads and validates a value.")
            $0.block(
                "public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> \(representation.spelled(in: module))?"
            ) { $0.line(expression) }
        }
    }

    // MARK: Structs

    private mutating func emit(_ planned: StructurePlan, _ plan: TypePlan, into writer: inout CodeWriter) {
        var structure = planned
        // A default without a Swift literal leaves the member optional.
        for index in structure.properties.indices {
            let property = structure.properties[index]
            if let value = property.defaultValue, defaultLiteral(value, property.representation) == nil {
                structure.properties[index].defaultValue = nil
            }
        }
        writer.line("public struct \(simpleName(plan)): ContractValue {")
        writer.indented { writer in
            let stored = structure.properties.filter { $0.constant == nil }
            let storage = MemberStorage(structure, nested: plan.nested)
            for property in stored { self.declare(property, storage, into: &writer) }
            if let rest = self.rest(structure) {
                writer.line("/// \(rest.summary)")
                if let storage {
                    storage.declare(
                        rest.name, escaped: rest.name, type: rest.type, isOutOfLine: false, into: &writer)
                } else {
                    writer.line("public var \(rest.name): \(rest.type)")
                }
            }
            if let storage {
                let rest = self.rest(structure).map { [($0.name, $0.type)] } ?? []
                storage.declare(
                    stored.map { property in
                        let type = property.spelledType(in: self.module)
                        return (
                            property.escapedName, property.wrapper.map { "\($0)<\(self.wrapped(property))>" } ?? type
                        )
                    } + rest, into: &writer)
            }
            self.initialiser(structure, stored, storage, into: &writer)
            self.decoder(structure, plan, into: &writer)
            self.writerFunction(structure, into: &writer)
        }
        writer.line("}")
    }

    /// The property for members without one of their own, and its documentation.
    private func rest(_ structure: StructurePlan) -> (name: String, type: String, summary: String)? {
        switch structure.additional {
        case .kept: ("unknownMembers", "JSONObject", "Members that the contract does not name, kept as received.")
        case .typed(_, let representation):
            (
                "additionalMembers", "[String: \(representation.spelled(in: module))]",
                "Members besides the named ones."
            )
        case .refused: nil
        }
    }

    /// What a wrapper wraps: ``Boxed`` has its optional inside.
    private func wrapped(_ property: PropertyPlan) -> String {
        property.isBoxed ? property.representation.spelled(in: module) : property.spelledType(in: module)
    }

    private func declare(_ property: PropertyPlan, _ storage: MemberStorage?, into writer: inout CodeWriter) {
        let schema = property.schemas.first.map { graph[$0] }
        let target = property.schemas.first.map { graph[decoder.predicates.resolved($0)] }
        writer.documentation(
            schema?.summary ?? target?.summary ?? target?.title, fallback: "Member `\(property.name)`.")
        let type = property.spelledType(in: module)
        if let storage {
            storage.declare(
                property.swiftName, escaped: property.escapedName, type: type, isOutOfLine: property.wrapper != nil,
                into: &writer)
        } else {
            writer.line("\(property.wrapper.map { "@\($0) " } ?? "")public var \(property.escapedName): \(type)")
        }
    }

    private func initialiser(
        _ structure: StructurePlan, _ stored: [PropertyPlan], _ storage: MemberStorage?, into writer: inout CodeWriter
    ) {
        var parameters = stored.map { property -> String in
            let type = property.spelledType(in: module)
            if property.isThreeState { return "\(property.escapedName): \(type) = .absent" }
            if let value = property.defaultValue, let literal = defaultLiteral(value, property.representation) {
                return "\(property.escapedName): \(type) = \(literal)"
            }
            return property.isRequired ? "\(property.escapedName): \(type)" : "\(property.escapedName): \(type) = nil"
        }
        var assignments = stored.map { "self.\($0.swiftName) = \($0.escapedName)" }
        switch structure.additional {
        case .kept:
            parameters.append("unknownMembers: JSONObject = JSONObject()")
            assignments.append("self.unknownMembers = unknownMembers")
        case .typed(_, let representation):
            parameters.append("additionalMembers: [String: \(representation.spelled(in: module))] = [:]")
            assignments.append("self.additionalMembers = additionalMembers")
        case .refused: break
        }
        writer.line()
        writer.line("/// Creates a value; it is validated when it is sent.")
        let list = parameters.joined(separator: ", ")
        if list.count < 90 {
            writer.line("public init(\(list)) {")
        } else {
            writer.line("public init(")
            writer.indented { writer in
                for (index, parameter) in parameters.enumerated() {
                    writer.line(parameter + (index + 1 < parameters.count ? "," : ""))
                }
            }
            writer.line(") {")
        }
        writer.indented { writer in
            guard let storage else { return assignments.forEach { writer.line($0) } }
            let members = stored.map { property in
                let value = property.wrapper.map { "\($0)(wrappedValue: \(property.escapedName))" }
                return "\(property.argumentLabel): \(value ?? property.escapedName)"
            }
            let rest = self.rest(structure).map { ["\($0.name): \($0.name)"] } ?? []
            self.construct("let \(storage.local) = ", storage.type, members + rest, into: &writer)
            writer.line("self.init(\(storage.local))")
        }
        writer.line("}")
    }

    /// A Swift literal for a default of a closed contract.
    func defaultLiteral(_ value: JSONValue, _ representation: Representation) -> String? {
        switch (representation, value) {
        case (.string, .string(let text)): text.literal
        case (.bool, .bool(let truth)): String(truth)
        case (.integer, .number(let number)): number.int64.map(String.init)
        case (.wholeNumber, .number(let number)): number.int64.map { "JSONNumber(\($0))" }
        case (.number, .number(let number)): number.text
        case (.generated(let name), _):
            decoder.planner.expression(of: value, as: name, in: module)
        case (.array(let element, false), .array(let values)): arrayLiteral(values.map { defaultLiteral($0, element) })
        default: nil
        }
    }

    private func arrayLiteral(_ elements: [String?]) -> String? {
        elements.contains(nil) ? nil : "[\(elements.compactMap { $0 }.joined(separator: ", "))]"
    }

    private func writerFunction(_ structure: StructurePlan, into writer: inout CodeWriter) {
        writer.line()
        writer.line("/// Writes the value.")
        writer.line("public func write(to writer: inout JSONWriter) {")
        writer.indented { writer in
            writer.line("writer.beginObject()")
            for property in structure.properties { self.write(property, into: &writer) }
            switch structure.additional {
            case .kept:
                writer.block("for member in unknownMembers") {
                    $0.line("writer.name(dynamic: member.name)")
                    $0.line("writer.value(member.value)")
                }
            case .typed:
                writer.block("for (name, value) in additionalMembers.sorted(by: { $0.key < $1.key })") {
                    $0.line("writer.name(dynamic: name)")
                    $0.line("value.write(to: &writer)")
                }
            case .refused: break
            }
            writer.line("writer.endObject()")
        }
        writer.line("}")
    }

    private func write(_ property: PropertyPlan, into writer: inout CodeWriter) {
        let isPlain = property.name.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        let name = isPlain ? "writer.name(\(property.name.literal))" : "writer.name(dynamic: \(property.name.literal))"
        let member = property.escapedName
        if let constant = property.constant {
            writer.line(name)
            if let text = constant.string {
                writer.line("writer.string(\(text.literal))")
            } else {
                writer.line("writer.value(\(constant.expression))")
            }
        } else if property.isThreeState {
            writer.line("switch self.\(property.swiftName) {")
            writer.line("case .absent: break")
            writer.line("case .null:")
            writer.indented {
                $0.line(name)
                $0.line("writer.null()")
            }
            writer.line("case .value(let value):")
            writer.indented {
                $0.line(name)
                $0.line("value.write(to: &writer)")
            }
            writer.line("}")
        } else if property.isRequired || property.defaultValue != nil {
            writer.line(name)
            writer.line("self.\(property.swiftName).write(to: &writer)")
        } else {
            let bound = local(property)
            writer.block(bound == member ? "if let \(member)" : "if let \(bound) = self.\(property.swiftName)") {
                $0.line(name)
                $0.line("\(bound).write(to: &writer)")
            }
        }
    }
}
