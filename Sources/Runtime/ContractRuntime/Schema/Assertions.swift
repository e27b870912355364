public import ContractJSON

/// What generated decoders call. Each records a violation with the schema pointer that the generator passes.
extension DecodingContext {
    /// A string, or a violation of `type`.
    @inlinable public mutating func string(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> String?
    {
        if let string = node.string { return string }
        refuse(keyword, pointer, "expected a string, found \(node.kind.spoken)")
        return nil
    }

    /// A truth value, or a violation of `type`.
    @inlinable public mutating func bool(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> Bool?
    {
        if node.kind == .bool { return node.bool }
        refuse(keyword, pointer, "expected true or false, found \(node.kind.spoken)")
        return nil
    }

    /// An integer of a schema that allows none beyond 64 bits, or a violation of `type`, `minimum`, `maximum` or `format`.
    public mutating func integer(
        _ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type", minimum: Int = .min,
        _ minimumPointer: StaticString = "", maximum: Int = .max, _ maximumPointer: StaticString = "", bits: Int = 64,
        _ formatPointer: StaticString = ""
    ) -> Int? {
        guard let integer = node.int64 else {
            refuseInteger(node, keyword, pointer, minimum, minimumPointer, maximum, maximumPointer, bits, formatPointer)
            return nil
        }
        let value = Int(integer)
        if value < minimum { refuse("minimum", minimumPointer, "expected at least \(minimum)") }
        if value > maximum { refuse("maximum", maximumPointer, "expected at most \(maximum)") }
        if bits == 32, Int32(exactly: value) == nil {
            refuse("format", formatPointer, "expected an integer of at most 32 bits")
        }
        return value
    }

    /// Says why a value is no integer of 64 bits: another kind, or beyond a limit.
    private mutating func refuseInteger(
        _ node: JSONNode, _ keyword: StaticString, _ pointer: StaticString, _ minimum: Int,
        _ minimumPointer: StaticString, _ maximum: Int, _ maximumPointer: StaticString, _ bits: Int,
        _ formatPointer: StaticString
    ) {
        guard let number = node.number, node.isInteger else {
            return refuse(keyword, pointer, "expected an integer, found \(node.kind.spoken)")
        }
        var isNamed = false
        if formatPointer.utf8CodeUnitCount > 0 {
            refuse("format", formatPointer, "expected an integer of at most \(bits) bits")
            isNamed = true
        }
        if number < JSONNumber(0), minimumPointer.utf8CodeUnitCount > 0 {
            refuse("minimum", minimumPointer, "expected at least \(minimum)")
            isNamed = true
        }
        if number > JSONNumber(0), maximumPointer.utf8CodeUnitCount > 0 {
            refuse("maximum", maximumPointer, "expected at most \(maximum)")
            isNamed = true
        }
        if !isNamed { refuse(keyword, pointer, "expected an integer, found one beyond 64 bits") }
    }

    /// An integer of any size, or a violation of `type`.
    public mutating func wholeNumber(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> JSONNumber?
    {
        if node.isInteger, let number = node.number { return number }
        refuse(keyword, pointer, "expected an integer, found \(node.kind.spoken)")
        return nil
    }

    /// A number, or a violation of `type`.
    public mutating func double(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type") -> Double? {
        if node.kind == .integer || node.kind == .real { return node.double }
        refuse(keyword, pointer, "expected a number, found \(node.kind.spoken)")
        return nil
    }

    /// Whether this is an object; otherwise a violation of `type`.
    @inlinable public mutating func isObject(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> Bool
    {
        if node.kind == .object { return true }
        refuse(keyword, pointer, "expected an object, found \(node.kind.spoken)")
        return false
    }

    /// Whether this is an array; otherwise a violation of `type`.
    @inlinable public mutating func isArray(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> Bool
    {
        if node.kind == .array { return true }
        refuse(keyword, pointer, "expected an array, found \(node.kind.spoken)")
        return false
    }

    /// An object of any members, or a violation of `type`.
    public mutating func object(_ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type")
        -> JSONObject?
    {
        guard isObject(node, pointer, keyword: keyword) else { return nil }
        return node.value.object
    }

    /// An array of decoded elements, or violations.
    @inlinable public mutating func array<Element>(
        _ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type",
        decode: (JSONNode, inout DecodingContext) -> Element?
    ) -> [Element]? {
        guard isArray(node, pointer, keyword: keyword) else { return nil }
        let count = node.count
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for (index, node) in node.elements.enumerated() {
            enter(index)
            if let element = decode(node, &self) { elements.append(element) }
            leave()
        }
        return elements.count == count ? elements : nil
    }

    /// An object as a dictionary of decoded members, or violations.
    ///
    /// Names that differ only in how they are composed are one key for Swift: an object that has both is refused, since one of
    /// the two would be lost.
    @inlinable public mutating func dictionary<Value>(
        _ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type",
        decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> [String: Value]? {
        guard isObject(node, pointer, keyword: keyword) else { return nil }
        var values: [String: Value] = [:]
        var isComplete = true
        for member in node.members {
            let name = member.name
            enter(dynamic: name)
            if let value = decode(member.value, &self) {
                if values.updateValue(value, forKey: name) != nil {
                    refuse(keyword, pointer, "expected names that differ in more than their Unicode composition")
                }
            } else {
                isComplete = false
            }
            leave()
        }
        return isComplete ? values : nil
    }

    /// Records that a required member is missing.
    public mutating func missing(_ name: StaticString, _ pointer: StaticString) {
        refuse("required", pointer, "the member \"\(name)\" is missing")
    }

    /// Records that a member is not in the contract.
    public mutating func unexpected(
        _ name: String, _ pointer: StaticString, keyword: StaticString = "additionalProperties"
    ) {
        enter(dynamic: name)
        refuse(keyword, pointer, "the contract has no member of this name")
        leave()
    }

    /// `minLength` and `maxLength` in Unicode scalars.
    @inlinable public mutating func length(
        _ value: String, minimum: Int = 0, _ minimumPointer: StaticString = "", maximum: Int = .max,
        _ maximumPointer: StaticString = ""
    ) {
        // As many scalars as bytes at the most, a quarter of the bytes at the least: mostly nothing has to be counted.
        let bytes = value.utf8.count
        if bytes <= maximum, bytes >= minimum * 4 { return }
        countLength(value, minimum, minimumPointer, maximum, maximumPointer)
    }

    @usableFromInline mutating func countLength(
        _ value: String, _ minimum: Int, _ minimumPointer: StaticString, _ maximum: Int, _ maximumPointer: StaticString
    ) {
        let count = value.unicodeScalars.count
        if count < minimum {
            refuse("minLength", minimumPointer, "expected at least \(minimum) characters, found \(count)")
        }
        if count > maximum {
            refuse("maxLength", maximumPointer, "expected at most \(maximum) characters, found \(count)")
        }
    }

    /// `pattern`.
    @inlinable public mutating func pattern(_ value: String, _ pattern: ContractPattern, _ pointer: StaticString) {
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

    /// The formats `int32` and `int64` of integers.
    public mutating func bits(_ node: JSONNode, _ bits: Int, _ pointer: StaticString) {
        guard node.isInteger else { return }
        if let value = node.int64, bits > 32 || Int32(exactly: value) != nil { return }
        refuse("format", pointer, "expected an integer of at most \(bits) bits")
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
        for (index, element) in node.elements.enumerated() where !seen.insert(element.value).inserted {
            refuse("uniqueItems", pointer, "element \(index) stands there twice")
            return
        }
    }

    /// `const`.
    public mutating func constant(_ node: JSONNode, _ expected: JSONValue, _ pointer: StaticString) {
        if node.value != expected { refuse("const", pointer, "expected exactly \(expected.jsonText.prefix(64))") }
    }

    /// A case of a closed enum, or a violation of `type` or `enum`. Texts are compared exactly: for Swift's own comparison the
    /// Kelvin sign is a `K`.
    @inlinable public mutating func known<Known: RawRepresentable & CaseIterable>(
        _ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type", enum enumPointer: StaticString
    ) -> Known? where Known.RawValue == String {
        guard let text = string(node, pointer, keyword: keyword) else { return nil }
        if let value = Known(rawValue: text), ExactText(value.rawValue) == ExactText(text) { return value }
        refuse("enum", enumPointer, "expected one of \(Known.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
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
