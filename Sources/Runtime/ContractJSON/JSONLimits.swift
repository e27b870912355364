/// What a JSON text may cost.
public struct JSONLimits: Sendable, Hashable {
    /// Most bytes of a text. Default 3 MiB, Meta's largest webhook (facts: webhooks/overview, Dec 2025).
    public var maximumBytes: Int
    /// Deepest nesting of arrays and objects. Default 64.
    public var maximumDepth: Int

    /// Creates limits.
    public init(maximumBytes: Int = 3 << 20, maximumDepth: Int = 64) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}

/// Why a text is no acceptable JSON.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    /// The kinds of refusal.
    public enum Code: String, Sendable, Hashable {
        /// Not JSON (RFC 8259).
        case malformed
        /// Not UTF-8.
        case invalidUTF8
        /// More bytes than the limit.
        case tooLarge
        /// Deeper than the limit.
        case tooDeep
        /// An object has the same name twice.
        case duplicateName
    }

    /// What is wrong.
    public let code: Code
    /// Byte offset of the place, from 0.
    public let offset: Int
    /// What was expected; contains nothing of the text.
    public let reason: String
}
