import SimulatorContract
import WhatsAppWebhookContract

/// Reports what becomes of accepted messages: each status when it is due, one after the other for a message, and those
/// that are due together in one webhook.
actor StatusScheduler {
    /// Most updates of one webhook (Meta, webhook endpoints, read 2026-09).
    private static let maximumBatch = 1_000

    private struct Pending {
        let message: MetaPlatform.Accepted
        let statuses: ArraySlice<SimulatedStatus>
        /// What carries the price beside sent: the first of delivered and read.
        let billed: SimulatedStatus?
        let dueAt: Int64
    }

    private let platform: MetaPlatform
    private let deliveries: WebhookDeliverer
    private let configuration: MetaSimulatorConfiguration
    private let world: SimulatorWorld
    private var pending: [Pending] = []
    private var epoch = 0
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init(
        platform: MetaPlatform,
        deliveries: WebhookDeliverer,
        configuration: MetaSimulatorConfiguration,
        world: SimulatorWorld
    ) {
        self.platform = platform
        self.deliveries = deliveries
        self.configuration = configuration
        self.world = world
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to report on a message. A reaction is only ever sent (status webhooks, read 2025-12).
    func begin(_ message: MetaPlatform.Accepted, statuses: [SimulatedStatus]) {
        let reported: [SimulatedStatus]
        if message.isReengagement || message.unfetched != nil {
            reported = [.failed]
        } else if message.isReaction {
            reported = statuses.filter { $0 == .sent }
        } else {
            reported = statuses
        }
        schedule(message, reported[...], billed: reported.first { $0 == .delivered || $0 == .read })
    }

    private func schedule(
        _ message: MetaPlatform.Accepted, _ statuses: ArraySlice<SimulatedStatus>, billed: SimulatedStatus?
    ) {
        guard !statuses.isEmpty else { return }
        let delay = Int64(configuration.statusDelay / .milliseconds(1))
        pending.append(
            Pending(message: message, statuses: statuses, billed: billed, dueAt: world.now() + delay))
        wakeUp.yield()
    }

    func reset() {
        epoch += 1
        pending = []
    }

    /// Reports until the task is cancelled.
    nonisolated func run() async {
        for await _ in wakeUps {
            while let wait = await timeToNext() {
                guard (try? await world.sleep(wait)) != nil else { return }
                await flush()
            }
        }
    }

    private func timeToNext() -> Duration? {
        guard let next = pending.lazy.map(\.dueAt).min() else { return nil }
        return .milliseconds(max(0, next - world.now())) + configuration.statusBatchWindow
    }

    private func flush() async {
        let now = world.now()
        let epoch = epoch
        let due = pending.filter { $0.dueAt <= now }
        pending.removeAll { $0.dueAt <= now }
        let byNumber = Dictionary(grouping: due, by: \.message.numberID)
        for id in byNumber.keys.sorted() {
            let group = byNumber[id] ?? []
            for start in stride(from: 0, to: group.count, by: Self.maximumBatch) {
                await report(Array(group[start..<min(start + Self.maximumBatch, group.count)]), number: id, epoch, now)
            }
        }
    }

    private func report(_ group: [Pending], number id: String, _ epoch: Int, _ now: Int64) async {
        guard let number = await platform.number(id), let account = await platform.webhookAccount(id),
            await platform.isSubscribed(number: id)
        else { return }
        let statuses = group.compactMap { pending in
            pending.statuses.first.map { status in
                let isBilled = status == .sent || status == pending.billed
                return MetaWebhookBody.status(status, of: pending.message, at: now, isBilled: isBilled)
            }
        }
        _ = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: nil,
                body: MetaWebhookBody.statuses(statuses, number: number),
                about: "statuses of \(group.count) messages"
            ) { [weak self] _ in await self?.settled(group, epoch) }
        )
    }

    /// The next status of a message follows when the one before was taken or given up.
    private func settled(_ group: [Pending], _ epoch: Int) {
        guard epoch == self.epoch else { return }
        for pending in group { schedule(pending.message, pending.statuses.dropFirst(), billed: pending.billed) }
    }
}
