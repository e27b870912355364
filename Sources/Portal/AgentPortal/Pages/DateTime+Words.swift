import ContractRuntime
import Foundation

/// A time as pages show it: exact for machines, short for people; a script makes it local.
struct TimeText: Sendable {
    /// RFC 3339, for `datetime`.
    let machine: String
    /// `2026-11-22 21:15 UTC`.
    let words: String
    /// `2026-11-22`, for dividing a list by days.
    let day: String
    /// `21:15`, where the day is said elsewhere.
    let clock: String

    init(_ time: DateTime) {
        machine = time.text
        day = String(time.text.prefix(10))
        clock = String(time.text.dropFirst(11).prefix(5))
        words = "\(day) \(clock) UTC"
    }
}
