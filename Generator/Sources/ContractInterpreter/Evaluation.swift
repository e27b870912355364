import ContractJSON
import ContractModel
import ContractRuntime

/// One walk of a value and a schema together.
struct Evaluation {
    /// A place in the value as a chain, written out only for violations.
    final class Place: Sendable {
        let parent: Place?
        let token: String

        init(parent: Place?, token: String) {
            self.parent = parent
            self.token = token
        }

        var pointer: String { parent.map { $0.pointer + "/" + JSONPointer.escape(token) } ?? "" }
    }

    /// A schema that is being applied to the current value, with the dynamic scope that it sees.
    private struct Application: Equatable {
        var schema: SchemaID
        var scopeCount: Int
    }

    let interpreter: SchemaInterpreter
    var violations: [ContractViolation] = []
    /// Where the current value stands.
    private(set) var place = Place(parent: nil, token: "")
    /// Base URIs of the schema resources entered, outermost first, each once.
    private var scope: [String] = []
    /// Applications to the current value, outermost first.
    private var applications: [Application] = []
    /// Whether violations are kept; off where only the verdict counts.
    private var isSilent: Bool

    /// - Parameter isSilent: Whether only the verdict counts, so that no violation is put into words.
    init(interpreter: SchemaInterpreter, isSilent: Bool = false) {
        self.interpreter = interpreter
        self.isSilent = isSilent
    }

    /// Applies a schema to the value at the current place.
    /// - Parameter collects: Whether the caller needs to know what was looked at.
    /// - Returns: What was looked at; nil if the value is refused.
    mutating func evaluate(_ value: JSONValue, _ id: SchemaID, collects: Bool = false) -> Evaluated? {
        let prepared = interpreter.prepared[id.index]
        if prepared.isUnconstrained { return Evaluated() }
        let schema = interpreter.graph.schemas[id.index]
        if schema.isNever {
            refuse(schema, nil, "nothing is allowed here")
            return nil
        }
        let scopeCount = scope.count
        if !scope.contains(schema.resource) { scope.append(schema.resource) }
        defer { scope.removeLast(scope.count - scopeCount) }
        let application = Application(schema: id, scopeCount: scope.count)
        guard !applications.contains(application) else {
            refuse(schema, nil, "the schema refers to itself here without end")
            return nil
        }
        applications.append(application)
        defer { applications.removeLast() }

        var evaluated = Evaluated()
        let collects = collects || prepared.needsEvaluated
        var isValid = checkScalar(value, schema, prepared)
        switch value {
        case .array(let elements): isValid = checkArray(elements, schema, collects, &evaluated) && isValid
        case .object(let object): isValid = checkObject(object, schema, prepared, collects, &evaluated) && isValid
        default: break
        }
        isValid = applyInPlace(value, schema, collects, &evaluated) && isValid
        if prepared.needsEvaluated { isValid = checkUnevaluated(value, schema, &evaluated) && isValid }
        return isValid ? evaluated : nil
    }

    // MARK: Places

    /// Applies a schema to a member or an element.
    mutating func descend(_ token: String, _ value: JSONValue, _ id: SchemaID) -> Bool {
        if interpreter.prepared[id.index].isUnconstrained { return true }
        let outer = (place, applications)
        place = Place(parent: place, token: token)
        applications = []
        defer { (place, applications) = outer }
        return evaluate(value, id) != nil
    }

    /// Applies a schema without keeping violations.
    mutating func quietly(_ value: JSONValue, _ id: SchemaID, collects: Bool) -> Evaluated? {
        let before = isSilent
        isSilent = true
        defer { isSilent = before }
        return evaluate(value, id, collects: collects)
    }

    /// Applies a schema to a member or an element without keeping violations.
    mutating func descendQuietly(_ token: String, _ value: JSONValue, _ id: SchemaID) -> Bool {
        let before = isSilent
        isSilent = true
        defer { isSilent = before }
        return descend(token, value, id)
    }

    /// Applies a schema and hands its violations over instead of keeping them.
    mutating func separately(_ value: JSONValue, _ id: SchemaID, collects: Bool) -> (Evaluated?, [ContractViolation]) {
        let before = violations
        violations = []
        defer { violations = before }
        let evaluated = evaluate(value, id, collects: collects)
        return (evaluated, violations)
    }

    // MARK: Violations

    /// Records a violation of a keyword; nil for the schema `false` itself.
    mutating func refuse(
        _ schema: Schema,
        _ keyword: String?,
        at token: String? = nil,
        _ message: @autoclosure () -> String
    ) {
        guard !isSilent else { return }
        let location = schema.location
        let suffix = keyword.map { "/" + $0 } ?? ""
        let pointer = place.pointer
        violations.append(
            ContractViolation(
                instancePointer: token.map { pointer + "/" + JSONPointer.escape($0) } ?? pointer,
                keyword: keyword ?? "false",
                schemaPointer: "\(location.file)#\(location.pointer)\(suffix)",
                message: message()
            )
        )
    }

    /// Whether violations are recorded at all.
    var isRecording: Bool { !isSilent }

    // MARK: References

    /// The schema that a dynamic reference means: the outermost of the dynamic scope that has its anchor.
    func target(of reference: DynamicReference) -> SchemaID {
        guard let anchor = reference.anchor else { return reference.target }
        for resource in scope {
            if let found = interpreter.graph.dynamicAnchors[resource]?[anchor] { return found }
        }
        return reference.target
    }
}
