import ContractRuntime
import Synchronization

/// Runs a subscription's handler: takes deliveries from the connection's thread, hands decisions back to it.
///
/// A worker is a task that handles ready deliveries until there are none; there are never more than `concurrentLanes`.
final class LaneDispatcher: Sendable {
    private struct State {
        var schedule: LaneSchedule
        var workerCount = 0
        /// Workers that were started and have not asked for their first delivery yet.
        var startingCount = 0
        var finishWaiter: CheckedContinuation<Void, Never>?
    }

    let subscription: Subscription
    private let state: Mutex<State>
    private let handler: @Sendable (DeliveredMessage) async -> DeliveryDecision
    /// Tells the connection that there is something to send.
    private let wakeConnection: @Sendable () -> Void

    init(
        _ subscription: Subscription,
        handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision,
        wakeConnection: @escaping @Sendable () -> Void
    ) {
        self.subscription = subscription
        self.handler = handler
        self.wakeConnection = wakeConnection
        state = Mutex(
            State(schedule: LaneSchedule(laneHeader: subscription.laneHeader, prefetch: subscription.prefetch))
        )
    }

    /// Whether stopped, with no handler running and no decision unsent.
    var isDrained: Bool { state.withLock { $0.schedule.isFinished && !$0.schedule.hasSettlements } }

    /// Whether ``closeOldGaps()`` has to be called now and then.
    var hasGaps: Bool { state.withLock { $0.schedule.hasGaps } }

    /// Takes deliveries of the current subscription in, in their order.
    func accept(_ deliveries: [Delivery]) {
        let now = ContinuousClock.now
        let newWorkers = state.withLock { state in
            for delivery in deliveries { state.schedule.accept(delivery, now: now) }
            return addWorkers(&state)
        }
        startWorkers(newWorkers)
    }

    /// The decisions to send to the broker.
    func takeSettlements() -> [LaneSchedule.Settlement] { state.withLock { $0.schedule.takeSettlements() } }

    /// Lets lanes go on that wait in vain for a redelivery.
    func closeOldGaps() {
        let now = ContinuousClock.now
        let newWorkers = state.withLock { state in
            state.schedule.closeOldGaps(now: now)
            return addWorkers(&state)
        }
        startWorkers(newWorkers)
    }

    /// Forgets deliveries of an earlier subscription.
    func startGeneration() { state.withLock { $0.schedule.startGeneration() } }

    /// Whether ``stop()`` was called.
    var isStopped: Bool { state.withLock { $0.schedule.isStopped } }

    /// Starts no further handler.
    func stop() {
        let finished = state.withLock { state in
            state.schedule.stop()
            return takeFinishWaiter(&state)
        }
        finished?.resume()
        wakeConnection()
    }

    /// Waits until ``stop()`` was called and no handler runs any more.
    func waitUntilFinished() async {
        await withCheckedContinuation { continuation in
            let finished = state.withLock { state in
                state.finishWaiter = continuation
                return takeFinishWaiter(&state)
            }
            finished?.resume()
        }
    }

    private func takeFinishWaiter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        state.schedule.isFinished ? exchange(&state.finishWaiter, with: nil) : nil
    }

    private func addWorkers(_ state: inout State) -> Int {
        let count = min(
            state.schedule.readyCount - state.startingCount,
            subscription.concurrentLanes - state.workerCount
        )
        guard count > 0 else { return 0 }
        state.workerCount += count
        state.startingCount += count
        return count
    }

    private func startWorkers(_ count: Int) {
        // Not child tasks of the consuming task: its cancellation must not reach running handlers, which finish their
        // work. The consuming task waits for them instead.
        for _ in 0..<count { Task { await work() } }
    }

    private func work() async {
        var next = state.withLock { state in
            state.startingCount -= 1
            return takeNext(&state)
        }
        while let current = next {
            var message = current.delivery.message
            message.queue = subscription.queue
            let decision = await handler(message)
            let now = ContinuousClock.now
            let mustWake: Bool
            let finished: CheckedContinuation<Void, Never>?
            (next, mustWake, finished) = state.withLock { state in
                let hadSettlements = state.schedule.hasSettlements
                state.schedule.finish(current, decision, now: now)
                let mustWake = !hadSettlements || state.schedule.isFinished
                return (takeNext(&state), mustWake, takeFinishWaiter(&state))
            }
            if mustWake { wakeConnection() }
            finished?.resume()
        }
    }

    /// The next delivery; without one, the asking worker ends.
    private func takeNext(_ state: inout State) -> LaneSchedule.Work? {
        let work = state.schedule.next()
        if work == nil { state.workerCount -= 1 }
        return work
    }
}
