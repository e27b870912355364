public import ContractJSON

/// One way in which a value does not satisfy its contract.
public struct ContractViolation: Sendable, Hashable {
    /// Where in the value: a JSON Pointer (RFC 6901), `""` for the whole.
    public let instancePointer: String
    /// The schema keyword that refused it, e.g. `maxLength`.
    public let keyword: String
    /// Where in the contract: file and JSON Pointer, e.g. `Specs/schemas/page.yaml#/$defs/Page/properties/limit/maximum`.
    public let schemaPointer: String
    /// What was expected and what was found, without the value's text.
    public let message: String

    /// Creates a violation.
    public init(instancePointer: String, keyword: String, schemaPointer: String, message: String) {
        self.instancePointer = instancePointer
        self.keyword = keyword
        self.schemaPointer = schemaPointer
        self.message = message
    }
}

/// A value could not be read because it breaks its contract or is no JSON at all.
public enum ContractDecodingError: Error, Sendable, Hashable {
    /// The text is no acceptable JSON.
    case syntax(JSONSyntaxError)
    /// The value breaks its contract; at least one violation, at most ``DecodingContext/maximumViolations``.
    case violations([ContractViolation])
}
