public import ContractJSON

/// A test of a value that records violations.
public typealias ContractCheck = (JSONNode, inout DecodingContext) -> Void

/// The applicators of JSON Schema, for generated checks.
extension DecodingContext {
    /// Types of the `type` keyword.
    public enum TypeName: Sendable {
        /// A JSON type.
        case null, boolean, integer, number, string, array, object
    }

    /// `type` with several types.
    public mutating func type(_ node: JSONNode, _ types: [TypeName], _ pointer: StaticString) {
        let kind = node.kind
        for type in types {
            switch (type, kind) {
            case (.null, .null), (.boolean, .bool), (.number, .integer), (.number, .real), (.integer, .integer),
                (.string, .string), (.array, .array), (.object, .object):
                return
            case (.integer, .real) where node.isInteger: return
            default: continue
            }
        }
        let expected = types.map { "\($0)" }.joined(separator: " or ")
        refuse("type", pointer, "expected \(expected), found \(kind.spoken)")
    }

    /// A date-time, or a violation of `type` or `format`.
    public mutating func dateTime(
        _ node: JSONNode, _ pointer: StaticString, keyword: StaticString = "type", format formatPointer: StaticString
    ) -> DateTime? {
        guard let text = string(node, pointer, keyword: keyword) else { return nil }
        guard let value = DateTime(text) else {
            refuse("format", formatPointer, "expected a date-time of RFC 3339, e.g. 2026-01-31T09:30:00Z")
            return nil
        }
        return value
    }

    /// One element of an isolated array.
    @inlinable public mutating func isolated<Element: ContractValue>(
        _ node: JSONNode, _ decode: (JSONNode, inout DecodingContext) -> Element?
    ) -> Isolated<Element>? {
        let failuresBefore = failures
        let start = violations.count
        let decoded = decode(node, &self)
        if failures == failuresBefore {
            switch consume decoded {
            case .some(let element): return .valid(element)
            case .none: break
            }
        }
        return .invalid(raw: node.value, violations: takeViolations(from: start, failuresBefore))
    }

    /// Checks inside a member known at compile time.
    @inlinable public mutating func at(_ name: StaticString, _ body: (inout DecodingContext) -> Void) {
        enter(name)
        body(&self)
        leave()
    }

    /// Checks inside a member.
    @inlinable public mutating func at(dynamic name: String, _ body: (inout DecodingContext) -> Void) {
        enter(dynamic: name)
        body(&self)
        leave()
    }

    /// Checks inside an element.
    @inlinable public mutating func at(index: Int, _ body: (inout DecodingContext) -> Void) {
        enter(index)
        body(&self)
        leave()
    }

    /// Whether a check passes; nothing is recorded.
    @inlinable public mutating func holds(_ node: JSONNode, _ check: ContractCheck) -> Bool {
        attempt { check(node, &$0) }.passed
    }

    /// `not`.
    public mutating func not(_ node: JSONNode, _ pointer: StaticString, _ check: ContractCheck) {
        if holds(node, check) { refuse("not", pointer, "the value must not satisfy the schema here") }
    }

    /// `anyOf`.
    public mutating func anyOf(_ node: JSONNode, _ pointer: StaticString, _ checks: [ContractCheck]) {
        for check in checks where holds(node, check) { return }
        refuse("anyOf", pointer, "none of the \(checks.count) alternatives is satisfied")
    }

    /// `oneOf`.
    public mutating func oneOf(_ node: JSONNode, _ pointer: StaticString, _ checks: [ContractCheck]) {
        var matches: [Int] = []
        for (index, check) in checks.enumerated() where holds(node, check) { matches.append(index) }
        switch matches.count {
        case 0: refuse("oneOf", pointer, "none of the \(checks.count) alternatives is satisfied")
        case 1: return
        default:
            let list = matches.map(String.init).joined(separator: ", ")
            refuse("oneOf", pointer, "expected exactly one alternative, but alternatives \(list) are satisfied")
        }
    }

    /// `contains` with `minContains` and `maxContains`.
    /// - Parameter keyword: The keyword that says how many there must be: `contains` alone means one.
    public mutating func contains(
        _ node: JSONNode, _ keyword: StaticString, minimum: Int, _ minimumPointer: StaticString, maximum: Int = .max,
        _ maximumPointer: StaticString = "", _ check: ContractCheck
    ) {
        var count = 0
        for element in node.elements where holds(element, check) {
            count += 1
            // More can be too many, or make no difference.
            if count >= minimum, maximum == .max { return }
        }
        if count < minimum {
            refuse(keyword, minimumPointer, "expected at least \(minimum) matching elements, found \(count)")
        }
        if count > maximum {
            refuse("maxContains", maximumPointer, "expected at most \(maximum) matching elements, found \(count)")
        }
    }

    /// `dependentRequired` of one member.
    public mutating func dependent(
        _ node: JSONNode, _ name: String, _ required: [String], _ keyword: StaticString, _ pointer: StaticString
    ) {
        guard node.member(named: name) != nil else { return }
        for other in required where node.member(named: other) == nil {
            refuse(keyword, pointer, "the member \"\(other)\" is missing, which \"\(name)\" needs")
        }
    }

    /// `propertyNames`: checks every member name as a string.
    public mutating func names(_ node: JSONNode, _ pointer: StaticString, _ check: ContractCheck) {
        for member in node.members {
            let limits = JSONLimits(maximumBytes: .max)
            guard let document = try? JSONDocument(parsing: JSONValue.string(member.name).jsonBytes, limits: limits)
            else {
                // A name of a parsed object is valid UTF-8, so that its text always parses.
                refuse("propertyNames", pointer, "the name cannot be read")
                continue
            }
            enter(dynamic: member.name)
            document.withRoot { check($0, &self) }
            leave()
        }
    }
}
