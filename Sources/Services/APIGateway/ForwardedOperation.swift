import ContractRuntime
public import HTTPTypes
public import ServiceKit

/// An operation that the gateway forwards.
public struct ForwardedOperation: Sendable, Hashable {
    /// Who may call it.
    public enum Access: Sendable, Hashable {
        /// A platform, which proves itself by a signature that the service checks.
        case platform
        /// Whoever has ADMIN_API_KEY.
        case administrator
    }

    /// Its id in the contract.
    public let operationID: String
    /// The method.
    public let method: HTTPRequest.Method
    /// The path template.
    public let template: String
    /// Who answers it.
    public let service: ServiceName
    /// Who may call it.
    public let access: Access
    /// Most bytes of a request body.
    public let bodyLimit: Int

    /// An operation as its contract describes it. One without security is a platform's: its signature covers the body, which
    /// only the service reads.
    init(_ operation: OperationDescription, at service: ServiceName) {
        self.init(
            operation.operationID, operation.method, operation.template, at: service,
            for: operation.security.isEmpty ? .platform : .administrator, bodyLimit: operation.bodyLimit)
    }

    init(
        _ operationID: String, _ method: HTTPRequest.Method, _ template: String, at service: ServiceName,
        for access: Access = .administrator, bodyLimit: Int = 1 << 20
    ) {
        self.operationID = operationID
        self.method = method
        self.template = template
        self.service = service
        self.access = access
        self.bodyLimit = bodyLimit
    }
}
