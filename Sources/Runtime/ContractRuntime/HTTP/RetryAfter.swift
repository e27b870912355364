import Glibc

/// The field `Retry-After` (RFC 9110 §10.2.3): a number of seconds, or the time from which on to try again.
public enum RetryAfter {
    /// How many seconds to wait, at least 0 and rounded up: 0 for a time that is past. Nil for what is neither form; the
    /// caller then waits as without the field.
    /// - Parameters:
    ///   - field: The field's value.
    ///   - now: Milliseconds since 1970-01-01T00:00:00Z.
    public static func seconds(_ field: String, now: Int64 = Self.now) -> Int? {
        let text = field.trimmedSpaces
        if !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }) { return Int(text) ?? .max }
        guard let time = HTTPDate.secondsSinceEpoch(text) else { return nil }
        return Int(max(0, (time * 1_000 - now + 999) / 1_000))
    }

    /// This machine's time of day, in milliseconds since 1970-01-01T00:00:00Z.
    public static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// `HTTP-date` (RFC 9110 §5.6.7), in the form of today and in the two that recipients must still understand.
enum HTTPDate {
    /// Seconds since 1970-01-01T00:00:00Z; nil for what is no date.
    /// - Parameter thisYear: A year of two digits is at most fifty years after it.
    static func secondsSinceEpoch(_ text: Substring, thisYear: Int = Self.thisYear) -> Int64? {
        let words = text.split(separator: " ").map { String($0) }
        switch words.count {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT" && words[3].utf8.count == 4:
            return seconds(year: number(words[3]), month: words[2], day: words[1], time: words[4])
        // Sunday, 06-Nov-94 08:49:37 GMT
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
            guard date.count == 3, date[2].utf8.count == 2, let short = number(date[2]) else { return nil }
            let year = thisYear - thisYear % 100 + short
            return seconds(
                year: year > thisYear + 50 ? year - 100 : year, month: date[1], day: date[0], time: words[2])
        // Sun Nov  6 08:49:37 1994
        case 5 where words[4].utf8.count == 4:
            return seconds(year: number(words[4]), month: words[1], day: words[2], time: words[3])
        default: return nil
        }
    }

    private static var thisYear: Int { CivilDate(daysSinceEpoch: Int(RetryAfter.now / 86_400_000)).year }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func seconds(year: Int?, month: String, day: String, time: String) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let year, let month = months.firstIndex(of: month), let day = number(day), clock.count == 3,
            clock.allSatisfy({ $0.utf8.count == 2 }), let hour = number(String(clock[0])),
            let minute = number(String(clock[1])), let second = number(String(clock[2])),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDate(year: year, month: month + 1, day: day).daysSinceEpoch
        let written = CivilDate(daysSinceEpoch: days)
        // A day that its month does not have would count as one of the next.
        guard written.day == day, written.month == month + 1 else { return nil }
        return Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    }

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        return Int(text)
    }
}

extension String {
    fileprivate var trimmedSpaces: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
