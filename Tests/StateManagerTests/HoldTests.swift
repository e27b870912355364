import ContractJSON
import ContractRuntime
import Database
import MessageBroker
import SharedContract
import StateManagerContract
import Synchronization
import Testing

@testable import StateManager

@Suite("Tenants on hold", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct HoldTests {
    private let expired = FailureCause(disposition: .authentication, code: "190", reason: "the token has expired")

    private func claim(
        _ world: TestWorld, _ id: String, lane: String = "i:1", channel: String? = nil, heldID: Int? = nil
    ) async throws -> ClaimResult {
        guard case .outbound(var item) = world.outbound(id) else { throw Unexpected("no claim") }
        item.lane = lane
        item.channelId = channel
        item.heldId = heldID
        return try #require(try await world.claim(.outbound(item)).first)
    }

    private func hold(
        _ world: TestWorld,
        _ id: String,
        cause: FailureCause? = nil,
        lane: String = "i:1",
        exchange: String = "nowhere",
        retryAfter: Double? = nil,
        trackingID: String? = nil,
        platform: Platform = .whatsapp,
        again: Int? = nil,
        channel: String? = nil,
        scope: HoldScope? = nil,
        claim: ClaimRequest? = nil,
        name: String = "OutboundMessage",
        body: String = #"{"text":"\u0000 ä"}"#
    ) async throws -> Int {
        var headers = ["lane": lane, "attempt": "1", "occurredAt": time(2).text]
        headers["heldId"] = again.map { String($0) }
        let request = HoldRequest(
            tenantId: world.tenantID,
            platform: platform,
            channelId: channel,
            scope: scope,
            cause: cause,
            retryAfterSeconds: retryAfter,
            trackingId: trackingID,
            claim: claim,
            lane: lane,
            messageId: id,
            exchange: exchange,
            routingKey: exchange,
            messageName: name,
            headers: headers,
            body: body
        )
        guard case .ok(let result) = try await world.client.holdMessage(.init(body: request)) else {
            throw Unexpected("not held")
        }
        return result.heldId
    }

    private func settle(_ world: TestWorld, _ ids: Int...) async throws {
        guard case .ok = try await world.client.settleHeldMessages(.init(body: SettleRequest(heldIds: ids))) else {
            throw Unexpected("not settled")
        }
    }

    private func holds(_ world: TestWorld) async throws -> [TenantHold] {
        guard case .ok(let list) = try await world.client.listHolds(.init(tenantId: world.tenantID)) else {
            throw Unexpected("no list")
        }
        return list.items
    }

    /// Ids of the messages that are due now, in order.
    private func due(_ world: TestWorld, most: Int = 32) async throws -> [Int] {
        try await world.database.query(Statement("SELECT id FROM take_due($1::integer) ORDER BY id", [.int(most)])).map
        {
            try $0.int("id")
        }
    }

    /// Lets the time of the hold pass.
    private func pass(_ world: TestWorld) async throws {
        try await world.database.execute(
            Statement("UPDATE tenant_holds SET trial_at = clock_timestamp() - interval '1 second'")
        )
    }

    @Test("a parked tenant's messages wait without attempts, in order, while other tenants go on")
    func parked() async throws {
        try await TestWorld.run { world in
            let first = try await claim(world, "g1")
            #expect(first.claim == .claimed)
            let one = try await hold(world, "g1", cause: expired, trackingID: first.tracking.id)
            #expect(try await claim(world, "g2").claim == .held)
            #expect(try await claim(world, "g3", lane: "i:2").claim == .held)
            let two = try await hold(world, "g2")
            #expect(try await hold(world, "g1", cause: expired) == one && two > one)
            let hold = try #require(try await holds(world).first)
            #expect(hold.state == .parked && hold.heldMessages == 2 && hold.cause == expired && hold.trials == 0)
            #expect(try await due(world).isEmpty)
            let story = try await world.story("g1")
            #expect(story.tracking.attempts == 0 && story.tracking.status == .claimed)
            #expect(story.events.map(\.kind) == [.claimed, .held])
            // The other way, and other tenants.
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .claimed)
            guard case .outbound(var other) = world.outbound("g4") else { return }
            other.tenantId = newID()
            other.lane = "i:1"
            #expect(try await world.claim(.outbound(other)).first?.claim == .claimed)
        }
    }

    @Test("a message that waits for Genesys before it waits for WhatsApp keeps its place, and its lane waits behind it")
    func bothPlatforms() async throws {
        try await TestWorld.run { world in
            let refused = FailureCause(disposition: .authentication, code: "credential-refused", reason: "refused")
            let one = try await hold(world, "g1", cause: refused, exchange: "files", platform: .genesys)
            // A text of the same conversation, which WhatsApp would take.
            #expect(try await claim(world, "g2").claim == .held)
            let two = try await hold(world, "g2")
            #expect(try await claim(world, "g3", lane: "i:2").claim == .claimed)
            #expect(try await due(world).isEmpty)
            try await pass(world)
            #expect(try await due(world) == [one])
            // Fetched, it goes on to the transformer, where WhatsApp refuses.
            #expect(try await claim(world, "g1", heldID: one).claim == .claimed)
            #expect(try await hold(world, "g1b", cause: expired, again: one) == one)
            let hold = try #require(try await holds(world).first)
            #expect(try await holds(world).count == 1 && hold.platform == .whatsapp && hold.heldMessages == 2)
            try await pass(world)
            #expect(try await due(world) == [one])
            #expect(try await claim(world, "g2", heldID: two).claim == .held)
            #expect(try await claim(world, "g1", heldID: one).claim == .resumed)
            try await settle(world, one)
            #expect(try await due(world) == [two])
            #expect(try await claim(world, "g2", heldID: two).claim == .resumed)
            try await settle(world, two)
            #expect(try await holds(world).isEmpty)
        }
    }

    @Test("a message that waits before anybody claimed it is found by any of its ids, with its state and cause")
    func trackedWhileItWaits() async throws {
        try await TestWorld.run { world in
            let refused = FailureCause(disposition: .authentication, code: "credential-refused", reason: "refused")
            guard case .outbound(var item) = world.outbound("g1") else { throw Unexpected("no claim") }
            item.text = "The plans"
            let one = try await hold(
                world, "g1", cause: refused, exchange: "files", platform: .genesys, claim: .outbound(item))
            let story = try await world.story("g1")
            #expect(story.held?.heldId == one && story.held?.state == .waiting && story.held?.cause == refused)
            #expect(story.tracking.status == .claimed && story.tracking.text == "The plans")
            #expect(story.events.map(\.kind) == [.claimed, .held] && story.events.last?.failure == refused)
            #expect(story.mapping?.customer.waId == "491700000001")
            #expect(try await world.story(story.tracking.id).held?.heldId == one)
            // Held again, it is still one message.
            let again = try await hold(
                world, "g1", cause: refused, exchange: "files", platform: .genesys, again: one,
                claim: .outbound(item))
            #expect(again == one)
            #expect(try await world.story("g1").tracking.id == story.tracking.id)

            // With its file it goes on as the same message, which says now what the file is.
            try await pass(world)
            #expect(try await due(world) == [one])
            #expect(try await world.story("g1").held?.state == .onItsWay)
            item.mediaType = .document
            item.mediaUrl = "s3://media-outbound/plans.pdf"
            item.heldId = one
            let claimed = try #require(try await world.claim(.outbound(item)).first)
            #expect(claimed.claim == .resumed && claimed.tracking.id == story.tracking.id)
            #expect(claimed.tracking.mediaType == .document && claimed.tracking.mediaUrl == item.mediaUrl)
            try await settle(world, one)
            #expect(try await world.story("g1").held == nil)
        }
    }

    @Test("a message that waits is found by its wamid too; one of nobody's may still find its customer when it goes on")
    func trackedEitherWay() async throws {
        try await TestWorld.run { world in
            let inbound = try #require(try await world.claim(world.inbound("wamid.1")).first)
            let one = try await hold(
                world, "wamid.1", cause: expired, exchange: "in", trackingID: inbound.tracking.id, platform: .genesys)
            #expect(try await world.story("wamid.1").held?.heldId == one)
            #expect(try await world.story("wamid.1").held?.cause == expired)

            let conversation = newID()
            guard case .outbound(var item) = world.outbound("g9", to: "nobody", in: conversation) else {
                throw Unexpected("no claim")
            }
            _ = try await hold(
                world, "g9", cause: expired, exchange: "files", platform: .genesys, claim: .outbound(item))
            #expect(try await world.story("g9").tracking.status == .claimed)
            #expect(try await world.story("g9").mapping == nil)
            guard case .outbound(let known) = world.outbound("g8", in: conversation) else {
                throw Unexpected("no claim")
            }
            _ = try await world.claim(.outbound(known))
            item.lane = "i:9"
            let claimed = try #require(try await world.claim(.outbound(item)).first)
            #expect(claimed.claim == .resumed && claimed.mapping?.conversationId == conversation)
        }
    }

    @Test(
        "one message goes on trial; refused, the tenant waits longer; taken, all follow in order and nothing overtakes")
    func trial() async throws {
        try await TestWorld.run { world in
            for id in ["g1", "g2"] { _ = try await claim(world, id) }
            let one = try await hold(world, "g1", cause: expired)
            let two = try await hold(world, "g2")
            try await pass(world)
            #expect(try await due(world) == [one])
            #expect(try await due(world).isEmpty)
            #expect(try await claim(world, "g2", heldID: two).claim == .held)
            #expect(try await claim(world, "g1", heldID: one).claim == .resumed)
            // Refused again.
            #expect(try await hold(world, "g1", cause: expired) == one)
            let hold = try #require(try await holds(world).first)
            #expect(hold.trials == 1 && hold.heldMessages == 2)
            try await pass(world)
            #expect(try await due(world) == [one])
            try await settle(world, one)
            #expect(try await holds(world).map(\.state) == [.releasing])
            // A new message of the lane waits behind the second one, which has not been dealt with.
            #expect(try await claim(world, "g3").claim == .held)
            let three = try await self.hold(world, "g3")
            #expect(try await due(world) == [two, three])
            #expect(try await claim(world, "g3", heldID: three).claim == .held)
            #expect(try await claim(world, "g2", heldID: two).claim == .resumed)
            try await settle(world, two)
            #expect(try await claim(world, "g3", heldID: three).claim == .resumed)
            try await settle(world, three, three)
            #expect(try await holds(world).isEmpty)
            #expect(try await claim(world, "g5").claim == .claimed)
        }
    }

    @Test("an administrator ends a hold at once; throttling ends by itself; what waits alone keeps nothing behind it")
    func released() async throws {
        try await TestWorld.run { world in
            let one = try await hold(world, "g1", cause: expired)
            let release = ReleaseRequest(tenantId: world.tenantID, platform: .whatsapp)
            for expected in [1, 0] {
                guard case .ok(let result) = try await world.client.releaseHold(.init(body: release)) else {
                    throw Unexpected("not released")
                }
                #expect(result.released == expected)
            }
            #expect(try await due(world) == [one])
            try await settle(world, one)

            let throttled = FailureCause(disposition: .throttled, reason: "a budget is used up")
            let two = try await hold(world, "g2", cause: throttled, retryAfter: 600)
            #expect(try await holds(world).map(\.state) == [.throttled])
            #expect(try await due(world).isEmpty)
            try await pass(world)
            #expect(try await due(world) == [two])
            try await settle(world, two)

            _ = try await hold(world, "g3", lane: "alone", retryAfter: 600)
            let four = try await hold(world, "g4", lane: "alone", retryAfter: 0)
            #expect(try await claim(world, "g5").claim == .claimed)
            #expect(try await due(world) == [four])
        }
    }

    @Test("of a long queue only a share is on its way at a time")
    func share() async throws {
        try await TestWorld.run { world in
            var ids: [Int] = []
            for number in 1...10 { ids.append(try await hold(world, "g\(number)", lane: "i:\(number)")) }
            #expect(try await due(world, most: 4) == Array(ids.prefix(4)))
            #expect(try await due(world, most: 4).isEmpty)
            try await settle(world, ids[1], ids[3])
            #expect(try await due(world, most: 4) == Array(ids[4...5]))
        }
    }

    @Test("a released message is published as it was, with the id under which it was held")
    func publishing() async throws {
        try await TestWorld.run { world in
            let queue = "test.hold.\(newID())"
            try await world.broker.declare(
                Topology(
                    exchanges: [Topology.Exchange(name: queue, type: "direct")],
                    queues: [Topology.Queue(name: queue, arguments: ["x-expires": .integer(60_000)])],
                    bindings: [Topology.Binding(exchange: queue, queue: queue, routingKey: queue)]
                )
            )
            var ids: [Int] = []
            for name in ["m1", "m2"] { ids.append(try await hold(world, name, exchange: queue)) }
            let job = Task { try await HeldMessageRelease(state: world.service).run() }
            let received = Mutex<[DeliveredMessage]>([])
            let consumer = Task {
                try await world.broker.consume(Subscription(queue: queue)) { message in
                    received.withLock { $0.append(message) }
                    return .acknowledge
                }
            }
            #expect(try await eventually { received.withLock { $0.count >= 2 } })
            for task in [consumer, job] { task.cancel() }
            _ = await (consumer.result, job.result)
            let messages = received.withLock { $0 }
            #expect(messages.map(\.messageID) == ["m1", "m2"])
            #expect(messages.map { $0.headers["heldId"] } == ids.map(String.init))
            #expect(messages.first?.body == Array(#"{"text":"\u0000 ä"}"#.utf8))
            #expect(messages.first?.headers["attempt"] == "1" && messages.first?.type == "OutboundMessage")
        }
    }

    @Test("a wait that is asked of one number holds that number; the tenant's other numbers go on")
    func oneNumber() async throws {
        try await TestWorld.run { world in
            let channel = newID()
            let throttled = FailureCause(disposition: .throttled, code: "130429", reason: "throughput reached")
            let one = try await hold(
                world, "g1", cause: throttled, lane: "c:1", retryAfter: 600, channel: channel, scope: .number)
            #expect(try await claim(world, "g2", lane: "c:2", channel: channel).claim == .held)
            #expect(try await claim(world, "g3", lane: "f:1").claim == .claimed)
            let hold = try #require(try await holds(world).first)
            #expect(hold.scope == .number && hold.channelId == channel && hold.state == .throttled)
            // What the first number holds for another reason goes on as well.
            let two = try await self.hold(world, "g4", lane: "f:2")
            #expect(try await due(world) == [two])
            try await settle(world, two)
            // The whole tenant is parked meanwhile: its trial is a message that the number's wait does not stop.
            let three = try await self.hold(world, "g5", cause: expired, lane: "f:3")
            #expect(try await holds(world).map(\.scope) == [.number, .tenant])
            #expect(try await claim(world, "g6", lane: "f:4").claim == .held)
            try await world.database.execute(
                Statement(
                    "UPDATE tenant_holds SET trial_at = clock_timestamp() - interval '1 second' WHERE line = ''"))
            #expect(try await due(world) == [three])
            try await settle(world, three)
            #expect(try await holds(world).map(\.scope) == [.number])
            try await pass(world)
            #expect(try await due(world) == [one])
            try await settle(world, one)
            #expect(try await claim(world, "g7", lane: "c:2", channel: channel).claim == .claimed)
        }
    }

    @Test(
        "one held message is looked at and released past the hold, in the order of its conversation; refused, it waits")
    func releasedAlone() async throws {
        try await TestWorld.run { world in
            let one = try await hold(world, "g1", cause: expired)
            let two = try await hold(world, "g2")
            let other = try await hold(world, "g3", lane: "i:2")
            guard case .ok(let page) = try await world.client.listHeldMessages(.init(limit: 2)),
                case .ok(let rest) = try await world.client.listHeldMessages(
                    .init(tenantId: world.tenantID, platform: .whatsapp, cursor: page.nextCursor)),
                case .ok(let details) = try await world.client.getHeldMessage(.init(heldId: one))
            else { throw Unexpected("no list") }
            #expect(page.items.map(\.heldId) == [one, two] && rest.items.map(\.heldId) == [other])
            #expect(page.items.map(\.state) == [.waiting, .waiting] && page.items.map(\.behind) == [nil, one])
            #expect(rest.nextCursor == nil && details.message.cause == expired)
            #expect(details.payload == ["text": "\0 ä"] && details.headers["lane"] == "i:1")
            guard case .conflict = try await world.client.releaseHeldMessage(.init(heldId: two)),
                case .accepted(let released) = try await world.client.releaseHeldMessage(.init(heldId: other)),
                case .notFound = try await world.client.releaseHeldMessage(.init(heldId: other + 1_000))
            else { throw Unexpected("not released") }
            #expect(released.state == .onItsWay)
            #expect(try await due(world) == [other])
            #expect(try await claim(world, "g3", lane: "i:2", heldID: other).claim == .claimed)
            #expect(try await claim(world, "g1", heldID: one).claim == .held)
            // The platform refuses it like the others.
            #expect(try await hold(world, "g3", cause: expired, lane: "i:2") == other)
            #expect(try await due(world).isEmpty)
            #expect(try await claim(world, "g3", lane: "i:2", heldID: other).claim == .held)
        }
    }

    @Test("one held message is discarded: it becomes a discarded dead letter, and those behind it go first")
    func discardedAlone() async throws {
        try await TestWorld.run { world in
            let claimed = try await claim(world, "g1")
            let one = try await hold(world, "g1", cause: expired, trackingID: claimed.tracking.id)
            let two = try await hold(world, "g2")
            let body = DiscardRequest(note: "the customer has called")
            guard
                case .ok(let letter) = try await world.client.discardHeldMessage(.init(heldId: one, body: body)),
                case .notFound = try await world.client.discardHeldMessage(.init(heldId: one, body: body)),
                case .accepted = try await world.client.releaseHeldMessage(.init(heldId: two)),
                case .conflict = try await world.client.discardHeldMessage(.init(heldId: two, body: body))
            else { throw Unexpected("not discarded") }
            #expect(letter.state == .discarded && letter.note == body.note && letter.trackingId == claimed.tracking.id)
            #expect(letter.cause.code == "discarded" && letter.direction == .outbound)
            let story = try await world.story("g1")
            #expect(story.tracking.status == .failed && story.events.last?.kind == .discarded)
            #expect(try await due(world) == [two])

            // A customer's file waits for WhatsApp, and comes from there.
            let file = try await hold(world, "w1", cause: expired, lane: "i:9", name: "WhatsAppUpdates")
            guard case .ok(let inbound) = try await world.client.discardHeldMessage(.init(heldId: file, body: body))
            else { throw Unexpected("not discarded") }
            #expect(inbound.direction == .inbound && inbound.messageName == "WhatsAppUpdates")
        }
    }

    @Test(
        "a message that came before a held one of its lane passes it; one that came with or after it waits, either way")
    func earlierMessages() async throws {
        try await TestWorld.run { world in
            guard case .inbound(var file) = world.inbound("wamid.2") else { throw Unexpected("no claim") }
            file.receivedAt = time(5)
            let one = try await hold(
                world, "wamid.2", cause: expired, exchange: "files", claim: .inbound(file))
            #expect(try await world.story("wamid.2").held?.heldId == one)
            func claim(_ id: String, _ seconds: Int64) async throws -> ClaimOutcome? {
                guard case .inbound(var item) = world.inbound(id) else { throw Unexpected("no claim") }
                item.lane = "i:1"
                item.receivedAt = time(seconds)
                return try await world.claim(.inbound(item)).first?.claim
            }
            // On its way while the file was looked for.
            #expect(try await claim("wamid.1", 4) == .claimed)
            #expect(try await claim("wamid.3", 5) == .held)
            #expect(try await claim("wamid.4", 6) == .held)
            // What nobody tracks keeps all back that comes after it.
            _ = try await hold(world, "untracked", exchange: "files")
            #expect(try await claim("wamid.0", 3) == .held)
        }
    }

    @Test("what came between two held files goes between them, although it was held last")
    func placesByTime() async throws {
        try await TestWorld.run { world in
            func held(_ id: String, _ seconds: Int64, _ platform: Platform, _ cause: FailureCause?) async throws -> Int
            {
                guard case .inbound(var item) = world.inbound(id) else { throw Unexpected("no claim") }
                item.receivedAt = time(seconds)
                return try await hold(
                    world, id, cause: cause, exchange: "in", platform: platform, claim: .inbound(item))
            }
            let first = try await held("wamid.1", 3, .whatsapp, expired)
            let last = try await held("wamid.3", 5, .whatsapp, expired)
            let between = try await held("wamid.2", 4, .genesys, nil)
            #expect(try await world.story("wamid.3").held?.behind == first)
            #expect(try await due(world).isEmpty)
            try await pass(world)
            #expect(try await due(world) == [first])
            #expect(try await claim(world, "g1", heldID: between).claim == .held)
            try await settle(world, first)
            #expect(try await due(world) == [between])
            try await settle(world, between)
            #expect(try await due(world) == [last])
        }
    }
}
