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
            AuthServiceSchemas.all, StateManagerSchemas.all, GenesysAPIServiceSchemas.all,
            WhatsAppAPIServiceSchemas.all,
            InboundTransformerSchemas.all, OutboundTransformerSchemas.all, SimulatorSchemas.all, AgentPortalSchemas.all,
            RelayMessagingSchemas.all, RelayCacheSchemas.all,
        ]
        return Dictionary(lists.joined().map { ($0.pointer, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// What generated code says about a document.
    enum Verdict: Equatable {
        /// Accepted, and written back to an equal JSON value (in closed contracts with the defaults filled in).
        case accepted
        /// Accepted, but written back to something else.
        case changed(String)
        /// Refused for these reasons.
        case refused([ContractRuntime.ContractViolation])
        /// No JSON.
        case noJSON(JSONSyntaxError)
    }

    /// Whether `written` says all that `original` says; a closed contract adds its defaults to objects, nothing else.
    private static func holds(_ original: JSONValue, in written: JSONValue) -> Bool {
        switch (original, written) {
        case (.object(let first), .object(let second)):
            first.allSatisfy { member in second[member.name].map { holds(member.value, in: $0) } ?? false }
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { holds($0, in: $1) }
        default: original == written
        }
    }

    static func verdict(_ bytes: [UInt8], _ entry: ContractSchemaEntry) throws -> Verdict {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch { return .noJSON(error) }
        do {
            let written = try entry.roundTrip(document)
            let isEqual = try holds(document.value, in: JSONValue(parsing: written))
            return isEqual ? .accepted : .changed(String(decoding: written.prefix(2_000), as: UTF8.self))
        } catch let error as ContractDecodingError {
            guard case .violations(let violations) = error else { throw error }
            return .refused(violations)
        }
    }
}
