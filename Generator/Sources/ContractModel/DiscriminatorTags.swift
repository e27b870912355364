import ContractJSON

/// What a `discriminator` says of the branches beside it.
///
/// Many documents tell the branches of `oneOf` apart by a discriminator alone: each branch has the member, and none says which
/// text it has there. By JSON Schema such a value satisfies several branches, so that `oneOf` refuses all of them. What is meant
/// is that the text chooses, so each branch gets the texts of its own.
struct DiscriminatorTags {
    /// A schema with `discriminator` and the branches beside it.
    let union: SchemaID

    /// Names of components are followed so far to find the member of a branch.
    private static let maximumDepth = 8

    /// Gives each branch its texts, where it does not list them.
    /// - Returns: What to tell the author; nil if nothing was to be done.
    func settle(in graph: inout SchemaGraph) -> Diagnostic? {
        guard let member = graph[union].discriminator else { return nil }
        let branches = graph[union].oneOf.isEmpty ? graph[union].anyOf : graph[union].oneOf
        var isChanged = false
        /// What the value is in each branch, those that say it themselves included.
        var told: [String] = []
        for (branch, target) in branches.compactMap({ branch in graph[branch].reference.map { (branch, $0) } }) {
            let listed = texts(of: member, in: target, graph)
            let names = names(of: target, listed, graph)
            told += names.isEmpty ? listed ?? [] : names
            guard !names.isEmpty, !(listed.map { Set($0).isSubset(of: names) } ?? false) else { continue }
            guard graph[branch].properties.isEmpty else { continue }
            let tag = SchemaID(index: graph.schemas.count)
            graph.schemas.append(tagSchema(names, of: branch, graph))
            graph[branch].properties = [(member, tag)]
            graph[branch].required = [member]
            isChanged = true
        }
        guard isChanged else { return nil }
        return Diagnostic(
            .warning, at: graph[union].location, "The branches do not say what \(member) is in each of them.",
            reason:
                "Without that a value could satisfy several. The discriminator decides: \(told.joined(separator: ", ")).",
            remedy: "Give \(member) a const in every branch.")
    }

    /// The texts that stand for a branch: those of the mapping, otherwise the name of its component. A branch that lists other
    /// texts is believed.
    private func names(of target: SchemaID, _ listed: [String]?, _ graph: SchemaGraph) -> [String] {
        let mapped = graph[union].discriminatorMapping.filter { $0.schema == target }.map(\.value)
        guard mapped.isEmpty else { return mapped }
        let pointer = graph[target].location.pointer.split(separator: "/")
        guard pointer.count == 3, pointer[0] == "components", let name = pointer.last.map(String.init) else {
            return []
        }
        return listed.map { $0.contains(name) } ?? true ? [name] : []
    }

    /// The texts that a branch lists for a member; nil if it lists none.
    private func texts(of member: String, in id: SchemaID, _ graph: SchemaGraph, depth: Int = 0) -> [String]? {
        guard depth < Self.maximumDepth else { return nil }
        let schema = graph[id]
        if let property = schema.properties.first(where: { $0.name == member })?.schema,
            let texts = listed(property, graph)
        {
            return texts
        }
        for part in schema.allOf + [schema.reference].compactMap(\.self) {
            if let texts = texts(of: member, in: part, graph, depth: depth + 1) { return texts }
        }
        return nil
    }

    private func listed(_ id: SchemaID, _ graph: SchemaGraph, depth: Int = 0) -> [String]? {
        guard depth < Self.maximumDepth else { return nil }
        let schema = graph[id]
        if let text = schema.constant?.string { return [text] }
        if let values = schema.enumeration { return values.compactMap(\.string) }
        for part in schema.allOf + [schema.reference].compactMap(\.self) {
            if let texts = listed(part, graph, depth: depth + 1) { return texts }
        }
        return nil
    }

    private func tagSchema(_ names: [String], of branch: SchemaID, _ graph: SchemaGraph) -> Schema {
        var schema = Schema(
            location: graph[union].location, uri: graph[branch].uri + "/discriminator", resource: graph[branch].resource
        )
        schema.location.pointer += "/discriminator"
        schema.types = [.string]
        if names.count == 1 {
            schema.constant = names.first.map { .string($0) }
        } else {
            schema.enumeration = names.map { .string($0) }
        }
        return schema
    }
}
