import ContractModel

extension ContractLint {
    /// Reports an object that has to hold one of its own kind, so that no finite value satisfies it.
    mutating func checkEnd(_ id: SchemaID) {
        guard !set.graph[id].required.isEmpty, let member = memberBack(to: id) else { return }
        report(
            set.graph[id].location, "The schema requires itself through \(member).",
            reason: "The member has to be there and has to hold the same again, so that no finite value satisfies it.",
            remedy: "Leave \(member) out of required, or let it be null.")
    }

    /// The required member whose value has to hold the schema again.
    private func memberBack(to id: SchemaID) -> String? {
        needed(by: id).first { _, start in
            var open = [start]
            var seen: Set<SchemaID> = []
            while let next = open.popLast() {
                if next == id { return true }
                guard seen.insert(next).inserted else { continue }
                let schema = set.graph[next]
                open += [schema.reference].compactMap(\.self) + schema.allOf + needed(by: next).map(\.schema)
            }
            return false
        }?.name
    }

    /// Members that a value has to have, whatever else it is, with their schemas.
    private func needed(by id: SchemaID) -> [(name: String, schema: SchemaID)] {
        let schema = set.graph[id]
        // Another kind of value needs no member.
        guard schema.types == [.object] else { return [] }
        return schema.properties.filter { schema.required.contains($0.name) }.map { ($0.name, $0.schema) }
    }
}
