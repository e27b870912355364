import ContractRuntime
import Logging
import RelayCacheContract
import SharedContract

/// Keeps `mapping:wa:…` and `mapping:conv:…` in step with the mappings. A failure costs speed only.
struct ConversationCache: Sendable {
    private let customers: CustomerMappingEntryCache
    private let conversations: ConversationMappingEntryCache
    private let logger: Logger

    init(store: any CacheStore, logger: Logger) {
        customers = CustomerMappingEntryCache(store: store)
        conversations = ConversationMappingEntryCache(store: store)
        self.logger = logger
    }

    /// Writes the mappings that have a conversation, all at the same time.
    func remember(_ mappings: [ConversationMapping]) async {
        let latest = Dictionary(mappings.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        await withTaskGroup { group in
            for mapping in latest.values {
                guard let conversationID = mapping.conversationId,
                    let customer = mapping.customer.waId ?? mapping.customer.userId
                else { continue }
                group.addTask {
                    await report {
                        try await customers.set(
                            CustomerMappingEntry(
                                conversationId: conversationID, tenantId: mapping.tenantId,
                                channelId: mapping.channelId),
                            waId: customer,
                            tenantId: mapping.tenantId
                        )
                    }
                }
                group.addTask {
                    await report {
                        let entry = ConversationMappingEntry(
                            waId: mapping.customer.waId,
                            userId: mapping.customer.userId,
                            tenantId: mapping.tenantId,
                            channelId: mapping.channelId
                        )
                        try await conversations.set(entry, conversationId: conversationID)
                    }
                }
            }
        }
    }

    private func report(_ write: () async throws -> Void) async {
        do {
            try await write()
        } catch {
            logger.debug("a conversation was not cached", metadata: ["error": "\(error)"])
        }
    }
}
