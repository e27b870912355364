import ContractJSON

/// The query parameters that an operation of ours takes, and what is said of one that it does not take: a typo in a filter
/// would otherwise answer with everything.
struct UnknownQuery {
    private var taken: [(name: String, form: ParameterForm)] = []

    /// The operation takes this parameter.
    mutating func takes(_ name: String, _ form: ParameterForm) { taken.append((name, form)) }

    /// A violation for each name that is none of them, once, in the order of the query.
    func violations(_ names: [String]) -> [ContractViolation] {
        var seen: Set<String> = []
        return names.compactMap { name in
            guard !isTaken(name), seen.insert(name).inserted else { return nil }
            return ContractViolation(
                instancePointer: "/query/\(JSONPointer.escape(name))", keyword: "additionalProperties",
                schemaPointer: "", message: message(name))
        }
    }

    private func message(_ name: String) -> String {
        let known = taken.map(\.name)
        let shown = "there is no query parameter \"\(name.prefix(100))\""
        if let nearest = NearestName.of(name, among: known) { return "\(shown); did you mean \"\(nearest)\"?" }
        return known.isEmpty
            ? "\(shown); this operation takes none" : "\(shown); there are \(known.joined(separator: ", "))"
    }

    private func isTaken(_ name: String) -> Bool {
        taken.contains { parameter in
            if parameter.name == name { return true }
            guard case .object(let members, let rest) = parameter.form.shape else { return false }
            switch parameter.form.style {
            case .deepObject: return name.hasPrefix(parameter.name + "[")
            case .form where parameter.form.explodes: return members.keys.contains(name) || rest != nil
            default: return false
            }
        }
    }
}
