import ContractRuntime

/// Which delivery is handled next: one at a time within a lane and in queue order, lanes side by side.
///
/// A delivery that goes back to the queue leaves a *gap* at its place in the lane, and so do the later ones that were
/// prefetched, which go back behind it. A gap is filled by the redelivery of the same message; nothing behind a gap is
/// handled before. A gap that stays open for ``gapLimit`` is closed: its message went to another consumer, expired or was
/// dead-lettered.
struct LaneSchedule {
    /// A decision to be sent to the broker.
    struct Settlement: Equatable {
        var tag: UInt64
        var decision: DeliveryDecision
    }

    /// A delivery to handle now.
    struct Work {
        var lane: String
        var delivery: Delivery
        /// The subscription that it came with; its tag means nothing to a later one.
        var generation: Int
    }

    /// What makes two deliveries the same message.
    private struct Identity: Hashable {
        var messageID: String?
        var routingKey: String
        var bodyHash: Int

        init(_ message: DeliveredMessage) {
            messageID = message.messageID
            routingKey = message.routingKey
            bodyHash = message.body.hashValue
        }
    }

    private struct Place {
        var identity: Identity
        /// nil: a gap.
        var delivery: Delivery?
    }

    private struct Lane {
        var places = FIFO<Place>()
        var isRunning = false
        var isReady = false
        var gapSince: ContinuousClock.Instant?
    }

    /// How long a gap may hold up its lane.
    static let gapLimit: Duration = .seconds(5)

    private let laneHeader: String?
    private let prefetch: Int
    private var lanes: [String: Lane] = [:]
    private var ready = FIFO<String>()
    private var heldUp: Set<String> = []
    private var settlements: [Settlement] = []
    private var unsettledCount = 0
    private(set) var isStopped = false
    private(set) var generation = 0
    /// Deliveries being handled.
    private(set) var runningCount = 0

    init(laneHeader: String?, prefetch: Int) {
        self.laneHeader = laneHeader
        self.prefetch = prefetch
    }

    /// Lanes with a delivery that can be handled now.
    var readyCount: Int { ready.count }
    /// Whether decisions wait to be sent.
    var hasSettlements: Bool { !settlements.isEmpty }
    /// Whether nothing is handled and nothing will be.
    var isFinished: Bool { isStopped && runningCount == 0 }
    /// Whether a gap holds up a lane, so that ``closeOldGaps(now:)`` has to be called.
    var hasGaps: Bool { !heldUp.isEmpty }

    /// Takes a delivery in.
    mutating func accept(_ delivery: Delivery, now: ContinuousClock.Instant) {
        guard !isStopped else { return }
        unsettledCount += 1
        guard !delivery.isOversized else {
            settle(delivery.tag, .reject)
            return
        }
        let name = laneHeader.flatMap { delivery.message.headers[$0] } ?? ""
        var lane = lanes.removeValue(forKey: name) ?? Lane()
        let identity = Identity(delivery.message)
        let gap =
            delivery.message.redelivered
            ? lane.places.firstOffset { $0.delivery == nil && $0.identity == identity } : nil
        if let gap {
            lane.places[gap]?.delivery = delivery
        } else {
            lane.places.append(Place(identity: identity, delivery: delivery))
        }
        put(lane, name, now: now)
        if unsettledCount >= prefetch, hasGaps { makeRoom() }
    }

    /// The next delivery to handle; it counts as running until it is finished.
    mutating func next() -> Work? {
        while let name = ready.popFirst() {
            lanes[name]?.isReady = false
            guard let delivery = lanes[name]?.places.first?.delivery else { continue }
            _ = lanes[name]?.places.popFirst()
            lanes[name]?.isRunning = true
            runningCount += 1
            return Work(lane: name, delivery: delivery, generation: generation)
        }
        return nil
    }

    /// Notes the decision about a delivery and lets its lane go on.
    mutating func finish(_ work: Work, _ decision: DeliveryDecision, now: ContinuousClock.Instant) {
        runningCount -= 1
        guard var lane = lanes.removeValue(forKey: work.lane) else { return }
        lane.isRunning = false
        // Once stopped, what is put back is not settled: the closing channel returns it together with all that was
        // handed out behind it, in order. A settlement of its own would let the next ones pass it.
        if work.generation == generation, !(decision == .requeue && isStopped) {
            settle(work.delivery.tag, decision)
            if decision == .requeue {
                lane.places.prepend(Place(identity: Identity(work.delivery.message), delivery: nil))
                giveBack(&lane)
            }
        }
        put(lane, work.lane, now: now)
    }

    /// The decisions to send now.
    mutating func takeSettlements() -> [Settlement] {
        defer { settlements = [] }
        return settlements
    }

    /// Closes gaps that were open for too long.
    mutating func closeOldGaps(now: ContinuousClock.Instant) {
        for name in heldUp {
            guard let since = lanes[name]?.gapSince, since.duration(to: now) >= Self.gapLimit,
                var lane = lanes.removeValue(forKey: name)
            else { continue }
            while let place = lane.places.first, place.delivery == nil { _ = lane.places.popFirst() }
            put(lane, name, now: now)
        }
    }

    /// Forgets all deliveries that are not being handled: the subscription is gone and the broker delivers them again.
    mutating func startGeneration() {
        generation += 1
        clear()
        settlements = []
    }

    /// Lets running deliveries finish and starts no further ones.
    mutating func stop() {
        isStopped = true
        clear()
    }

    private mutating func clear() {
        ready.removeAll()
        heldUp.removeAll()
        unsettledCount = 0
        lanes = lanes.filter { $0.value.isRunning }
        for name in lanes.keys {
            lanes[name]?.places.removeAll()
            lanes[name]?.gapSince = nil
            lanes[name]?.isReady = false
        }
    }

    /// Stores a lane after a change: ready, held up by a gap, or forgotten because it is empty.
    private mutating func put(_ lane: Lane, _ name: String, now: ContinuousClock.Instant) {
        var lane = lane
        let isHeldUp = lane.places.first.map { $0.delivery == nil } ?? false
        lane.gapSince = isHeldUp ? lane.gapSince ?? now : nil
        if isHeldUp { heldUp.insert(name) } else { heldUp.remove(name) }
        if !isHeldUp, !lane.isRunning, !lane.isReady, !lane.places.isEmpty {
            lane.isReady = true
            ready.append(name)
        }
        lanes[name] = lane.places.isEmpty && !lane.isRunning ? nil : lane
    }

    private mutating func settle(_ tag: UInt64, _ decision: DeliveryDecision) {
        settlements.append(Settlement(tag: tag, decision: decision))
        unsettledCount -= 1
    }

    /// Sends back every delivery of a lane, in order.
    private mutating func giveBack(_ lane: inout Lane) {
        for offset in 0..<lane.places.count {
            guard let delivery = lane.places[offset]?.delivery else { continue }
            settle(delivery.tag, .requeue)
            lane.places[offset]?.delivery = nil
        }
    }

    /// The broker can't fill a gap while the prefetch limit is used up by deliveries behind it, so these go back.
    private mutating func makeRoom() {
        for name in heldUp {
            guard var lane = lanes.removeValue(forKey: name) else { continue }
            giveBack(&lane)
            lanes[name] = lane
        }
    }
}
