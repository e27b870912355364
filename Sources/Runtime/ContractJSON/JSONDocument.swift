/// A parsed JSON text: a list of its values, which lives as long as this value and is never changed.
///
/// Text is checked strictly (see ``JSONSyntaxError``): RFC 8259 grammar, UTF-8, depth, size, unique names.
public final class JSONDocument {
    /// The values, the root first; its address stays.
    private let tape: JSONTape
    /// The entries point into it.
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
        tape = try JSONTapeBuilder(text, maximumDepth: maximumDepth).build()
        self.text = text
    }

    /// The entry of the root.
    @usableFromInline var root: JSONNode { JSONNode(entry: UnsafePointer(tape.base)) }

    /// Calls `body` with the root; nodes must not outlive the call.
    @inlinable public func withRoot<Result, Failure: Error>(
        _ body: (JSONNode) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(root)
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
