public import ContractJSON

/// Reads and writes payloads and headers of messages; what generated publishers and consumers call.
public enum MessageCoding {
    /// A payload as bytes, validated as the consumer will.
    public static func body(
        _ payload: some ContractValue, _ check: (JSONNode, inout DecodingContext) -> Void
    ) throws(ContractDecodingError) -> [UInt8] {
        let bytes = payload.jsonBytes
        _ = try decode(bytes) { node, context in
            check(node, &context)
            return true
        }
        return bytes
    }

    /// Headers as texts, validated as the consumer will. AMQP headers of ours are strings; numbers are written in digits.
    public static func headers(
        _ headers: some ContractValue, _ check: (JSONNode, inout DecodingContext) -> Void
    ) throws(ContractDecodingError) -> [String: String] {
        _ = try body(headers, check)
        var texts: [String: String] = [:]
        for (name, value) in headers.jsonValue.object ?? JSONObject() { texts[name] = value.string ?? value.jsonText }
        return texts
    }

    /// The payload of a delivery.
    public static func payload<Value>(
        _ delivery: DeliveredMessage, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) throws(ContractDecodingError) -> Value {
        try self.decode(delivery.body, decode)
    }

    /// The headers of a delivery.
    /// - Parameter literals: Members that are numbers or truth values.
    public static func headers<Value>(
        of delivery: DeliveredMessage, literals: Set<String>, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) throws(ContractDecodingError) -> Value {
        var object = JSONObject()
        for (name, text) in delivery.headers.sorted(by: { $0.key < $1.key }) {
            object[name] = literals.contains(name) ? literal(text) : .string(text)
        }
        return try self.decode(JSONValue.object(object).jsonBytes, decode)
    }

    /// The error for a delivery whose `type` names no message of the channel.
    public static func unknownType(expected: String) -> ContractDecodingError {
        .violations([
            ContractViolation(
                instancePointer: "", keyword: "type", schemaPointer: "",
                message: "expected a message of type \(expected)")
        ])
    }

    /// The text at a pointer in a payload, for correlation ids; nil if there is none.
    public static func text(at pointer: String, in payload: some ContractValue) -> String? {
        guard let value = payload.jsonValue.value(at: pointer), !value.isNull else { return nil }
        return value.string ?? value.jsonText
    }

    /// Makes a message the answer to a delivery: to the queue that the delivery names, with its correlation id.
    /// - Throws: ``ContractDecodingError`` if the delivery names no queue for answers.
    public static func reply(
        _ message: OutgoingMessage, to delivery: DeliveredMessage
    ) throws(ContractDecodingError) -> OutgoingMessage {
        guard let queue = delivery.attributes.replyTo, !queue.isEmpty else {
            throw .violations([
                ContractViolation(
                    instancePointer: "", keyword: "reply", schemaPointer: "",
                    message: "the delivery has no reply-to")
            ])
        }
        var answer = message
        answer.exchange = ""
        answer.routingKey = queue
        answer.correlationID = delivery.correlationID ?? delivery.messageID
        return answer
    }

    private static func literal(_ text: String) -> JSONValue {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        default: JSONNumber(text).map(JSONValue.number) ?? .string(text)
        }
    }

    static func decode<Value>(
        _ bytes: [UInt8], _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) throws(ContractDecodingError) -> Value {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: 16 << 20, maximumDepth: 128))
        } catch {
            throw .syntax(error)
        }
        let (value, violations) = document.withRoot { DecodingContext.read($0, decode) }
        guard let value else { throw .violations(violations) }
        return value
    }
}

/// Reads and writes cached values; what generated cache keys call.
public enum CacheCoding {
    /// A stored value.
    public static func value<Value>(
        _ bytes: [UInt8], _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) throws(CacheError) -> Value {
        do { return try MessageCoding.decode(bytes, decode) } catch {
            throw CacheError(.invalidValue, reason: "the stored value breaks its contract")
        }
    }

    /// A value to store, validated.
    public static func bytes(
        _ value: some ContractValue, _ check: (JSONNode, inout DecodingContext) -> Void
    ) throws(CacheError) -> [UInt8] {
        do { return try MessageCoding.body(value, check) } catch {
            throw CacheError(.invalidValue, reason: "the value to store breaks its contract")
        }
    }
}
