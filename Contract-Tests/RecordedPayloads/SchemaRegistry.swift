import AgentPortalContract
import AuthServiceContract
import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import GenesysOpenMessagingContract
import GenesysPlatformContract
import GenesysRelatedContract
import GenesysWebhookContract
import GenesysWebhookServiceContract
import InboundTransformerContract
import OutboundTransformerContract
import RelayCacheContract
import RelayMessagingContract
import SharedContract
import SimulatorContract
import StateManagerContract
import TenantServiceContract
import WhatsAppAPIServiceContract
import WhatsAppGraphContract
import WhatsAppWebhookContract
import WhatsAppWebhookServiceContract

/// Every generated schema by its pointer.
enum SchemaRegistry {
    static let entries: [String: ContractSchemaEntry] = {
        let lists = [
            SharedSchemas.all, WhatsAppWebhookSchemas.all, WhatsAppGraphSchemas.all, GenesysOpenMessagingSchemas.all,
            GenesysWebhookSchemas.all, GenesysPlatformSchemas.all, GenesysRelatedSchemas.all, TenantServiceSchemas.all,
            AuthServiceSchemas.all, StateManagerSchemas.all, GenesysAPIServiceSchemas.all, WhatsAppAPIServiceSchemas.all,
            SimulatorSchemas.all, AgentPortalSchemas.all, RelayMessagingSchemas.all, RelayCacheSchemas.all,
        ]
        return Dictionary(lists.joined().map { ($0.pointer, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// What generated code says about a document.
    enum Verdict: Equatable {
        /// Accepted, and written back to an equal JSON value.
        case accepted
        /// Accepted, but written back to something else.
        case changed(String)
        /// Refused for these reasons.
        case refused([ContractViolation])
        /// No JSON.
        case noJSON(JSONSyntaxError)
    }

    static func verdict(_ bytes: [UInt8], _ entry: ContractSchemaEntry) throws -> Verdict {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch { return .noJSON(error) }
        do {
            let written = try entry.roundTrip(document)
            let isEqual = try JSONValue(parsing: written) == document.value
            return isEqual ? .accepted : .changed(String(decoding: written.prefix(2_000), as: UTF8.self))
        } catch let error as ContractDecodingError {
            guard case .violations(let violations) = error else { throw error }
            return .refused(violations)
        }
    }
}
