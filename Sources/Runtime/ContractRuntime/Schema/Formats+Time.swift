/// Dates, times and durations of RFC 3339.
extension ContractFormat {
    /// §5.6 `date-time`.
    static func isDateTime(_ bytes: Bytes) -> Bool {
        guard bytes.count > 11, bytes[10] | 32 == UInt8(ascii: "t") else { return false }
        return isDate(bytes[..<10]) && isTime(bytes[11...])
    }

    /// §5.6 `full-date`.
    static func isDate(_ bytes: Bytes) -> Bool { isDate(bytes[...]) }

    /// §5.6 `full-time`.
    static func isTime(_ bytes: Bytes) -> Bool { isTime(bytes[...]) }

    private static func isDate(_ bytes: Slice<Bytes>) -> Bool {
        let start = bytes.startIndex
        guard bytes.count == 10, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let high = twoDigits(bytes, at: start), let low = twoDigits(bytes, at: start + 2),
            let month = twoDigits(bytes, at: start + 5), let day = twoDigits(bytes, at: start + 8)
        else { return false }
        let year = high * 100 + low
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days: Int
        switch month {
        case 2: days = isLeapYear ? 29 : 28
        case 4, 6, 9, 11: days = 30
        case 1...12: days = 31
        default: return false
        }
        return (1...days).contains(day)
    }

    private static func isTime(_ bytes: Slice<Bytes>) -> Bool {
        let start = bytes.startIndex
        guard bytes.count >= 9, bytes[start + 2] == UInt8(ascii: ":"), bytes[start + 5] == UInt8(ascii: ":"),
            let hour = twoDigits(bytes, at: start), let minute = twoDigits(bytes, at: start + 3),
            let second = twoDigits(bytes, at: start + 6), hour < 24, minute < 60, second <= 60
        else { return false }
        var rest = bytes[(start + 8)...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest[fraction.endIndex...]
        }
        guard let offset = offset(rest) else { return false }
        // A leap second is the last second of a day in UTC (appendix D).
        return second < 60 || (hour * 60 + minute - offset + 2 * 1440) % 1440 == 1439
    }

    /// Minutes east of UTC of `time-offset`.
    private static func offset(_ bytes: Slice<Bytes>) -> Int? {
        guard let sign = bytes.first else { return nil }
        if sign | 32 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        let start = bytes.startIndex
        guard bytes.count == 6, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            bytes[start + 3] == UInt8(ascii: ":"), let hour = twoDigits(bytes, at: start + 1),
            let minute = twoDigits(bytes, at: start + 4), hour < 24, minute < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hour * 60 + minute)
    }

    private static func twoDigits(_ bytes: Slice<Bytes>, at index: Int) -> Int? {
        guard isDigit(bytes[index]), isDigit(bytes[index + 1]) else { return nil }
        return Int(bytes[index] - 48) * 10 + Int(bytes[index + 1] - 48)
    }

    /// Appendix A `duration`: whole numbers only, no unit left out between two others, weeks alone.
    static func isDuration(_ bytes: Bytes) -> Bool {
        var rest = bytes[...]
        guard rest.popFirst() == UInt8(ascii: "P") else { return false }
        if isChain(rest, "W") { return true }
        let time = rest.firstIndex(of: UInt8(ascii: "T"))
        let date = time.map { rest[..<$0] } ?? rest
        if let time, !isChain(rest[(time + 1)...], "HMS") { return false }
        return date.isEmpty ? time != nil : isChain(date, "YMD")
    }

    /// Numbers with units that follow one another in `units`, at least one.
    private static func isChain(_ bytes: Slice<Bytes>, _ units: StaticString) -> Bool {
        var rest = bytes
        var unit = 0
        var isFirst = true
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            rest = rest[digits.endIndex...]
            guard !digits.isEmpty, let letter = rest.popFirst() else { return false }
            if isFirst {
                while unit < units.utf8CodeUnitCount, units.utf8Start[unit] != letter { unit += 1 }
            }
            guard unit < units.utf8CodeUnitCount, units.utf8Start[unit] == letter else { return false }
            unit += 1
            isFirst = false
        }
        return !isFirst
    }
}
