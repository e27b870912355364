import ContractJSON
import ContractRuntime
import RelayMessagingContract
import ServiceKit
import SharedContract
import WebhookIntake

/// Finds the tenant of accepted updates and hands them over one by one, in order.
struct UpdateRouter: WhatsAppUpdatesConsumer {
    let numbers: BusinessNumbers
    let files: InboundFiles
    let transport: any MessageTransport
    let worker: LaneWorker
    let counters: IntakeCounters

    func consume(
        _ message: WhatsAppUpdates, headers: RelayHeaders, delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        await worker.handle(delivery, headers, tenantID: message.appTenantId) {
            let destination = try await destination(of: message, traceparent: headers.traceparent)
            let routed = RoutedUpdates(
                updates: message, headers: headers, source: delivery.messageID ?? message.archiveKey,
                destination: destination, files: try await fetchFiles(of: message, destination, headers))
            let (messages, quarantined) = try routed.messages()
            // First: after a crash in between, a file that is there by then would go with a message that is a duplicate.
            try await keepMissingFiles(of: routed)
            try await transport.publish(messages)
            counters.routed(published: messages.count - quarantined, quarantined: quarantined)
        }
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await worker.refuse(delivery, because: error)
    }

    private func destination(of message: WhatsAppUpdates, traceparent: String) async throws -> Destination {
        guard let number = message.phoneNumberId else {
            return .nowhere(.unhandledField, tenantID: message.appTenantId)
        }
        let route = try await numbers.route(of: number, traceparent: traceparent)
        // The secret of a tenant's own app proves that the update is that tenant's, and no other's.
        guard let route, message.appTenantId == nil || message.appTenantId == route.tenantId.lowercased() else {
            return .nowhere(.unknownPhoneNumber, tenantID: message.appTenantId)
        }
        guard route.status == .active else { return .nowhere(.tenantSuspended, tenantID: route.tenantId) }
        guard let integrationID = route.genesysIntegrationId else {
            return .nowhere(.tenantIncomplete, tenantID: route.tenantId)
        }
        return .tenant(
            route.tenantId, phoneNumberID: number, integrationID: integrationID, channelID: route.channelId)
    }
}

/// Where updates go.
enum Destination {
    /// To the transformer.
    case tenant(String, phoneNumberID: String, integrationID: String, channelID: String?)
    /// Into quarantine.
    case nowhere(QuarantineReason, tenantID: String?)
}

/// The updates of one conversation with their destination.
struct RoutedUpdates {
    let updates: WhatsAppUpdates
    let headers: RelayHeaders
    /// Names the updates the same after a redelivery.
    let source: String
    let destination: Destination
    /// What became of the files, by the place of their update.
    var files: [Int: FetchedFile] = [:]

    /// One message for each update, in order, and how many of them go into quarantine.
    func messages() throws(ContractDecodingError) -> (all: [OutgoingMessage], quarantined: Int) {
        var quarantined = 0
        var all: [OutgoingMessage] = []
        for (index, update) in updates.updates.enumerated() {
            let id = StableIdentifier.derived(from: source, String(index))
            let (message, isQuarantined) = try message(update, id, files[index])
            all.append(message)
            if isQuarantined { quarantined += 1 }
        }
        return (all, quarantined)
    }

    private func message(
        _ update: WhatsAppUpdate, _ id: String, _ file: FetchedFile?
    ) throws(ContractDecodingError) -> (message: OutgoingMessage, isQuarantined: Bool) {
        switch destination {
        case .nowhere(let reason, let tenantID): return (try quarantine(update, id, reason, tenantID), true)
        case .tenant(let tenantID, let phoneNumberID, let integrationID, let channelID):
            let element = RoutedElement(
                updates: updates, update: update, tenantID: tenantID, phoneNumberID: phoneNumberID,
                integrationID: integrationID, channelID: channelID, file: file)
            do throws(ContractDecodingError) {
                if let message = try element.message(headers: outgoingHeaders, id: id) { return (message, false) }
            } catch {
                return (try quarantine(update, id, .contractViolation, tenantID, error.violations), true)
            }
            return (try quarantine(update, id, .unhandledField, tenantID), true)
        }
    }

    private func quarantine(
        _ update: WhatsAppUpdate, _ id: String, _ reason: QuarantineReason, _ tenantID: String?,
        _ violations: [ContractViolation] = []
    ) throws(ContractDecodingError) -> OutgoingMessage {
        var alone = updates
        alone.updates = [update]
        let entry = QuarantinedUpdate.bounded(
            id: id, platform: .whatsapp, reason: reason, tenantID: tenantID,
            addressee: updates.phoneNumberId ?? updates.wabaId, field: update.field, violations: violations,
            receivedAt: updates.receivedAt, archiveKey: updates.archiveKey, update: .object(update.update),
            replay: try WhatsAppUpdatesPublisher.message(alone, headers: headers, messageID: id))
        return try QuarantinePublisher.message(entry, headers: outgoingHeaders, messageID: id)
    }

    var outgoingHeaders: RelayHeaders {
        RelayHeaders(
            traceparent: TraceContext.child(of: headers.traceparent), lane: headers.lane, attempt: 1,
            occurredAt: headers.occurredAt)
    }
}
