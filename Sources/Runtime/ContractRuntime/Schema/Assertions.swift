public import ContractJSON

/// What generated decoders call. Each records a violation with the schema pointer that the generator passes.
extension DecodingContext {
    /// A string, or a violation of `type`.
    public mutating func string(_ node: JSONNode, _ pointer: StaticString) -> String? {
        if let string = node.string { return string }
        refuse("type", pointer, "expected a string, found \(node.kind.spoken)")
        return nil
    }

    /// A truth value, or a violation of `type`.
    public mutating func bool(_ node: JSONNode, _ pointer: StaticString) -> Bool? {
        if node.kind == .bool { return node.bool }
        refuse("type", pointer, "expected true or false, found \(node.kind.spoken)")
        return nil
    }

    /// An integer within 64 bits, or a violation of `type`.
    public mutating func integer(_ node: JSONNode, _ pointer: StaticString) -> Int? {
        if let value = node.int64 { return Int(value) }
        let found = node.isInteger ? "one beyond 64 bits" : node.kind.spoken
        refuse("type", pointer, "expected an integer, found \(found)")
        return nil
    }

    /// A number, or a violation of `type`.
    public mutating func double(_ node: JSONNode, _ pointer: StaticString) -> Double? {
        if node.kind == .integer || node.kind == .real { return node.double }
        refuse("type", pointer, "expected a number, found \(node.kind.spoken)")
        return nil
    }

    /// Whether this is an object; otherwise a violation of `type`.
    public mutating func isObject(_ node: JSONNode, _ pointer: StaticString) -> Bool {
        if node.kind == .object { return true }
        refuse("type", pointer, "expected an object, found \(node.kind.spoken)")
        return false
    }

    /// Whether this is an array; otherwise a violation of `type`.
    public mutating func isArray(_ node: JSONNode, _ pointer: StaticString) -> Bool {
        if node.kind == .array { return true }
        refuse("type", pointer, "expected an array, found \(node.kind.spoken)")
        return false
    }

    /// An array of decoded elements, or violations.
    public mutating func array<Element>(
        _ node: JSONNode, _ pointer: StaticString, _ decode: (JSONNode, inout DecodingContext) -> Element?
    ) -> [Element]? {
        guard isArray(node, pointer) else { return nil }
        let count = node.count
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            enter(index)
            if let element = decode(node.element(index), &self) { elements.append(element) }
            leave()
        }
        return elements.count == count ? elements : nil
    }

    /// An object as a dictionary of decoded members, or violations.
    public mutating func dictionary<Value>(
        _ node: JSONNode, _ pointer: StaticString, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> [String: Value]? {
        guard isObject(node, pointer) else { return nil }
        var values: [String: Value] = [:]
        var isComplete = true
        for member in node.members {
            enter(dynamic: member.name)
            if let value = decode(member.value, &self) { values[member.name] = value } else { isComplete = false }
            leave()
        }
        return isComplete ? values : nil
    }

    /// Records that a required member is missing.
    public mutating func missing(_ name: StaticString, _ pointer: StaticString) {
        refuse("required", pointer, "the member \"\(name)\" is missing")
    }

    /// Records that a member is not in the contract.
    public mutating func unexpected(_ name: String, _ pointer: StaticString) {
        enter(dynamic: name)
        refuse("additionalProperties", pointer, "the contract has no member of this name")
        leave()
    }

    /// `minLength` and `maxLength` in Unicode scalars.
    public mutating func length(
        _ value: String, minimum: Int = 0, _ minimumPointer: StaticString = "", maximum: Int = .max,
        _ maximumPointer: StaticString = ""
    ) {
        // As many scalars as bytes at the most, a quarter of the bytes at the least: mostly nothing has to be counted.
        let bytes = value.utf8.count
        if bytes <= maximum, bytes >= minimum * 4 { return }
        let count = value.unicodeScalars.count
        if count < minimum {
            refuse("minLength", minimumPointer, "expected at least \(minimum) characters, found \(count)")
        }
        if count > maximum {
            refuse("maxLength", maximumPointer, "expected at most \(maximum) characters, found \(count)")
        }
    }

    /// `pattern`.
    public mutating func pattern(_ value: String, _ pattern: ContractPattern, _ pointer: StaticString) {
        if !pattern.matches(value) { refuse("pattern", pointer, "expected text that matches \(pattern.source)") }
    }

    /// `format`.
    public mutating func format(_ value: String, _ name: StaticString, _ pointer: StaticString) {
        if ContractFormat.isValid(name.description, value) == false {
            refuse("format", pointer, "expected the format \(name)")
        }
    }

    /// `minimum`, `maximum` and their exclusive forms, exact for any number text.
    public mutating func range(
        _ node: JSONNode, _ keyword: StaticString, _ limit: JSONNumber, _ pointer: StaticString
    ) {
        guard let value = node.number else { return }
        let passes =
            switch keyword.description {
            case "minimum": value >= limit
            case "maximum": value <= limit
            case "exclusiveMinimum": value > limit
            case "exclusiveMaximum": value < limit
            default: value.isMultiple(of: limit)
            }
        if !passes { refuse(keyword, pointer, "expected \(keyword) \(limit)") }
    }

    /// Bounds of an integer.
    public mutating func bounds(
        _ value: Int, minimum: Int = .min, _ minimumPointer: StaticString = "", maximum: Int = .max,
        _ maximumPointer: StaticString = ""
    ) {
        if value < minimum { refuse("minimum", minimumPointer, "expected at least \(minimum)") }
        if value > maximum { refuse("maximum", maximumPointer, "expected at most \(maximum)") }
    }

    /// `minItems` and `maxItems`.
    public mutating func itemCount(
        _ count: Int, minimum: Int = 0, _ minimumPointer: StaticString = "", maximum: Int = .max,
        _ maximumPointer: StaticString = ""
    ) {
        if count < minimum {
            refuse("minItems", minimumPointer, "expected at least \(minimum) elements, found \(count)")
        }
        if count > maximum {
            refuse("maxItems", maximumPointer, "expected at most \(maximum) elements, found \(count)")
        }
    }

    /// `minProperties` and `maxProperties`.
    public mutating func memberCount(
        _ count: Int, minimum: Int = 0, _ minimumPointer: StaticString = "", maximum: Int = .max,
        _ maximumPointer: StaticString = ""
    ) {
        if count < minimum {
            refuse("minProperties", minimumPointer, "expected at least \(minimum) members, found \(count)")
        }
        if count > maximum {
            refuse("maxProperties", maximumPointer, "expected at most \(maximum) members, found \(count)")
        }
    }

    /// `uniqueItems`.
    public mutating func unique(_ node: JSONNode, _ pointer: StaticString) {
        var seen: Set<JSONValue> = []
        for index in 0..<node.count where !seen.insert(node.element(index).value).inserted {
            refuse("uniqueItems", pointer, "element \(index) stands there twice")
            return
        }
    }

    /// `const`.
    public mutating func constant(_ node: JSONNode, _ expected: JSONValue, _ pointer: StaticString) {
        if node.value != expected { refuse("const", pointer, "expected exactly \(expected.jsonText.prefix(64))") }
    }

    /// `enum` over any values.
    public mutating func enumeration(_ node: JSONNode, _ expected: [JSONValue], _ pointer: StaticString) {
        if expected.contains(node.value) { return }
        let list = expected.prefix(12).map(\.jsonText).joined(separator: ", ")
        refuse("enum", pointer, "expected one of \(list)")
    }
}

extension JSONKind {
    /// The kind in a sentence.
    public var spoken: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer: "an integer"
        case .real: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
