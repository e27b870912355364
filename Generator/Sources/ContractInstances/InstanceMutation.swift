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

    /// An object with one more member that is likely wrong, called like one of `names`; other values as they are.
    static func spoiled(_ value: JSONValue, _ names: [String], _ random: inout SeededGenerator) -> JSONValue {
        guard case .object(var object) = value,
            let name = names.filter({ object[$0] == nil }).randomElement(using: &random)
        else { return value }
        object[name] = replacement(.null, &random)
        return .object(object)
    }

    private static func replacement(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        let others: [JSONValue] = [
            .null, .bool(true), .number(JSONNumber(-1)), .string(""), .string("\u{1}"), .array([]), .array([.null]),
            .object(JSONObject()), .object(JSONObject([("unexpected", .array([.bool(false)]))])),
        ]
        return others.filter { $0 != value }.randomElement(using: &random) ?? .null
    }
}
