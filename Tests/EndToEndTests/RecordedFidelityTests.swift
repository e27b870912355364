import ContractJSON
import ContractRuntime
import Foundation
import GenesysWebhookContract
import RelayMessagingContract
import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "every recorded message of customers arrives at Genesys as Docs/fidelity.md says, and none is set aside",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing), .timeLimit(.minutes(15)))
    func customersRecordedMessages() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(70)
            let recordings = try RecordedWebhook.all(of: "meta", direction: "webhook").filter { $0.isAccepted == true }
            #expect(recordings.count >= 200)
            var expected: [(id: String, what: String, parts: ExpectedAtGenesys, file: SampleFile?)] = []
            for recording in recordings where !recording.messages.isEmpty {
                let files = try await world.files(for: recording, line)
                let addressed = recording.addressed(to: line, files: files.map { $0?.id })
                #expect(try await world.deliver(addressed, from: .meta, line) == 200, "\(recording)")
                #expect(addressed.messageIDs.count == recording.messages.count, "\(recording)")
                for (id, (message, kept)) in zip(addressed.messageIDs, zip(recording.messages, files)) {
                    let file = kept?.file
                    let parts = ExpectedAtGenesys(message, file: file)
                    expected.append((id, "\(recording) \(message["type"]?.string ?? "–")", parts, file))
                }
            }
            #expect(expected.count >= 100)
            for (id, what, _, _) in expected {
                #expect(try await world.isSent(id, line), "\(what) did not arrive")
            }
            let received = try await world.received(.genesys, [line])
            let bySource = Dictionary(grouping: received) { $0.sourceMessageId ?? "" }
            let fetchedCount = expected.count { $0.file != nil }
            let files: [SimulatedFile]? = try await within(.seconds(120)) {
                let files = try await world.files(at: .genesys, line, .fetched)
                return files.count >= fetchedCount ? files : nil
            }
            let digests = Dictionary(grouping: files ?? []) { $0.messageId ?? "" }
            for (id, what, parts, file) in expected {
                let ids = parts.texts.indices.map { $0 == 0 ? id : "\(id)#\($0 + 1)" }
                let arrived = ids.flatMap { bySource[$0] ?? [] }
                #expect(ExpectedAtGenesys(received: arrived.map(\.body)) == parts, "\(what)")
                guard let file, let message = arrived.first?.platformMessageId else { continue }
                #expect(digests[message]?.map(\.sha256) == [file.sha256], "\(what)")
            }
            // Beside messages some recordings have what WhatsApp reports.
            let aside = recordings.filter { !$0.messages.isEmpty }.reduce(0) { $0 + $1.asideCount }
            let losses = try await world.losses(of: [line])
            #expect(losses.count == aside && losses.allSatisfy { $0.contains("reportedByPlatform") }, "\(losses)")
        }
    }

    @Test(
        "every recorded status reaches the agent as the receipt that it stands for, and what somebody has to know is set aside",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing), .timeLimit(.minutes(15)))
    func recordedStatuses() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(71)
            // The recorded statuses are the only ones.
            try await world.setNumber(line, statuses: [])
            let recordings = try RecordedWebhook.all(of: "meta", direction: "webhook").filter { $0.isAccepted == true }
            let wamids = Set(recordings.flatMap { recording in recording.statuses.compactMap { $0["id"]?.string } })
            let agents = try await world.agentMessages(for: wamids.sorted(), line)
            var told: [String: [JSONObject]] = [:]
            var reported = 0
            for recording in recordings where recording.messages.isEmpty {
                let addressed = recording.addressed(to: line, wamids: agents.mapValues(\.wamid))
                #expect(try await world.deliver(addressed, from: .meta, line) == 200, "\(recording)")
                reported += recording.asideCount
                for status in recording.statuses { told[status["id"]?.string ?? "", default: []].append(status) }
            }
            #expect(told.count >= 10 && reported >= 20)
            for (id, statuses) in told {
                let agent = try #require(agents[id])
                let names = Set(statuses.compactMap { $0["status"]?.string })
                let isDelivered = !names.isDisjoint(with: ["delivered", "read", "played"])
                let failed = isDelivered ? nil : statuses.first { $0["status"] == "failed" }
                let receipts = try await world.receipts(
                    of: agent.genesysID, line, isDelivered || failed != nil)
                #expect(
                    receipts.compactMap(\.text) == (isDelivered ? ["Delivered"] : failed == nil ? [] : ["Failed"]),
                    "\(names)")
                guard let failed else { continue }
                let code = receipts.first?.body.value.value(at: "/reasons/0/code")?.string
                #expect(code == ExpectedReceipt.code(of: failed))
            }
            let aside: [QuarantineRecord]? = try await within(.seconds(120)) {
                let records = try await world.quarantined(of: [line])
                return records.count >= reported ? records : nil
            }
            #expect(aside?.count == reported)
            #expect(aside?.allSatisfy { [.reportedByPlatform, .unhandledField].contains($0.reason) } == true)
        }
    }

    @Test(
        "every recorded message of agents and bots arrives at WhatsApp as Docs/fidelity.md says",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing), .timeLimit(.minutes(15)))
    func agentsRecordedMessages() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(72)
            // The simulator does not know the recorded messages, and would refuse receipts about them.
            try await world.setNumber(line, statuses: [])
            let recordings = try RecordedWebhook.all(of: "genesys", direction: "outbound-webhook", fragments: true)
            #expect(recordings.count >= 17)
            for (index, recording) in recordings.enumerated() {
                // One customer a recording, so that what arrives for it is told apart.
                let customer = String(15_550_170_000 + index)
                try await world.customerWrites("Good morning", from: customer, to: line)
                let opened: ReceivedMessage? = try await within(.seconds(120)) {
                    try await world.received(.genesys, [line]).first { $0.customer.hasSuffix(customer) }
                }
                let (addresses, media) = try await world.agentFiles(for: recording, line)
                let addressed = recording.addressed(
                    to: line, customer: customer, conversation: opened?.conversationId, addresses: addresses)
                #expect(try await world.deliver(addressed, from: .genesys, line) == 200, "\(recording)")
                let id = try #require(addressed.messageIDs.first)
                let update = try #require(try JSONValue(parsing: addressed.body).object)
                let expected = ExpectedAtWhatsApp.requests(update, messageID: id, media: media)
                if update["type"] != "Event" {
                    #expect(!expected.isEmpty, "\(recording)")
                    #expect(try await world.isSent(id, line), "\(recording)")
                }
                let arrived: [ReceivedMessage]? = try await within(.seconds(60)) {
                    let all = try await world.received(.meta, [line]).filter { $0.customer.hasSuffix(customer) }
                    return all.count >= expected.count ? all : nil
                }
                #expect(
                    arrived?.map { ExpectedAtWhatsApp.comparable($0.body.value) } == expected, "\(recording)")
            }
            let losses = try await world.losses(of: [line])
            #expect(losses == [])
        }
    }

    @Test(
        "recordings that are no webhooks of their platform are refused, or what is in them arrives or is set aside",
        .enabled(if: RecordedWebhook.isGiven, RecordedWebhook.missing), .timeLimit(.minutes(15)))
    func invalidRecordings() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(73)
            let recordings = try RecordedWebhook.all(of: "meta", direction: "webhook").filter { $0.isAccepted != true }
            #expect(recordings.count >= 30)
            for recording in recordings {
                let aside = try await world.quarantined(of: [line]).count
                // What is no JSON is sent as it is.
                let addressed =
                    recording.document == nil
                    ? AddressedRecording(body: recording.bytes, messageIDs: []) : recording.addressed(to: line)
                let status = try await world.deliver(addressed, from: .meta, line)
                guard recording.isAccepted == nil, status == 200 else {
                    #expect(status == 400, "\(recording)")
                    continue
                }
                let ids = Set(addressed.messageIDs)
                let isVisible: Bool? = try await within(.seconds(60)) {
                    var sent = 0
                    for id in ids where try await world.hasArrived(id, line) { sent += 1 }
                    return try await world.quarantined(of: [line]).count - aside + sent >= ids.count ? true : nil
                }
                #expect(isVisible == true, "\(recording)")
            }
            // Another product of Genesys, and another contract.
            for recording in try RecordedWebhook.all(of: "genesys", direction: "related") {
                let addressed = AddressedRecording(body: recording.bytes, messageIDs: [])
                #expect(try await world.deliver(addressed, from: .genesys, line) == 400, "\(recording)")
            }
        }
    }
}

extension RelayWorld {
    /// Posts a recording as its platform does, again while the relay says that it can't take it now.
    func deliver(_ recording: AddressedRecording, from side: Side, _ line: Line) async throws -> Int? {
        try await within(.seconds(60)) {
            let signature = side.signature(of: recording.body, line)
            let status = try await post(recording.body, to: line.webhookPath(side), signature: signature).status
            return status == 503 ? nil : status
        }
    }

    /// Whether a message has come to the other platform by now.
    func hasArrived(_ id: String, _ line: Line) async throws -> Bool {
        guard case .ok(let story) = try await state.getMessage(.init(id: id, tenantId: line.tenantID)) else {
            return false
        }
        return [.accepted, .sent, .delivered, .read].contains(story.tracking.status)
    }

    /// Has the platform hold a file for each message of a recording that has one.
    func files(
        for recording: RecordedWebhook, _ line: Line
    ) async throws -> [(id: String, file: SampleFile)?] {
        var files: [(id: String, file: SampleFile)?] = []
        for message in recording.messages {
            guard let file = SampleFile.standingIn(for: message["type"]?.string) else {
                files.append(nil)
                continue
            }
            files.append((try await put(file, on: meta, account: line.phoneNumberID).id, file))
        }
        return files
    }

    /// Has the platform hold a file for each attachment of a recording.
    /// - Returns: Where they are, by the recorded addresses, and what the relay makes of them.
    func agentFiles(
        for recording: RecordedWebhook, _ line: Line
    ) async throws -> (addresses: [String: String], media: [OutboundMedia]) {
        var addresses: [String: String] = [:]
        var media: [OutboundMedia] = []
        for (index, content) in (recording.document?["content"]?.array ?? []).enumerated() {
            for place in ["attachment", "template/header/media"] {
                guard let attachment = content.value(at: "/" + place), let url = attachment["url"]?.string else {
                    continue
                }
                let file = SampleFile.standingIn(forAttachment: attachment["mediaType"]?.string)
                let stored = try await put(file, on: genesys, account: line.integrationID)
                addresses[url] = "\(installation.address(of: "genesys-simulator"))/api/v2/downloads/\(stored.id)"
                let kind = MediaType(rawValue: file.type) ?? .document
                media.append(
                    OutboundMedia(
                        pointer: "/content/\(index)/\(place)",
                        stored: file.stored(as: kind, filename: attachment["filename"]?.string)))
            }
        }
        return (addresses, media)
    }

    /// Has an agent write a message for each recorded wamid, to a customer each.
    func agentMessages(
        for wamids: [String], _ line: Line
    ) async throws -> [String: (wamid: String, genesysID: String)] {
        let customers = wamids.indices.map { String(15_550_171_000 + $0) }
        try await greet(line, customers)
        var sent: [String: (wamid: String, genesysID: String)] = [:]
        for (wamid, customer) in zip(wamids, customers) {
            let id = try #require(try await agentWrites("For \(customer)", to: customer, of: line).first)
            try #require(try await isSent(id, line))
            guard case .ok(let story) = try await state.getMessage(.init(id: id, tenantId: line.tenantID)) else {
                throw Unexpected("getMessage")
            }
            sent[wamid] = (try #require(story.tracking.metaMessageId), id)
        }
        return sent
    }

    /// The receipts about an agent's message, once there is one where one is expected.
    func receipts(of id: String, _ line: Line, _ isExpected: Bool) async throws -> [ReceivedMessage] {
        func all() async throws -> [ReceivedMessage] {
            try await received(.genesys, [line], kind: .receipt).filter { $0.platformMessageId == id }
        }
        guard isExpected else { return try await all() }
        return try await within(.seconds(60)) {
            let found = try await all()
            return found.isEmpty ? nil : found
        } ?? []
    }
}
