import ContractRuntime
import Foundation
import ServiceKit
import SharedContract
import SimulatorContract
import StateManagerContract
import Testing
import WhatsAppWebhookServiceContract

extension EndToEndTests {
    @Test(
        "every recorded webhook of Meta is acknowledged, and all that is in it arrives or is visibly set aside",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing),
        .timeLimit(.minutes(10)))
    func recordedByMeta() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(3)
            let recordings = try RecordedWebhook.all(of: "meta", direction: "webhook")
            #expect(recordings.count >= 200)
            let before = try await world.intake()
            var replayed: [(recording: RecordedWebhook, webhook: ReplayedWebhook)] = []
            for recording in recordings where recording.isAccepted == true {
                replayed.append((recording, try await world.replay(recording, on: world.meta, line.phoneNumberID)))
            }
            for (recording, webhook) in replayed {
                #expect(try await world.status(of: webhook, on: world.meta) == 200, "\(recording)")
            }
            let updates = replayed.reduce(0) { $0 + $1.recording.updateCount }
            let after = try await world.settledIntake(after: before, updates: updates)
            #expect(after.accepted - before.accepted == updates)
            #expect(after.deadLettered == before.deadLettered)
            let visible: [QuarantineRecord]? = try await within(.seconds(120)) {
                let records = try await world.quarantined(of: [line])
                return records.count >= after.quarantined - before.quarantined ? records : nil
            }
            #expect(visible?.count == after.quarantined - before.quarantined)

            // A message is at Genesys, or is one of those set aside.
            var missing: [String] = []
            for (recording, webhook) in replayed {
                for id in webhook.messageIds where try await !world.isSent(id, line) { missing.append("\(recording)") }
            }
            let asideMessages = visible?.count { $0.field == "messages" } ?? 0
            #expect(missing.count <= asideMessages, "\(missing)")

            for recording in recordings where recording.isAccepted != true {
                let webhook = try await world.replay(recording, on: world.meta, line.phoneNumberID)
                let status = try await world.status(of: webhook, on: world.meta)
                #expect(recording.isAccepted == false ? status == 400 : [200, 400].contains(status), "\(recording)")
            }
        }
    }

    @Test(
        "every recorded webhook of Genesys is acknowledged, and what an agent wrote arrives at the customer",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing),
        .timeLimit(.minutes(10)))
    func recordedByGenesys() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(4)
            let customer = "15550109999"
            let greeting = CustomerMessage(
                phoneNumberId: line.phoneNumberID, customer: CustomerIdentity(waId: customer), text: "Good morning")
            _ = try await world.meta.sendCustomerMessage(.init(body: greeting))
            let conversation = try await within(.seconds(120)) {
                try await world.received(.genesys, [line]).first?.conversationId
            }
            let recordings = try RecordedWebhook.all(of: "genesys", direction: "outbound-webhook")
            #expect(recordings.count >= 10)
            for recording in recordings {
                let webhook = try await world.replay(
                    recording, on: world.genesys, line.integrationID, customer: customer, conversation: conversation)
                #expect(try await world.status(of: webhook, on: world.genesys) == 200, "\(recording)")
                guard recording.document?["type"] != "Event" else { continue }
                let id = try #require(webhook.messageIds.first)
                #expect(try await world.isSent(id, line), "\(recording)")
            }
            #expect(try await world.losses(of: [line]) == [])
        }
    }
}

extension RelayWorld {
    /// Has a simulator deliver a recording once, to an account of this test.
    func replay(
        _ recording: RecordedWebhook, on simulator: SimulatorClient, _ account: String, customer: String? = nil,
        conversation: String? = nil
    ) async throws -> ReplayedWebhook {
        let request = ReplayRequest(
            account: account, bodyBase64: Base64.encode(recording.bytes), customer: customer,
            conversationId: conversation, retry: false)
        guard case .accepted(let webhook) = try await simulator.replayWebhook(.init(body: request)) else {
            throw Unexpected("replayWebhook of \(recording)")
        }
        return webhook
    }

    /// What the relay answered.
    func status(of webhook: ReplayedWebhook, on simulator: SimulatorClient) async throws -> Int? {
        let delivery: WebhookDelivery? = try await within(.seconds(120)) {
            let input = ListDeliveries.Input(after: webhook.delivery.sequence - 1, limit: 1)
            guard case .ok(let page) = try await simulator.listDeliveries(input) else {
                throw Unexpected("listDeliveries")
            }
            return page.items.first { $0.state != .pending }
        }
        return delivery?.attempts.last?.status
    }

    /// Whether a message came to the other platform, for which it gets time.
    func isSent(_ id: String, _ line: Line) async throws -> Bool {
        let outcome: Bool? = try await within(.seconds(20)) {
            guard case .ok(let story) = try await state.getMessage(.init(id: id, tenantId: line.tenantID)) else {
                return nil
            }
            switch story.tracking.status {
            case .accepted, .sent, .delivered, .read: return true
            case .failed, .deadLettered: return false
            default: return nil
            }
        }
        return outcome ?? false
    }

    /// What whatsapp-webhook-service counted since it started.
    func intake() async throws -> UpdateCounters {
        let client = WhatsAppWebhookServiceClient(
            transport: try installation.transport(to: "whatsapp-webhook-service"),
            credentials: ClientCredentials(bearerToken: installation.internalToken))
        guard case .ok(let status) = try await client.getIntakeStatus(.init()) else {
            throw Unexpected("getIntakeStatus")
        }
        return status.updates
    }

    /// The counters once all that was accepted was handed on or set aside.
    func settledIntake(after before: UpdateCounters, updates: Int) async throws -> UpdateCounters {
        _ = try await within(.seconds(120)) { () -> Bool? in
            let now = try await intake()
            func ended(_ counters: UpdateCounters) -> Int {
                counters.published + counters.quarantined + counters.noted + counters.deadLettered
            }
            return ended(now) - ended(before) >= updates ? true : nil
        }
        return try await intake()
    }
}
