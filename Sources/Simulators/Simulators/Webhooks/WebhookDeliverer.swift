import ContractRuntime
import HTTPTypes
import ServiceKit
import SimulatorContract

/// Delivers webhooks as a platform does: signed, in order within a lane, again after failures, each attempt on record.
actor WebhookDeliverer {
    /// Attempts that are kept of one webhook (simulator.yaml, WebhookDelivery).
    private static let maximumAttempts = 100

    private struct Record {
        var delivery: WebhookDelivery
        /// Released once the webhook is settled.
        var order: WebhookOrder?
    }

    private let style: WebhookSignature
    private let policy: WebhookPolicy
    private let world: SimulatorWorld
    private let journal: Journal
    private var records: [Record] = []
    /// Places in `records` that wait, by lane; a lane that is here is being worked on.
    private var lanes: [String: [Int]] = [:]
    private var transports: [String: any ClientTransport] = [:]
    /// Counts resets; what began before one leaves no trace.
    private var epoch = 0
    private let starts: AsyncStream<String>
    private let start: AsyncStream<String>.Continuation

    init(style: WebhookSignature, policy: WebhookPolicy, world: SimulatorWorld, journal: Journal) {
        self.style = style
        self.policy = policy
        self.world = world
        self.journal = journal
        (starts, start) = AsyncStream.makeStream()
    }

    /// Takes a webhook; ``run()`` delivers it.
    func enqueue(_ order: WebhookOrder) -> WebhookDelivery {
        let delivery = WebhookDelivery(
            sequence: records.count + 1,
            account: order.account.id,
            state: .pending,
            createdAt: world.dateTime,
            attempts: []
        )
        records.append(Record(delivery: delivery, order: order))
        let lane = order.lane.map { "lane:\($0)" } ?? "own:\(epoch).\(delivery.sequence)"
        if lanes[lane] == nil {
            lanes[lane] = [records.count - 1]
            start.yield(lane)
        } else {
            lanes[lane]?.append(records.count - 1)
        }
        return delivery
    }

    /// Webhooks that match, in the order of making.
    func list(_ input: ListDeliveries.Input) -> WebhookDeliveries {
        let matching = records.lazy.map(\.delivery).filter { delivery in
            delivery.sequence > input.after ?? 0 && input.state.map { $0 == delivery.state } ?? true
        }
        return WebhookDeliveries(items: Array(matching.prefix(input.limit ?? 1_000)), total: matching.count)
    }

    /// Forgets all webhooks, those under way included.
    func reset() {
        epoch += 1
        records = []
        lanes = lanes.mapValues { _ in [] }
    }

    /// Delivers until the task is cancelled.
    nonisolated func run() async {
        await withDiscardingTaskGroup { group in
            for await lane in starts {
                group.addTask { await self.drain(lane) }
            }
        }
    }

    private func drain(_ lane: String) async {
        while !Task.isCancelled {
            guard let index = lanes[lane]?.first else {
                lanes[lane] = nil
                return
            }
            lanes[lane]?.removeFirst()
            await deliver(index)
        }
    }

    private func deliver(_ index: Int) async {
        guard let order = records[index].order else { return }
        let epoch = epoch
        var failures = 0
        var redeliveries = order.redeliveries
        var wasAccepted = false
        while !Task.isCancelled {
            let attempt = await attempt(order)
            if Task.isCancelled { return }
            guard epoch == self.epoch else { return }
            if records[index].delivery.attempts.count < Self.maximumAttempts {
                records[index].delivery.attempts.append(attempt)
            }
            await log(order, sequence: index + 1, attempt)
            guard epoch == self.epoch else { return }
            if let status = attempt.status, policy.isAccepted(status) {
                wasAccepted = true
                guard redeliveries > 0 else { break }
                redeliveries -= 1
                continue
            }
            guard !wasAccepted, order.retries, policy.isRetried(attempt.status), failures < policy.waits.count else {
                break
            }
            let wait = policy.waits[failures]
            failures += 1
            if wait > .zero { try? await world.sleep(wait) }
            guard epoch == self.epoch else { return }
        }
        if Task.isCancelled { return }
        records[index].delivery.state = wasAccepted ? .delivered : .dropped
        records[index].order = nil
        await order.settled?(wasAccepted)
    }

    private func attempt(_ order: WebhookOrder) async -> DeliveryAttempt {
        let startedAt = world.dateTime
        var attempt = DeliveryAttempt(startedAt: startedAt, durationMilliseconds: 0)
        do {
            attempt.status = try await post(order)
        } catch let error as TransportError {
            attempt.failure = String("\(error.code.rawValue): \(error.reason)".prefix(500))
        } catch {
            attempt.failure = "no transport: \(type(of: error))"
        }
        attempt.durationMilliseconds = Double(max(0, world.now() - startedAt.millisecondsSinceEpoch))
        return attempt
    }

    private func post(_ order: WebhookOrder) async throws -> Int {
        guard let address = WebhookAddress(order.account.url) else {
            throw TransportError(.invalidRequest, reason: "the webhook's address is no http or https URL")
        }
        let transport = try transports[address.base] ?? world.transport(address.base)
        transports[address.base] = transport
        var headers: HTTPFields = [.contentType: "application/json"]
        for (name, value) in order.account.headers {
            if let field = HTTPField.Name(name) { headers[field] = value }
        }
        if let field = HTTPField.Name(WebhookSigning.headerName) {
            headers[field] = WebhookSigning.header(
                order.signature,
                style,
                of: order.body,
                secret: order.account.secret
            )
        }
        let request = ContractRequest(method: .post, target: address.target, headers: headers, body: .bytes(order.body))
        return try await transport.send(request, options: RequestOptions(timeout: policy.timeout)).status
    }

    private func log(_ order: WebhookOrder, sequence: Int, _ attempt: DeliveryAttempt) async {
        let answer = attempt.status.map { "answered \($0)" } ?? attempt.failure ?? "no answer"
        let text = "webhook \(sequence) (\(order.about)) \(answer) after \(Int(attempt.durationMilliseconds)) ms"
        await journal.log(.webhook, status: attempt.status, text)
    }
}
