public import ContractJSON

/// A type that a contract describes: read from a json-c tree with full validation in the same pass, written into bytes.
public protocol ContractValue: Sendable, Hashable {
    /// Reads and validates a value. Every violation is recorded in `context`.
    /// - Returns: The value, or nil if it could not be built; nil always comes with at least one violation. A value that
    ///   comes with violations must not be used.
    static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Self?

    /// Writes the value as the next JSON value.
    func write(to writer: inout JSONWriter)
}

extension ContractValue {
    /// Reads a JSON text.
    /// - Throws: ``ContractDecodingError`` with every violation.
    @inlinable public init(json bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(ContractDecodingError) {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: limits) } catch { throw .syntax(error) }
        self = try Self.decoding(document)
    }

    /// Reads a value that is in memory already.
    public init(json value: JSONValue) throws(ContractDecodingError) {
        try self.init(json: value.jsonBytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
    }

    /// Reads a parsed document.
    @inlinable public static func decoding(_ document: JSONDocument) throws(ContractDecodingError) -> Self {
        let (value, violations) = document.withRoot { DecodingContext.read($0) { Self.decode($0, &$1) } }
        guard let value else { throw .violations(violations) }
        return value
    }

    /// The value as JSON text, not validated.
    @inlinable public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The value as JSON text, validated against the contract as the receiver will.
    /// - Throws: ``ContractDecodingError`` with every violation.
    public func validatedJSON() throws(ContractDecodingError) -> [UInt8] {
        let bytes = jsonBytes
        _ = try Self(json: bytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
        return bytes
    }

    /// The value as a JSON tree.
    public var jsonValue: JSONValue {
        // What a writer wrote is JSON by construction, except that doubles without a JSON form were written as null.
        (try? JSONValue(parsing: jsonBytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))) ?? .null
    }
}

/// The decoder of a schema whose values have a plain Swift type.
public protocol ContractSchema: SendableMetatype {
    /// The Swift type.
    associatedtype Value: ContractValue

    /// Reads and validates a value.
    static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Value?
}

extension ContractSchema {
    /// Reads a JSON text.
    /// - Throws: ``ContractDecodingError`` with every violation.
    @inlinable public static func decode(json bytes: [UInt8], limits: JSONLimits = JSONLimits())
        throws(ContractDecodingError)
        -> Value
    {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: limits) } catch { throw .syntax(error) }
        let (value, violations) = document.withRoot { DecodingContext.read($0) { Self.decode($0, &$1) } }
        guard let value else { throw .violations(violations) }
        return value
    }
}
