import ContractJSON

/// Changes a value in one place.
enum InstanceMutation {
    /// The value with one change that a schema is likely to refuse.
    static func mutated(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        // Goes down with even odds, so that every depth has its turn.
        switch value {
        case .object(let object) where !object.isEmpty && Bool.random(using: &random):
            let index = Int.random(in: 0..<object.count, using: &random)
            let member = object.members[index]
            if Bool.random(using: &random) {
                return .object(JSONObject(object.members.filter { $0.name != member.name }.map { ($0.name, $0.value) }))
            }
            var changed = object
            changed[member.name] = mutated(member.value, &random)
            return .object(changed)
        case .array(let elements) where !elements.isEmpty && Bool.random(using: &random):
            var changed = elements
            let index = Int.random(in: elements.indices, using: &random)
            changed[index] = mutated(elements[index], &random)
            return .array(changed)
        default:
            return replacement(value, &random)
        }
    }

    private static func replacement(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        let others: [JSONValue] = [
            .null, .bool(true), .number(JSONNumber(-1)), .string(""), .string("\u{1}"), .array([]), .array([.null]),
            .object(JSONObject()), .object(JSONObject([("unexpected", .array([.bool(false)]))])),
        ]
        return others.filter { $0 != value }.randomElement(using: &random) ?? .null
    }
}
