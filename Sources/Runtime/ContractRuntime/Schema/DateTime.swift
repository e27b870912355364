public import ContractJSON

/// A date and time with offset (RFC 3339), kept as it was written, fraction and offset included.
public struct DateTime: ContractValue {
    /// The text, valid by RFC 3339 `date-time`.
    public let text: String
    /// Nanoseconds since 1970-01-01T00:00:00Z; digits of the fraction beyond the ninth are cut. A leap second counts as
    /// the first instant of the next minute.
    public let nanosecondsSinceEpoch: Int128

    /// - Parameter text: RFC 3339 `date-time`; anything else gives nil.
    public init?(_ text: String) {
        guard ContractFormat.isValid("date-time", text) == true, let nanoseconds = Self.parse(Array(text.utf8)) else {
            return nil
        }
        self.text = text
        nanosecondsSinceEpoch = nanoseconds
    }

    /// A time in UTC with millisecond fraction.
    /// - Parameter millisecondsSinceEpoch: Milliseconds since 1970-01-01T00:00:00Z.
    public init(millisecondsSinceEpoch milliseconds: Int64) {
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let rest = Int(milliseconds - Int64(days) * 86_400_000)
        let date = CivilDate(daysSinceEpoch: days)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        let time = "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1_000 % 60, 2))"
        text = "\(day)T\(time).\(padded(rest % 1_000, 3))Z"
        nanosecondsSinceEpoch = Int128(milliseconds) * 1_000_000
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down.
    public var millisecondsSinceEpoch: Int64 {
        let (quotient, remainder) = nanosecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000)
        return Int64(remainder < 0 ? quotient - 1 : quotient)
    }

    /// Reads a JSON string of format `date-time`.
    public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> DateTime? {
        guard let text = node.string else {
            context.refuse("type", "#/type", "expected a string, found \(node.kind)")
            return nil
        }
        guard let value = DateTime(text) else {
            context.refuse("format", "#/format", "expected a date-time of RFC 3339, e.g. 2026-01-31T09:30:00Z")
            return nil
        }
        return value
    }

    /// Writes the text as it was.
    public func write(to writer: inout JSONWriter) { writer.string(text) }

    private static func parse(_ bytes: [UInt8]) -> Int128? {
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 &- 48) } }
        guard bytes.count >= 20 else { return nil }
        let days = CivilDate(year: number(0..<4), month: number(5..<7), day: number(8..<10)).daysSinceEpoch
        var seconds = days * 86_400 + number(11..<13) * 3_600 + number(14..<16) * 60 + number(17..<19)
        var position = 19
        var fraction = 0
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            var scale = 100_000_000
            while position < bytes.count, bytes[position] &- 48 < 10 {
                fraction += Int(bytes[position] &- 48) * scale
                scale /= 10
                position += 1
            }
        }
        if position + 6 == bytes.count {
            let offset = number(position + 1..<position + 3) * 3_600 + number(position + 4..<position + 6) * 60
            seconds -= bytes[position] == UInt8(ascii: "-") ? -offset : offset
        }
        return Int128(seconds) * 1_000_000_000 + Int128(fraction)
    }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Counts in years that begin in March, so that the leap day is the last one.
    init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
