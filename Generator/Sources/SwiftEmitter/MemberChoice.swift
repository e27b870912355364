import ContractJSON
import ContractModel
import ContractPlan

/// A member of a struct whose text decides which conditions (`if`) hold: it is looked up once for all of them.
struct MemberChoice {
    /// Name of the member on the wire.
    let member: String
    /// The variable for the place of its text; nil while the member is absent.
    let variable: String
    /// Every text that a condition asks for.
    fileprivate(set) var texts: [String]
}

/// A condition that asks for nothing but the text of one member.
private struct TextCondition {
    let member: String
    let texts: [String]
    /// Whether it fails where the member is absent.
    let isRequired: Bool
}

extension DecoderEmitter {
    /// The members that decide conditions of a struct.
    func choices(_ structure: StructurePlan) -> [MemberChoice] {
        var choices: [MemberChoice] = []
        for residual in structure.residuals {
            guard let condition = textCondition(residual),
                let property = structure.properties.first(where: { ExactText($0.name) == ExactText(condition.member) })
            else { continue }
            let known = choices.firstIndex { $0.member == property.name }
            if known == nil {
                var variable = property.swiftName + "Choice"
                while structure.properties.contains(where: { $0.swiftName == variable }) { variable += "Place" }
                choices.append(MemberChoice(member: property.name, variable: variable, texts: []))
            }
            let index = known ?? choices.count - 1
            for text in condition.texts
            where !choices[index].texts.contains(where: { ExactText($0) == ExactText(text) }) {
                choices[index].texts.append(text)
            }
        }
        return choices
    }

    /// An expression for the place of a member's text.
    mutating func place(_ choice: MemberChoice) -> String {
        let list = choice.texts.map(\.literal).joined(separator: ", ")
        let texts = scope.constant("JSONTexts", "JSONTexts(\(list))", hint: "choices")
        return "member.value.place(in: \(scope.name).\(texts))"
    }

    /// Emits a condition as a comparison.
    /// - Returns: Whether it is one that a choice decides; if not, nothing was emitted.
    mutating func conditional(
        _ residual: Residual, _ choices: [MemberChoice], hint: String, into writer: inout CodeWriter
    ) -> Bool {
        guard let condition = textCondition(residual),
            let choice = choices.first(where: { ExactText($0.member) == ExactText(condition.member) })
        else { return false }
        let schema = graph[residual.schema]
        let places = condition.texts.compactMap { text in
            choice.texts.firstIndex { ExactText($0) == ExactText(text) }
        }
        var tests = places.map { "\(choice.variable) == \($0)" }
        if !condition.isRequired { tests.insert("\(choice.variable) == nil", at: 0) }
        let holds = tests.joined(separator: " || ")
        let then = schema.thenSchema.flatMap { check($0, node: "node", hint: hint + "Then") }
        let otherwise = schema.elseSchema.flatMap { check($0, node: "node", hint: hint + "Else") }
        if let then {
            writer.block("if \(holds)", closing: otherwise == nil ? "}" : "} else {") { $0.line(then) }
            if let otherwise {
                writer.indented { $0.line(otherwise) }
                writer.line("}")
            }
        } else if let otherwise {
            writer.block("if !(\(holds))") { $0.line(otherwise) }
        }
        return true
    }

    private func isTrivial(_ id: SchemaID) -> Bool { predicates.isTrivial(resolved(id)) }

    /// The condition of a schema that has `if` alone, where the condition is about the text of one member.
    private func textCondition(_ residual: Residual) -> TextCondition? {
        let schema = graph[residual.schema]
        guard predicates.keywords(schema).subtracting(residual.covered) == ["if"], let condition = schema.ifSchema,
            !predicates.dependsOnScope(residual.schema),
            [schema.thenSchema, schema.elseSchema].contains(where: { $0.map { !isTrivial($0) } ?? false })
        else { return nil }
        let asked = graph[predicates.resolved(condition)]
        guard predicates.keywords(asked).isSubset(of: ["type", "properties", "required"]),
            asked.types == nil || asked.types == [.object], asked.properties.count == 1,
            let (name, value) = asked.properties.first, asked.required.allSatisfy({ ExactText($0) == ExactText(name) })
        else { return nil }
        let wanted = graph[predicates.resolved(value)]
        guard predicates.keywords(wanted).isSubset(of: ["type", "const", "enum"]),
            wanted.types == nil || wanted.types == [.string]
        else { return nil }
        let values: [JSONValue]
        switch (wanted.constant, wanted.enumeration) {
        case (let constant?, nil): values = [constant]
        case (nil, let list?): values = list
        default: return nil
        }
        let texts = values.compactMap(\.string)
        // Typed texts alone refuse other kinds in `enum`; what is no text at all is left to the general check.
        guard !texts.isEmpty, texts.count == values.count else { return nil }
        return TextCondition(member: name, texts: texts, isRequired: !asked.required.isEmpty)
    }
}
