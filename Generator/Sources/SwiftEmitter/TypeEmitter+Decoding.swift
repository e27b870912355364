import ContractJSON
import ContractModel
import ContractPlan

/// The function that reads a struct.
extension TypeEmitter {
    mutating func decoder(_ structure: StructurePlan, _ plan: TypePlan, into writer: inout CodeWriter) {
        writer.line()
        writer.line("/// Reads and validates a value.")
        let own = simpleName(plan)
        writer.line("public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> \(own)? {")
        writer.indented { writer in
            writer.line(
                "guard context.isObject(node, \(self.decoder.typeArguments(of: plan.schema))) else { return nil }")
            let choices = self.decoder.choices(structure)
            for property in structure.properties {
                if property.constant != nil {
                    writer.line("var has\(SwiftNaming.typeName(property.swiftName)) = false")
                } else {
                    let name = self.local(property)
                    let type = property.representation.spelled(in: self.module)
                    // A box from the start: what is out of line in the value is never copied.
                    writer.line(property.isBoxed ? "var \(name) = Boxed<\(type)>()" : "var \(name): \(type)? = nil")
                }
            }
            for choice in choices { writer.line("var \(choice.variable): Int? = nil") }
            switch structure.additional {
            case .kept: writer.line("var unknownMembers = JSONObject()")
            case .typed(_, let representation):
                writer.line("var additionalMembers: [String: \(representation.spelled(in: self.module))] = [:]")
            case .refused: break
            }
            self.memberLoop(structure, choices, own, into: &writer)
            for property in structure.properties { self.requirement(property, into: &writer) }
            for (name, location) in structure.otherRequired { writer.line(self.decoder.missing(name, location)) }
            for residual in structure.residuals {
                if self.decoder.conditional(residual, choices, hint: own, into: &writer) { continue }
                writer.line(self.decoder.check(residual, node: "node", hint: own))
            }
            self.construct(structure, plan, own, into: &writer)
        }
        writer.line("}")
    }

    /// The variable that holds a member while decoding; never one of the function's own names.
    func local(_ property: PropertyPlan) -> String {
        let own: Set<String> = ["context", "node", "member", "writer", "unknownMembers", "additionalMembers"]
        return own.contains(property.swiftName) ? property.swiftName + "Member" : property.escapedName
    }

    private mutating func memberLoop(
        _ structure: StructurePlan, _ choices: [MemberChoice], _ own: String, into writer: inout CodeWriter
    ) {
        var rest = CodeWriter()
        switch structure.additional {
        case .kept: rest.line("unknownMembers[member.name] = member.value.value")
        case .refused(let location, let keyword):
            let label = keyword == "additionalProperties" ? "" : ", keyword: \(keyword.literal)"
            rest.line("context.unexpected(member.name, \(location.pointer(keyword))\(label))")
        case .typed(let schema, let representation):
            let read = decoder.decode(schema, as: representation, node: "member.value", hint: own + "Additional")
            rest.line("context.enter(dynamic: member.name)")
            rest.line("additionalMembers[member.name] = \(read)")
            rest.line("context.leave()")
        }
        writer.block("for member in node.members") { writer in
            guard !structure.properties.isEmpty else {
                for line in rest.lines { writer.line(line) }
                return
            }
            let list = structure.properties.map(\.name.literal).joined(separator: ", ")
            let names = self.decoder.scope.constant("JSONTexts", "JSONTexts(\(list))", hint: "names")
            writer.line("switch member.place(in: \(self.decoder.scope.name).\(names)) {")
            for (index, property) in structure.properties.enumerated() {
                writer.line("case \(index):")
                writer.indented { writer in
                    for choice in choices where choice.member == property.name {
                        writer.line("\(choice.variable) = \(self.decoder.place(choice))")
                    }
                    self.memberBody(property, own, into: &writer)
                }
            }
            writer.line("default:")
            writer.indented { for line in rest.lines { $0.line(line) } }
            writer.line("}")
        }
    }

    private mutating func memberBody(_ property: PropertyPlan, _ own: String, into writer: inout CodeWriter) {
        let hint = own + SwiftNaming.typeName(property.swiftName)
        writer.line("context.enter(\(property.name.literal))")
        if property.constant != nil {
            writer.line("has\(SwiftNaming.typeName(property.swiftName)) = true")
            for schema in property.schemas {
                if let statement = decoder.check(schema, node: "member.value", hint: hint) { writer.line(statement) }
            }
        } else if let primary = property.schemas.first {
            let read = decoder.decode(primary, as: property.representation, node: "member.value", hint: hint)
            writer.line(
                property.isBoxed
                    ? "\(local(property)) = Boxed(wrappedValue: \(read))" : "\(local(property)) = \(read)")
            for schema in property.schemas.dropFirst() {
                if let statement = decoder.check(schema, node: "member.value", hint: hint) { writer.line(statement) }
            }
        }
        writer.line("context.leave()")
    }

    private func requirement(_ property: PropertyPlan, into writer: inout CodeWriter) {
        guard let location = property.requiredAt else { return }
        let missing = "context.missing(\(property.name.literal), \(location.pointer("required")))"
        if property.constant != nil {
            writer.line("if !has\(SwiftNaming.typeName(property.swiftName)) { \(missing) }")
        } else {
            writer.line("if \(local(property)) == nil, \(property.name.lookup) == nil { \(missing) }")
        }
    }

    private func construct(
        _ structure: StructurePlan, _ plan: TypePlan, _ own: String, into writer: inout CodeWriter
    ) {
        let stored = structure.properties.filter { $0.constant == nil }
        let required = stored.filter(\.isRequired)
        if !required.isEmpty {
            writer.line("guard \(required.map { "let \(local($0))" }.joined(separator: ", ")) else { return nil }")
        }
        let boxed = stored.filter(\.isBoxed)
        let storage = MemberStorage(structure, nested: plan.nested)
        var arguments = stored.filter { storage != nil || !$0.isBoxed }.map { property -> String in
            let name = local(property)
            let label = property.argumentLabel
            if property.isBoxed { return "\(label): \(name)" }
            let value = self.value(property, name)
            guard storage != nil, property.isIndirect else { return "\(label): \(value)" }
            return "\(label): Indirect(wrappedValue: \(value))"
        }
        switch structure.additional {
        case .kept: arguments.append("unknownMembers: unknownMembers")
        case .typed: arguments.append("additionalMembers: additionalMembers")
        case .refused: break
        }
        if let storage {
            construct("let \(storage.local) = ", storage.type, arguments, into: &writer)
            return writer.line("return \(own)(\(storage.local))")
        }
        guard !boxed.isEmpty else { return construct("return ", own, arguments, into: &writer) }
        let names = Set(structure.properties.map { local($0) })
        var value = "value"
        while names.contains(value) { value = "own" + SwiftNaming.typeName(value) }
        construct("var \(value) = ", own, arguments, into: &writer)
        for property in boxed { writer.line("\(value)._\(property.swiftName) = \(local(property))") }
        writer.line("return \(value)")
    }

    /// A member's value, from what was decoded.
    private func value(_ property: PropertyPlan, _ name: String) -> String {
        if property.isThreeState { return "\(name).map { $0.map { .value($0) } ?? .null } ?? .absent" }
        if case .nullable = property.representation, !property.isRequired { return "\(name) ?? nil" }
        if let value = property.defaultValue, let literal = defaultLiteral(value, property.representation) {
            return "\(name) ?? \(literal)"
        }
        return name
    }

    func construct(
        _ head: String, _ own: String, _ arguments: [String], into writer: inout CodeWriter
    ) {
        let list = arguments.joined(separator: ", ")
        if list.count < 90 {
            writer.line("\(head)\(own)(\(list))")
            return
        }
        writer.line("\(head)\(own)(")
        writer.indented { writer in
            for (index, argument) in arguments.enumerated() {
                writer.line(argument + (index + 1 < arguments.count ? "," : ""))
            }
        }
        writer.line(")")
    }
}
