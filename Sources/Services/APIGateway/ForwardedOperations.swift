import ContractRuntime
import GenesysWebhookContract
import ServiceKit
import StateManagerContract
import TenantServiceContract
import WhatsAppWebhookContract

extension ForwardedOperation {
    /// Everything that is reachable from outside: the operations with `x-audience: public` of these contracts. A test holds
    /// the table against all specs, so that a contract which gets its first public operation is not forgotten.
    public static let all: [ForwardedOperation] = contracts.flatMap { service, operations in
        operations.filter { $0.audience == "public" }.map { ForwardedOperation($0, at: service) }
    }

    /// The contracts that have public operations, and who answers them.
    private static let contracts: [(service: ServiceName, operations: [OperationDescription])] = [
        (.whatsAppWebhookService, WhatsAppWebhookOperations.all),
        (.genesysWebhookService, GenesysWebhookOperations.all),
        (.tenantService, TenantServiceOperations.all),
        (.stateManager, StateManagerOperations.all),
    ]
}
