import ContractRuntime
public import Logging

/// What every log line of a piece of work carries, and what its calls pass on. Held by the task, so that neither logic nor
/// library code hands it around.
public struct LogContext: Sendable, Hashable {
    /// W3C `traceparent` of the work.
    public var traceparent: String?
    /// The tenant it is done for.
    public var tenantID: String?
    /// The platforms' ids of the message it is about, by name, for example `wamid`.
    public var messageIDs: [String: String]

    /// The context of the running task.
    @TaskLocal public static var current = LogContext()

    /// Creates a context.
    public init(traceparent: String? = nil, tenantID: String? = nil, messageIDs: [String: String] = [:]) {
        self.traceparent = traceparent
        self.tenantID = tenantID
        self.messageIDs = messageIDs
    }

    /// Runs an operation with the running task's context changed by `change`.
    public static func with<Value>(
        _ change: (inout LogContext) -> Void,
        isolation: isolated (any Actor)? = #isolation,
        operation: () async throws -> Value
    ) async rethrows -> Value {
        var context = current
        change(&context)
        return try await $current.withValue(context, operation: operation)
    }

    /// The context as log metadata: `trace_id`, `tenant_id` and the message ids.
    public var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [:]
        if let traceparent { metadata["trace_id"] = .string(TraceContext.traceID(of: traceparent)) }
        if let tenantID { metadata["tenant_id"] = .string(tenantID) }
        for (name, id) in messageIDs { metadata[name] = .string(id) }
        return metadata
    }
}
