public import ContractRuntime
public import Logging

extension Logger {
    /// What a route table tells its handlers' errors to: one line each, with operation, disposition and trace id. The caller
    /// of the operation sees none of it.
    public var handlerErrors: @Sendable (any Error, Route) -> Void {
        { error, route in
            self.error(
                "a handler failed",
                error: error,
                metadata: [
                    "operation": .string(route.operationID), "disposition": .string(Disposition(of: error).label),
                ]
            )
        }
    }
}
