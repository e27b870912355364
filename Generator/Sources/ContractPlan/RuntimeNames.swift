/// Names that generated code spells: a type of a contract that hid one of them would be meant instead.
///
/// A test compares the list with what generated code uses of the runtime.
public enum RuntimeNames {
    /// Types of the runtime.
    public static let all: Set<String> = [
        "Authenticator", "Boxed", "CacheCoding", "CacheError", "CacheStore", "ClientCredentials", "ClientError",
        "ClientTransport", "ContractBody", "ContractDecodingError", "ContractPages", "ContractPattern",
        "ContractRequest", "ContractResponse", "ContractSchema", "ContractSchemaEntry", "ContractValue", "DateTime",
        "DecodingContext", "DeliveredMessage", "DeliveryDecision", "EvaluatedParts", "EventStream", "ExactText",
        "Indirect", "Isolated", "JSONNode", "JSONNumber", "JSONObject", "JSONTexts", "JSONValue",
        "JSONWriter", "MemberStorage", "MessageCoding",
        "MessageTransport", "MessagingError", "MultipartFile", "MultipartPart", "MultipartWriter",
        "OperationDescription", "OutgoingMessage", "ParameterForm", "PartHeaders", "PartRules", "Partition", "Presence",
        "PresentedCredential", "Principal",
        "ProblemDocument", "RequestContext", "RequestOptions", "RequestReader", "RequestSending", "RequestWriter",
        "ResponseReader", "ResponseWriter", "RetryRule", "Route", "SecurityRequirement",
        "Topology",
    ]

    /// Modules, and types of Swift that generated code uses besides those that everybody knows.
    static let others: Set<String> = [
        "Swift", "ContractJSON", "ContractRuntime", "HTTPTypes", "HTTPRequest", "Clock", "ContinuousClock",
        "StaticString",
        "UInt8", "Int64", "CaseIterable",
    ]
}
