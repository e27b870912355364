internal import CJSONC

/// A parsed JSON text: owns a json-c tree, which lives as long as this value and is never changed.
///
/// Text is checked strictly (see ``JSONSyntaxError``): RFC 8259 grammar, UTF-8, depth, size, unique names.
public final class JSONDocument {
    /// Owned; nil stands for the JSON value `null` in json-c.
    private let handle: OpaquePointer?
    /// The names in the tree point into it.
    private let text: JSONText

    /// Parses a text.
    /// - Throws: ``JSONSyntaxError`` with the place of the first error.
    public convenience init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        // A text of more bytes than json-c can count would be cut.
        let maximum = min(limits.maximumBytes, Int(Int32.max) - 1)
        guard bytes.count <= maximum else {
            throw JSONSyntaxError(code: .tooLarge, offset: maximum, reason: "more than \(maximum) bytes")
        }
        try self.init(JSONText(bytes), maximumDepth: limits.maximumDepth)
    }

    /// Parses a text.
    public convenience init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    private init(_ text: consuming JSONText, maximumDepth: Int) throws(JSONSyntaxError) {
        var builder = JSONTreeBuilder(text, maximumDepth: maximumDepth)
        handle = try builder.build()
        self.text = text
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
