import ContractJSON

/// Carries the place in the value and the violations found so far through one decoding pass.
public struct DecodingContext {
    /// Most violations that are kept; decoding goes on after that without recording more.
    public static let maximumViolations = 100

    private enum Step {
        case name(StaticString)
        case dynamicName(String)
        case index(Int)
    }

    private var path: [Step] = []
    private var silentDepth = 0
    private var silentFailures = 0
    /// What was found so far.
    public private(set) var violations: [ContractViolation] = []

    private let isolatesElements: Bool

    /// A context at the root of a value.
    /// - Parameter isolatesElements: Whether a broken element of an isolated array becomes part of the value. If not, it is
    ///   a violation like any other, as it is for JSON Schema.
    public init(isolatesElements: Bool = true) {
        self.isolatesElements = isolatesElements
        path.reserveCapacity(16)
    }

    /// Goes into a member known at compile time.
    public mutating func enter(_ name: StaticString) { path.append(.name(name)) }
    /// Goes into a member.
    public mutating func enter(dynamic name: String) { path.append(.dynamicName(name)) }
    /// Goes into an element.
    public mutating func enter(_ index: Int) { path.append(.index(index)) }
    /// Goes back up.
    public mutating func leave() { path.removeLast() }

    /// How many violations there are, silent ones included; equal before and after means: nothing was refused between.
    public var failureCount: Int { violations.count + silentFailures }

    /// Records a violation at the current place.
    public mutating func refuse(
        _ keyword: StaticString, _ schemaPointer: StaticString, _ message: @autoclosure () -> String
    ) {
        guard silentDepth == 0, violations.count < Self.maximumViolations else {
            silentFailures += 1
            return
        }
        violations.append(
            ContractViolation(
                instancePointer: pointer, keyword: keyword.description, schemaPointer: schemaPointer.description,
                message: message()))
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
    public mutating func attempt<Result>(_ body: (inout DecodingContext) -> Result) -> (result: Result, passed: Bool) {
        let failuresBefore = silentFailures
        silentDepth += 1
        let depth = path.count
        let result = body(&self)
        silentDepth -= 1
        path.removeLast(path.count - depth)
        let passed = silentFailures == failuresBefore
        silentFailures = failuresBefore
        return (result, passed)
    }

    /// Evaluates `body` and takes its violations out of this context.
    /// - Returns: The result, the violations, and whether nothing was refused.
    public mutating func isolate<Result>(_ body: (inout DecodingContext) -> Result) -> (
        result: Result, violations: [ContractViolation], passed: Bool
    ) {
        let start = violations.count
        let failures = silentFailures
        let result = body(&self)
        let found = Array(violations[start...])
        let passed = found.isEmpty && silentFailures == failures
        guard isolatesElements else { return (result, found, passed) }
        violations.removeSubrange(start...)
        silentFailures = failures
        return (result, found, passed)
    }
}
