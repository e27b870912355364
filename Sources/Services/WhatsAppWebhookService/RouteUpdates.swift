import ContractJSON
import ContractRuntime
import RelayDelivery
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
    let held: HeldMessages
    let counters: IntakeCounters

    func consume(
        _ message: WhatsAppUpdates, headers: RelayHeaders, delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        await worker.handle(delivery, headers, tenantID: message.appTenantId) {
            let destination = try await destination(of: message, traceparent: headers.traceparent)
            var routed = RoutedUpdates(
                updates: message, headers: headers, source: delivery.messageID ?? message.archiveKey,
                destination: destination)
            do { routed.files = try await fetchFiles(of: message, destination, headers) } catch let reason as HeldBack {
                return try await hold(routed, because: reason)
            }
            try await publish(routed)
        }
    }

    private func publish(_ routed: RoutedUpdates) async throws {
        let (messages, quarantined, noted) = try routed.messages()
        // First: after a crash in between, a file that is there by then would go with a message that is a duplicate.
        try await keepMissingFiles(of: routed)
        try await transport.publish(messages)
        // What goes on to the transformer is settled by whoever ends it, so that nothing overtakes it there.
        if quarantined + noted > 0 { try await worker.settleHeld(routed.headers) }
        counters.routed(published: messages.count - quarantined, quarantined: quarantined, noted: noted)
    }

    /// Holds the messages of a delivery one by one while WhatsApp gives no token for a file of theirs, all of them so that
    /// they keep their order. Statuses go on, and what the business wrote itself.
    private func hold(_ routed: RoutedUpdates, because reason: HeldBack) async throws {
        guard case .tenant(let tenantID, _, _, let channelID) = routed.destination else { return }
        var rest = routed
        rest.updates.updates.removeAll { $0.kind == .message && !$0.isEcho }
        for (index, update) in routed.updates.updates.enumerated() where update.kind == .message && !update.isEcho {
            guard let element = routed.element(update) else { continue }
            var waiting = element.hasFile ? reason : HeldBack(trackingID: nil)
            waiting.channelID = channelID
            // A text waits for its turn alone, and is no trial of what stops the file.
            if !element.hasFile { waiting.platform = .genesys }
            waiting.claim = element.claim(traceparent: routed.headers.traceparent)
            try await held.keep(
                try routed.heldMessage(update, index), routed.headers, tenantID: tenantID, because: waiting, attempt: 1)
        }
        if !rest.updates.updates.isEmpty { try await publish(rest) }
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

    /// Whose the updates are, as far as known.
    var tenantID: String? {
        switch self {
        case .tenant(let tenantID, _, _, _): tenantID
        case .nowhere(_, let tenantID): tenantID
        }
    }
}

/// The updates of one conversation with their destination.
struct RoutedUpdates {
    var updates: WhatsAppUpdates
    let headers: RelayHeaders
    /// Names the updates the same after a redelivery.
    let source: String
    let destination: Destination
    /// What became of the files, by the place of their update.
    var files: [Int: FetchedFile] = [:]

    /// One message for each update, in order, how many of them go into quarantine, and how many updates give no message
    /// because they ask nothing of anybody.
    func messages() throws(ContractDecodingError) -> (all: [OutgoingMessage], quarantined: Int, noted: Int) {
        var (quarantined, noted) = (0, 0)
        var all: [OutgoingMessage] = []
        for (index, update) in updates.updates.enumerated() {
            let id = StableIdentifier.derived(from: source, String(index))
            guard let (message, isQuarantined) = try message(update, id, files[index]) else {
                noted += 1
                continue
            }
            all.append(message)
            if isQuarantined { quarantined += 1 }
        }
        return (all, quarantined, noted)
    }

    private func message(
        _ update: WhatsAppUpdate, _ id: String, _ file: FetchedFile?
    ) throws(ContractDecodingError) -> (message: OutgoingMessage, isQuarantined: Bool)? {
        switch fate(of: update) {
        case .noted: return nil
        case .reported: return (try quarantine(update, id, .reportedByPlatform, destination.tenantID), true)
        default: break
        }
        switch destination {
        case .nowhere(let reason, let tenantID): return (try quarantine(update, id, reason, tenantID), true)
        case .tenant(let tenantID, _, _, _):
            do throws(ContractDecodingError) {
                if let message = try element(update, file: file)?.message(headers: outgoingHeaders, id: id) {
                    return (message, false)
                }
            } catch {
                return (try quarantine(update, id, .contractViolation, tenantID, error.violations), true)
            }
            return (try quarantine(update, id, .unhandledField, tenantID), true)
        }
    }

    private func fate(of update: WhatsAppUpdate) -> FieldFate {
        switch update.kind {
        case .message, .status: .parts
        case .error: .reported
        case .change: FieldFate(update.field, value: update.update)
        }
    }

    /// One update and where it goes; nil if it goes nowhere.
    func element(_ update: WhatsAppUpdate, file: FetchedFile? = nil) -> RoutedElement? {
        guard case .tenant(let tenantID, let phoneNumberID, let integrationID, let channelID) = destination else {
            return nil
        }
        return RoutedElement(
            updates: updates, update: update, tenantID: tenantID, phoneNumberID: phoneNumberID,
            integrationID: integrationID, channelID: channelID, file: file)
    }

    /// One update alone, as it came, to be routed when it may go on. One that was held before keeps its name.
    func heldMessage(_ update: WhatsAppUpdate, _ index: Int) throws(ContractDecodingError) -> OutgoingMessage {
        var alone = updates
        alone.updates = [update]
        let id = headers.heldId == nil ? StableIdentifier.derived(from: source, "held", String(index)) : source
        return try WhatsAppUpdatesPublisher.message(alone, headers: headers, messageID: id)
    }

    private func quarantine(
        _ update: WhatsAppUpdate, _ id: String, _ reason: QuarantineReason, _ tenantID: String?,
        _ violations: [ContractViolation] = []
    ) throws(ContractDecodingError) -> OutgoingMessage {
        var alone = updates
        alone.updates = [update]
        var again = headers
        again.heldId = nil
        let entry = QuarantinedUpdate.bounded(
            id: id, platform: .whatsapp, reason: reason, tenantID: tenantID,
            addressee: updates.phoneNumberId ?? updates.wabaId, field: update.field, violations: violations,
            receivedAt: updates.receivedAt, archiveKey: updates.archiveKey, update: .object(update.update),
            // What the platform reports goes nowhere, however often it is routed.
            replay: reason == .reportedByPlatform
                ? nil : try WhatsAppUpdatesPublisher.message(alone, headers: again, messageID: id))
        return try QuarantinePublisher.message(entry, headers: outgoingHeaders, messageID: id)
    }

    var outgoingHeaders: RelayHeaders {
        RelayHeaders(
            traceparent: TraceContext.child(of: headers.traceparent), lane: headers.lane, attempt: 1,
            occurredAt: headers.occurredAt, heldId: headers.heldId)
    }
}
