import ContractJSON
import ContractRuntime
import ServiceKit
import Testing
import WebhookTestWorld

@testable import WhatsAppWebhookService

@Suite(
    "Accepting WhatsApp webhooks", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(2)))
struct AcceptanceTests {
    @Test("a text reaches the transformer as it was sent, and its webhook the archive byte for byte")
    func text() async throws {
        try await MetaWorld.with { meta in
            let body = try Body.fixture("textEscaped")
            #expect(await meta.post(body).status == 200)
            await meta.outputs.wait(for: 1)
            let message = try #require(meta.outputs.payloads("InboundMessage").first)
            let sent = try JSONValue(parsing: body).value(at: "/entry/0/changes/0/value/messages/0")
            #expect(message["update"] == sent)
            #expect(message["tenantId"]?.string == MetaWorld.tenantID)
            #expect(message["integrationId"] == "integration-1")
            #expect(message["platformMessageId"] == sent?["id"])
            #expect(message["customer"]?["waId"] == sent?["from"])
            try await meta.counts { $0.archived == 1 }
            let key = try #require(message["archiveKey"]?.string)
            let stored = try await meta.world.storage.get(bucket: WhatsAppWebhookService.bucket, key: key)
            let found = try await stored.body.collect(limit: 1 << 20)
            #expect(found == body)
        }
    }

    @Test("a batch of 1,000 updates with a broken one in the middle keeps the order of every conversation")
    func batch() async throws {
        try await MetaWorld.with { meta in
            let messages = (0..<1_000).map { index -> JSONValue in
                index == 500 ? ["id": "broken", "type": "text"] : Body.text("wamid.\(index)", from: "1555\(index % 7)")
            }
            #expect(await meta.post(Body.notification([Body.value(messages: messages)])).status == 200)
            await meta.outputs.wait(for: 1_000)
            let arrived = meta.outputs.payloads("InboundMessage")
            #expect(arrived.count == 999)
            for customer in 0..<7 {
                let ids = arrived.filter { $0["customer"]?["waId"] == .string("1555\(customer)") }
                    .compactMap { $0["platformMessageId"]?.string }
                #expect(ids == (0..<1_000).filter { $0 % 7 == customer && $0 != 500 }.map { "wamid.\($0)" })
            }
            let aside = meta.outputs.payloads("QuarantinedUpdate")
            #expect(aside.map { $0["reason"] } == ["contractViolation"])
            #expect(aside.first?["update"]?["id"] == "broken")
            #expect(aside.first?["violations"]?.array?.isEmpty == false)
            #expect(Set(meta.outputs.all.compactMap(\.messageID)).count == 1_000)
        }
    }

    @Test("what says that it was written in the future was written when it came")
    func future() async throws {
        try await MetaWorld.with { meta in
            let messages = ["1790000000", "99999999999"].enumerated().map { index, timestamp -> JSONValue in
                var message = Body.text("wamid.\(index)").object ?? JSONObject()
                message["timestamp"] = .string(timestamp)
                return .object(message)
            }
            #expect(await meta.post(Body.notification([Body.value(messages: messages)])).status == 200)
            await meta.outputs.wait(for: 2)
            let arrived = meta.outputs.payloads("InboundMessage")
            #expect(arrived.first?["occurredAt"] == "2026-09-21T14:13:20.000Z")
            #expect(arrived.last?["occurredAt"] != nil && arrived.last?["occurredAt"] == arrived.last?["receivedAt"])
        }
    }

    @Test("several numbers, senders and kinds in one webhook are all delivered")
    func mixed() async throws {
        try await MetaWorld.with { meta in
            meta.world.tenants.add(
                .init(
                    tenantId: "5c2f7a52-0f5e-4f0e-9d3c-6a0e5b7c2d22", status: .active, phoneNumberId: "900000000000002",
                    genesysIntegrationId: "integration-2"))
            let body = Body.notification([
                Body.value(messages: [Body.text("wamid.1")], statuses: [Body.status("wamid.9")]),
                Body.value(number: "900000000000002", messages: [Body.text("wamid.2")]),
            ])
            #expect(await meta.post(body).status == 200)
            await meta.outputs.wait(for: 3)
            let messages = meta.outputs.payloads("InboundMessage")
            #expect(Set(messages.compactMap { $0["integrationId"]?.string }) == ["integration-1", "integration-2"])
            let status = try #require(meta.outputs.payloads("MessageStatus").first)
            #expect(status["status"] == "delivered")
            #expect(status["trackingId"] == "0d9f2c1e-7c55-4a51-8a0b-0f4f3f0f9a01")
        }
    }

    @Test("nothing is acknowledged while the broker is away")
    func brokerDown() async throws {
        try await MetaWorld.with { meta in
            let away = MetaWorld(
                world: meta.world, transport: try TestWorld.brokerThatIsAway, media: try .withoutFiles())
            let response = await away.post(Body.notification([Body.value(messages: [Body.text("wamid.1")])]))
            #expect(response.status == 503)
            #expect(response.headers[.retryAfter] == "5")
            let found2 = try await away.status().webhooks.unavailable
            #expect(found2 == 1)
        }
    }

    @Test("a tenant-service that is away for a moment delays the messages and loses none")
    func retriedLookup() async throws {
        try await MetaWorld.with { meta in
            meta.world.tenants.fail(2)
            #expect(await meta.post(Body.notification([Body.value(messages: [Body.text("wamid.1")])])).status == 200)
            await meta.outputs.wait(for: 1)
            #expect(meta.outputs.payloads("InboundMessage").count == 1)
            #expect(meta.world.tenants.lookupCount == 3)
        }
    }

    @Test("while tenant-service is away an update waits longer than its policy says, and is no dead letter")
    func tenantServiceAway() async throws {
        try await MetaWorld.with { meta in
            // Six tries are the policy of these tests.
            meta.world.tenants.fail(10)
            #expect(await meta.post(Body.notification([Body.value(messages: [Body.text("wamid.1")])])).status == 200)
            await meta.outputs.wait(for: 1)
            #expect(meta.outputs.all.map(\.type) == ["InboundMessage"])
            #expect(meta.world.tenants.lookupCount == 11)
        }
    }

    @Test("what is given up becomes a dead letter that a replay can publish again")
    func deadLetter() async throws {
        try await MetaWorld.with { meta in
            let key = Partition.key(of: "\(MetaWorld.number):15550001234", count: 8)
            let trace = TraceContext.make()
            try await meta.world.transport.publish([
                OutgoingMessage(
                    exchange: "whatsapp.lanes", routingKey: key, body: Array(#"{"updates": "none"}"#.utf8),
                    messageID: "m1",
                    type: "WhatsAppUpdates", headers: ["traceparent": trace, "lane": "l", "attempt": "1"])
            ])
            await meta.outputs.wait(for: 1)
            let letter = try #require(meta.outputs.payloads("DeadLetter").first)
            #expect(letter["cause"]?["disposition"] == "permanent" && letter["cause"]?["code"] == "contract-violation")
            #expect(letter["attempts"] == 1 && letter["exchange"] == "whatsapp.lanes")
            #expect(letter["routingKey"] == .string(key) && letter["messageName"] == "WhatsAppUpdates")
            #expect(letter["payload"] == ["updates": "none"])
            #expect(letter["traceId"]?.string == TraceContext.traceID(of: trace))
        }
    }

    @Test("what waits for its next attempt goes back to its queue when the process stops")
    func draining() async throws {
        try await TestWorld.with { world in
            world.tenants.fail(1_000)
            let patient = RetryPolicy(delays: [.seconds(300)], random: { 0.99 })
            let meta = MetaWorld(
                world: world, transport: world.transport, retryPolicy: patient, media: try .withoutFiles())
            for topology in meta.declared { try await world.transport.declare(topology) }
            let start = ContinuousClock.now
            try await world.running(meta.service.assembly.jobs) {
                #expect(
                    await meta.post(Body.notification([Body.value(messages: [Body.text("wamid.1")])])).status == 200)
                while try await meta.status().lanes.waiting == 0 { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(ContinuousClock.now - start < .seconds(60))
            let queues = meta.declared.flatMap(\.queues).map(\.name).filter { $0.hasPrefix("whatsapp.updates") }
            var waiting = 0
            // The broker counts a message as ready a moment after it came back.
            #expect(!queues.isEmpty)
            let deadline = ContinuousClock.now + .seconds(10)
            while waiting == 0, ContinuousClock.now < deadline {
                for queue in queues { waiting += try await world.transport.queueDepth(queue).messages }
            }
            #expect(waiting == 1)
        }
    }
}
