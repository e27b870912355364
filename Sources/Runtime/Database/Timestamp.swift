/// A point in time with the resolution of PostgreSQL's `timestamptz`.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microsecondsSinceEpoch: Int64

    /// The point so many microseconds after 1970-01-01T00:00:00Z.
    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// PostgreSQL counts from 2000-01-01T00:00:00Z.
    static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000

    /// Reads the server's ISO text, such as `2026-11-22 19:04:05.123456+00`; nil for infinity, years before 1 and
    /// anything else. Text without an offset is UTC.
    init?(serverText text: String) {
        var scanner = DigitScanner(Substring(text))
        guard let year = scanner.number(minimumDigits: 4), scanner.take("-"), let month = scanner.number(),
            scanner.take("-"), let day = scanner.number(), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = Self.daysSinceEpoch(year: year, month: month, day: day) * 86_400
        var microseconds: Int64 = 0
        if scanner.take(" ") {
            guard let hour = scanner.number(), scanner.take(":"), let minute = scanner.number(), scanner.take(":"),
                let second = scanner.number()
            else { return nil }
            seconds += hour * 3_600 + minute * 60 + second
            if scanner.take(".") {
                guard let fraction = scanner.fraction(digits: 6) else { return nil }
                microseconds = fraction
            }
            guard let offset = scanner.offsetSeconds() else { return nil }
            seconds -= offset
        }
        guard scanner.isAtEnd else { return nil }
        microsecondsSinceEpoch = seconds * 1_000_000 + microseconds
    }

    /// Days between 1970-01-01 and a date of the proleptic Gregorian calendar, counted in 400-year eras that begin on
    /// the first of March, so that the leap day is the last of its year.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Takes numbers and punctuation off the front of a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: Substring) {
        rest = text.utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(minimumDigits: Int = 2) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (minimumDigits...6).contains(digits.count), let value = Int64(Substring(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        return value
    }

    /// Digits after a decimal point, as a count of 10^-`digits`.
    mutating func fraction(digits wanted: Int) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...wanted).contains(digits.count), var value = Int64(Substring(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        for _ in digits.count..<wanted { value *= 10 }
        return value
    }

    /// An offset from UTC such as `+00`, `-03:30` or `+05:53:28`; 0 where there is none.
    mutating func offsetSeconds() -> Int64? {
        let sign: Int64 = take("-") ? -1 : take("+") ? 1 : 0
        guard sign != 0 else { return 0 }
        guard let hours = number() else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] as [Int64] where take(":") {
            guard let part = number() else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }
}
