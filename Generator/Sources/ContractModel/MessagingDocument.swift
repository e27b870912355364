public import ContractJSON

/// What an AsyncAPI 3.0 document says, with references resolved and traits merged.
public struct MessagingDocument: Sendable {
    /// File as given.
    public var file: String
    /// `info.title`.
    public var title: String
    /// `info.version`.
    public var version: String
    /// Channels in document order.
    public var channels: [MessagingChannel]
    /// Messages of `components.messages` in document order, then those defined only inside channels.
    public var messages: [MessagingMessage]
    /// Operations in document order.
    public var operations: [MessagingOperation]
    /// Named component schemas in document order.
    public var schemas: [(name: String, schema: SchemaID)]
    /// `x-` members of the root.
    public var extensions: JSONObject

    /// Creates a document.
    public init(
        file: String,
        title: String,
        version: String,
        channels: [MessagingChannel] = [],
        messages: [MessagingMessage] = [],
        operations: [MessagingOperation] = [],
        schemas: [(name: String, schema: SchemaID)] = [],
        extensions: JSONObject = JSONObject()
    ) {
        self.file = file
        self.title = title
        self.version = version
        self.channels = channels
        self.messages = messages
        self.operations = operations
        self.schemas = schemas
        self.extensions = extensions
    }
}

/// One channel: an exchange or a queue.
public struct MessagingChannel: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// Key under `channels`.
    public var name: String
    /// `address`, the queue name or routing key template; nil if unknown at design time.
    public var address: String?
    /// `description`.
    public var summary: String?
    /// Names of its messages (``MessagingMessage/name``) in document order.
    public var messages: [String]
    /// Channel parameters in document order: name and description.
    public var parameters: [(name: String, summary: String?)]
    /// `bindings.amqp`.
    public var amqp: JSONObject
    /// `x-` members (`x-relay-topology`).
    public var extensions: JSONObject

    /// Creates a channel.
    public init(
        location: SourceLocation,
        name: String,
        address: String?,
        summary: String? = nil,
        messages: [String] = [],
        parameters: [(name: String, summary: String?)] = [],
        amqp: JSONObject = JSONObject(),
        extensions: JSONObject = JSONObject()
    ) {
        self.location = location
        self.name = name
        self.address = address
        self.summary = summary
        self.messages = messages
        self.parameters = parameters
        self.amqp = amqp
        self.extensions = extensions
    }
}

/// One message.
public struct MessagingMessage: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// Unique name, UpperCamelCase.
    public var name: String
    /// `summary` or `description`.
    public var summary: String?
    /// `contentType`, default of the document otherwise.
    public var contentType: String
    /// Payload schema; nil where the format is none that is read here (then `loader` reports it).
    public var payload: SchemaID?
    /// Headers schema.
    public var headers: SchemaID?
    /// `correlationId.location`.
    public var correlationID: String?
    /// `bindings.amqp`.
    public var amqp: JSONObject
    /// `examples`.
    public var examples: [JSONValue]

    /// Creates a message.
    public init(
        location: SourceLocation,
        name: String,
        summary: String? = nil,
        contentType: String = "application/json",
        payload: SchemaID?,
        headers: SchemaID? = nil,
        correlationID: String? = nil,
        amqp: JSONObject = JSONObject(),
        examples: [JSONValue] = []
    ) {
        self.location = location
        self.name = name
        self.summary = summary
        self.contentType = contentType
        self.payload = payload
        self.headers = headers
        self.correlationID = correlationID
        self.amqp = amqp
        self.examples = examples
    }
}

/// One operation.
public struct MessagingOperation: Sendable {
    /// Which way the application that the document describes uses the channel.
    public enum Action: String, Sendable, Hashable { case send, receive }

    /// Where it stands.
    public var location: SourceLocation
    /// Key under `operations`.
    public var name: String
    /// Direction.
    public var action: Action
    /// ``MessagingChannel/name``.
    public var channel: String
    /// ``MessagingMessage/name`` of those it uses; all of the channel's if the document names none.
    public var messages: [String]
    /// `summary` or `description`.
    public var summary: String?
    /// `reply`: channel name.
    public var replyChannel: String?
    /// `bindings.amqp`.
    public var amqp: JSONObject
    /// `x-` members.
    public var extensions: JSONObject

    /// Creates an operation.
    public init(
        location: SourceLocation,
        name: String,
        action: Action,
        channel: String,
        messages: [String],
        summary: String? = nil,
        replyChannel: String? = nil,
        amqp: JSONObject = JSONObject(),
        extensions: JSONObject = JSONObject()
    ) {
        self.location = location
        self.name = name
        self.action = action
        self.channel = channel
        self.messages = messages
        self.summary = summary
        self.replyChannel = replyChannel
        self.amqp = amqp
        self.extensions = extensions
    }
}
