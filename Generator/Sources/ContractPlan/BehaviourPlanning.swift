import ContractJSON
import ContractModel

extension Planner {
    /// What the extensions of an operation ask of a client; wrong ones are diagnostics.
    mutating func behaviour(of operation: APIOperation, _ parameters: [ParameterPlan]) -> ClientBehaviour {
        let extensions = operation.extensions
        var behaviour = ClientBehaviour()
        if let seconds = extensions["x-timeout-seconds"] {
            if let number = seconds.number, number.double > 0 {
                behaviour.timeoutSeconds = number
            } else {
                refuse(operation, "x-timeout-seconds", "it is the longest wait for an answer", "write a number above 0")
            }
        }
        if let header = extensions["x-idempotency-key"] {
            behaviour.idempotencyHeader = header.string
            if header.string == nil {
                refuse(operation, "x-idempotency-key", "it names the header field of the key", "write Idempotency-Key")
            }
        }
        if let retry = extensions["x-retry"] {
            behaviour.retry = self.retry(retry, operation, hasKey: behaviour.idempotencyHeader != nil)
        }
        if let pagination = extensions["x-pagination"] {
            behaviour.pagination = self.pagination(pagination, operation, parameters)
        }
        return behaviour
    }

    private mutating func refuse(_ operation: APIOperation, _ name: String, _ reason: String, _ remedy: String) {
        diagnostics.append(
            Diagnostic(
                at: operation.location, "\(name) of \(operation.id) is not usable", reason: reason, remedy: remedy))
    }

    private mutating func retry(
        _ value: JSONValue, _ operation: APIOperation, hasKey: Bool
    ) -> ClientBehaviour.Retry? {
        let known: Set<String> = ["attempts", "statuses", "backoffMilliseconds", "maximumWaitSeconds"]
        let statuses = value["statuses"]?.array?.compactMap(\.int) ?? [429, 503]
        guard let object = value.object, Set(object.names).isSubset(of: known), let attempts = value["attempts"]?.int,
            (1...100).contains(attempts), statuses.allSatisfy({ (400...599).contains($0) })
        else {
            refuse(
                operation, "x-retry", "it says how often and after which statuses a call is tried again",
                "write attempts (1 to 100), and if need be statuses, backoffMilliseconds, maximumWaitSeconds")
            return nil
        }
        let isSafe = ["get", "head", "put", "delete", "options"].contains(operation.method)
        return ClientBehaviour.Retry(
            attempts: attempts, statuses: statuses, backoffMilliseconds: value["backoffMilliseconds"]?.int ?? 200,
            maximumWaitSeconds: value["maximumWaitSeconds"]?.int ?? 30,
            isIdempotent: isSafe || hasKey || operation.extensions["x-idempotency"] != nil)
    }

    private mutating func pagination(
        _ value: JSONValue, _ operation: APIOperation, _ parameters: [ParameterPlan]
    ) -> ClientBehaviour.Pagination? {
        let name = value["parameter"]?.string
        let parameter = parameters.first { $0.parameter.name == name && $0.parameter.place == .query }
        guard let parameter, !parameter.parameter.isRequired, parameter.representation == .string,
            let next = value["next"]?.string, next.hasPrefix("/")
        else {
            refuse(
                operation, "x-pagination",
                "parameter names an optional query parameter of type string, next the cursor in the body",
                "write parameter: NAME and next: /pointer/to/cursor")
            return nil
        }
        return ClientBehaviour.Pagination(parameter: parameter.swiftName, next: next)
    }
}
