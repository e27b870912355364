import Synchronization

/// A clock on which sleeping takes no time and moves it on.
final class SkippingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Instant(offset: .zero))
    private let slept = Mutex<[Duration]>([])

    var now: Instant { time.withLock { $0 } }
    var minimumResolution: Duration { .zero }
    var sleeps: [Duration] { slept.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        slept.withLock { $0.append(now.duration(to: deadline)) }
        time.withLock { $0 = max($0, deadline) }
    }
}
