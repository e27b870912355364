public import ContractJSON

/// Carries the place in the value and the violations found so far through one decoding pass.
///
/// Most values satisfy their contract. So ``read(_:isolatesElements:_:)`` decodes without keeping places and violations first,
/// and only what was refused then, once more, with them.
public struct DecodingContext {
    /// Most violations that are kept; decoding goes on after that without recording more.
    public static let maximumViolations = 100

    @usableFromInline enum Step {
        case name(StaticString)
        case dynamicName(String)
        case index(Int)
    }

    @usableFromInline var path: [Step] = []
    /// Whether places and violations are kept; if not, refusals are only counted.
    @usableFromInline var isRecording: Bool
    /// How much was refused so far, whether it was recorded or not.
    @usableFromInline var failures = 0
    /// Whether a broken element became part of a value without its violations.
    @usableFromInline var lacksViolations = false
    /// What was found so far.
    public internal(set) var violations: [ContractViolation] = []

    @usableFromInline let isolatesElements: Bool

    /// A context at the root of a value, which records what is refused.
    /// - Parameter isolatesElements: Whether a broken element of an isolated array becomes part of the value. If not, it is
    ///   a violation like any other, as it is for JSON Schema.
    public init(isolatesElements: Bool = true) { self.init(isolatesElements: isolatesElements, isRecording: true) }

    @usableFromInline init(isolatesElements: Bool, isRecording: Bool) {
        self.isolatesElements = isolatesElements
        self.isRecording = isRecording
        if isRecording { path.reserveCapacity(16) }
    }

    /// Decodes a value: quickly if nothing is refused; otherwise once more, to say what and where.
    /// - Returns: The value, if it satisfies its contract; otherwise at least one violation.
    @inlinable public static func read<Value>(
        _ node: JSONNode, isolatesElements: Bool = true, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> (value: Value?, violations: [ContractViolation]) {
        var quick = DecodingContext(isolatesElements: isolatesElements, isRecording: false)
        if let value = decode(node, &quick), quick.failures == 0, !quick.lacksViolations { return (value, []) }
        var context = DecodingContext(isolatesElements: isolatesElements, isRecording: true)
        let value = decode(node, &context)
        return (context.violations.isEmpty ? value : nil, context.violations)
    }

    /// Goes into a member known at compile time.
    @inlinable public mutating func enter(_ name: StaticString) { if isRecording { path.append(.name(name)) } }
    /// Goes into a member.
    @inlinable public mutating func enter(dynamic name: String) { if isRecording { path.append(.dynamicName(name)) } }
    /// Goes into an element.
    @inlinable public mutating func enter(_ index: Int) { if isRecording { path.append(.index(index)) } }
    /// Goes back up.
    @inlinable public mutating func leave() { if isRecording { path.removeLast() } }

    /// How much was refused; equal before and after means: nothing was refused between.
    public var failureCount: Int { failures }

    /// Records a violation at the current place.
    @inlinable public mutating func refuse(
        _ keyword: StaticString, _ schemaPointer: StaticString, _ message: @autoclosure () -> String
    ) {
        failures += 1
        if isRecording, violations.count < Self.maximumViolations { record(keyword, schemaPointer, message()) }
    }

    @usableFromInline mutating func record(_ keyword: StaticString, _ schemaPointer: StaticString, _ message: String) {
        violations.append(
            ContractViolation(
                instancePointer: pointer, keyword: keyword.description, schemaPointer: schemaPointer.description,
                message: message))
    }

    /// The current place as a JSON Pointer.
    public var pointer: String {
        var text = ""
        for step in path {
            text += "/"
            switch step {
            case .name(let name): text += JSONPointer.escape(name.description)
            case .dynamicName(let name): text += JSONPointer.escape(name)
            case .index(let index): text += String(index)
            }
        }
        return text
    }

    /// Evaluates `body` without keeping its violations.
    /// - Returns: The result and whether nothing was refused.
    @inlinable public mutating func attempt<Result>(_ body: (inout DecodingContext) -> Result) -> (
        result: Result, passed: Bool
    ) {
        let failuresBefore = failures
        let wasRecording = isRecording
        isRecording = false
        let result = body(&self)
        isRecording = wasRecording
        let passed = failures == failuresBefore
        failures = failuresBefore
        return (result, passed)
    }

    /// Takes the violations since `start` out of this context, for an element that becomes part of its array although it is broken.
    @usableFromInline mutating func takeViolations(from start: Int, _ failuresBefore: Int) -> [ContractViolation] {
        let found = Array(violations[start...])
        if !isRecording { lacksViolations = true }
        guard isolatesElements else { return found }
        violations.removeSubrange(start...)
        failures = failuresBefore
        return found
    }
}
