import ContractRuntime
import Foundation

/// A time as pages show it: exact for machines, short for people; a script makes it local.
struct TimeText: Sendable {
    /// RFC 3339, for `datetime`.
    let machine: String
    /// `2026-11-22 21:15 UTC`.
    let words: String

    init(_ time: DateTime) {
        machine = time.text
        words = String(time.text.prefix(16)).replacingOccurrences(of: "T", with: " ") + " UTC"
    }
}
