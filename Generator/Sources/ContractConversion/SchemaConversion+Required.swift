import ContractJSON
import ContractSource

/// `required` of members that only one direction has.
///
/// "If the property is marked as readOnly being true and is in the required list, the required will take effect on the response
/// only"; writeOnly and requests likewise (OpenAPI 3.0.3, Schema Object). Swagger 2.0 knows readOnly alone.
extension SchemaConversion {
    /// Deepest chain of `allOf` and references that is followed to a member.
    private static let maximumDepth = 8

    /// The list without names that are not required in every direction that the schema goes; nil if none is left.
    /// - Parameter enclosing: Schemas whose `allOf` the schema stands in.
    func required(_ value: SourceNode, of node: SourceNode, enclosing: [SourceNode]) -> DraftNode? {
        guard let names = value.elements else { return .kept(value) }
        let use = directions.use(of: node)
        let kept = names.filter { name in
            guard let text = name.string, let mark = mark(of: text, in: [node] + enclosing) else { return true }
            let (isRequired, other) =
                mark == "readOnly" ? (use.isResponse, use.isRequest) : (use.isRequest, use.isResponse)
            guard other else { return true }
            if isRequired {
                let place = mark == "readOnly" ? "responses" : "requests"
                notes.add(
                    name, "\(text) is not required any more.",
                    reason:
                        "\(version.rawValue) requires a \(mark) member in \(place) only, and this schema is used in requests and responses.",
                    remedy: "To have it checked there, give \(place) a schema of their own that requires it.")
            }
            return false
        }
        if kept.count == names.count { return .kept(value) }
        return kept.isEmpty ? nil : .list(kept.map { .kept($0) }, from: value)
    }

    /// `readOnly` or `writeOnly`, if the member of that name is so.
    private func mark(of name: String, in schemas: [SourceNode], depth: Int = 0) -> String? {
        guard depth < Self.maximumDepth else { return nil }
        let marks = version == .openAPI30 ? ["readOnly", "writeOnly"] : ["readOnly"]
        for schema in schemas.map({ directions.target(of: $0) }) {
            if let member = schema["properties"]?[name] {
                let parts = [member, directions.target(of: member)]
                let all =
                    parts + parts.flatMap { $0["allOf"]?.elements ?? [] }.flatMap { [$0, directions.target(of: $0)] }
                if let mark = marks.first(where: { mark in all.contains { $0[mark]?.bool == true } }) { return mark }
            }
            if let parts = schema["allOf"]?.elements, let mark = mark(of: name, in: parts, depth: depth + 1) {
                return mark
            }
        }
        return nil
    }
}
