internal import CJSONC

/// A parsed JSON text: owns a json-c tree, which lives as long as this value and is never changed.
///
/// Text is checked strictly before (see ``JSONSyntaxError``): RFC 8259 grammar, UTF-8, depth, size, unique names.
public final class JSONDocument {
    /// Owned; nil stands for the JSON value `null` in json-c.
    private let handle: OpaquePointer?

    /// Parses a text.
    /// - Throws: ``JSONSyntaxError`` with the place of the first error.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        var syntax = JSONSyntax(bytes: bytes, limits: limits)
        try syntax.check()
        let text = syntax.repairs.isEmpty ? bytes : Self.repaired(bytes, syntax.repairs)
        // json-c counts the scalar level as one more than the arrays and objects around it.
        guard let tokener = json_tokener_new_ex(Int32(clamping: limits.maximumDepth + 2)) else {
            throw JSONSyntaxError(code: .tooLarge, offset: 0, reason: "no memory for the parser")
        }
        defer { json_tokener_free(tokener) }
        json_tokener_set_flags(tokener, waba_json_strict_flags())
        let parsed = text.withUnsafeBytes { buffer in
            json_tokener_parse_ex(
                tokener, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: buffer.count))
        }
        var status = json_tokener_get_error(tokener)
        var result = parsed
        if status == json_tokener_continue {
            // A number at the very end is complete only when json-c sees what follows it.
            result = "\n".withCString { json_tokener_parse_ex(tokener, $0, 1) }
            status = json_tokener_get_error(tokener)
        }
        guard status == json_tokener_success else {
            throw JSONSyntaxError(
                code: .malformed, offset: json_tokener_get_parse_end(tokener),
                reason: String(cString: json_tokener_error_desc(status)))
        }
        handle = result
    }

    /// Parses a text.
    public convenience init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    deinit {
        if let handle { json_object_put(handle) }
    }

    /// Calls `body` with the root; nodes must not outlive the call.
    public func withRoot<Result, Failure: Error>(_ body: (JSONNode) throws(Failure) -> Result) throws(Failure) -> Result
    {
        defer { withExtendedLifetime(self) {} }
        return try body(JSONNode(handle: handle))
    }

    /// The whole document as a value.
    public var value: JSONValue { withRoot { $0.value } }

    /// The text for json-c. An integer that it could not hold gets the exponent `e0`, so that it keeps its text as it does for
    /// every real number.
    private static func repaired(_ bytes: [UInt8], _ repairs: [(range: Range<Int>, bytes: [UInt8])]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 4 * repairs.count)
        var start = 0
        for repair in repairs {
            result.append(contentsOf: bytes[start..<repair.range.lowerBound])
            result.append(contentsOf: repair.bytes)
            start = repair.range.upperBound
        }
        result.append(contentsOf: bytes[start...])
        return result
    }
}

extension JSONValue {
    /// Parses a text.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        self = try JSONDocument(parsing: bytes, limits: limits).value
    }

    /// Parses a text.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        self = try JSONDocument(parsing: text, limits: limits).value
    }
}
