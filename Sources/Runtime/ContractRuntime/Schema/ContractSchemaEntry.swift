public import ContractJSON

/// One named schema of a generated module, for tools and tests that hold documents against it.
public struct ContractSchemaEntry: Sendable {
    /// File and pointer of the schema, e.g. `Specs/schemas/page.yaml#/$defs/Page`.
    public let pointer: String
    /// Reads a parsed document strictly (elements of isolated arrays must be valid too) and writes it again.
    public let roundTrip: @Sendable (JSONDocument) throws(ContractDecodingError) -> [UInt8]

    /// An entry for a generated type.
    public init<Value: ContractValue>(_ pointer: String, _ type: Value.Type) {
        self.init(pointer) { Value.decode($0, &$1) }
    }

    /// An entry for a schema whose values have a plain Swift type.
    public init<Schema: ContractSchema>(_ pointer: String, schema: Schema.Type) {
        self.init(pointer) { Schema.decode($0, &$1) }
    }

    private init<Value: ContractValue>(
        _ pointer: String, _ decode: @escaping @Sendable (JSONNode, inout DecodingContext) -> Value?
    ) {
        self.pointer = pointer
        roundTrip = { document throws(ContractDecodingError) in
            let (value, violations) = document.withRoot {
                DecodingContext.read($0, isolatesElements: false) { decode($0, &$1) }
            }
            guard let value else { throw .violations(violations) }
            return value.jsonBytes
        }
    }
}
