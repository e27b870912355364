/// What Redis answers.
public enum RedisReply: Sendable, Hashable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int64)
    /// A value, any bytes.
    case bytes([UInt8])
    /// A short text of the server's own, such as `OK`.
    case status(String)
    /// Several replies. An error among them is the script's own doing and is not thrown.
    case array([RedisReply])
    /// An error inside an array, as the server words it; may quote values, so it must not reach a log.
    case error(String)

    /// The value's bytes, or nil if this is no value.
    public var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    /// The number, or nil if this is none.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// The elements, or nil if this is no array.
    public var array: [RedisReply]? { if case .array(let replies) = self { replies } else { nil } }
}
