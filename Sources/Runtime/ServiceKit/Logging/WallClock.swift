public import ContractRuntime
import Glibc

/// The time of day.
public enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static var millisecondsSinceEpoch: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Now, in UTC with milliseconds.
    public static var now: DateTime { DateTime(millisecondsSinceEpoch: millisecondsSinceEpoch) }
}
