public import ContractJSON

extension JSONValue {
    /// A value that a contract names, for `const` and `enum`.
    /// - Parameter text: JSON that the generator wrote.
    public static func constant(_ text: String) -> JSONValue {
        do {
            return try JSONValue(parsing: text, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
        } catch {
            preconditionFailure("the generator wrote a constant that is no JSON: \(error.reason)")
        }
    }
}
