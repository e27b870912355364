/// A moment as Signature Version 4 writes it, from seconds since 1970; proleptic Gregorian, years 1 to 9999.
struct UTCTimestamp {
    /// `20150830`.
    let date: String
    /// `20150830T123600Z`.
    let basic: String

    init(secondsSince1970 seconds: Int64) {
        let (days, second) = Int(seconds).quotientAndRemainder(flooredBy: 86_400)
        // Howard Hinnant's civil-from-days: eras of 400 years, years that begin in March.
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(flooredBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        date = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(day, 2)
        basic =
            date + "T" + Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2) + Self.digits(second % 60, 2)
            + "Z"
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}

extension Int {
    fileprivate func quotientAndRemainder(flooredBy divisor: Int) -> (Int, Int) {
        let remainder = (self % divisor + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
