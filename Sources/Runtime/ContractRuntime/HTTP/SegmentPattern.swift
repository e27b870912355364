/// A segment of a path template that mixes text and parameters, such as `{id}.json` or `{base}...{head}`.
struct SegmentPattern: Sendable, Hashable {
    /// The text before, between and behind the parameters: one more than there are parameters. Texts between two are not empty.
    private let texts: [[UInt8]]

    /// How much of it is fixed; of two patterns of one place the one with more is tried first.
    var fixedBytes: Int { texts.reduce(0) { $0 + $1.count } }

    /// Takes a segment apart.
    /// - Returns: nil unless text and parameters are mixed.
    static func parse(_ segment: some StringProtocol) -> (pattern: SegmentPattern, names: [String])? {
        var texts: [[UInt8]] = []
        var names: [String] = []
        var rest = Substring(segment)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            texts.append(Array(rest[..<open].utf8))
            names.append(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        texts.append(Array(rest.utf8))
        guard !names.isEmpty, texts.contains(where: { !$0.isEmpty }) else { return nil }
        return (SegmentPattern(texts: texts), names)
    }

    /// The values of the parameters as they stand in a segment of a request, percent-encoded; the first takes as much as it can,
    /// each at least one character.
    func values(in segment: Substring) -> [Substring]? {
        let units = Self.units(of: segment)
        guard let units, Self.has(texts[0], units, at: 0) else { return nil }
        var values: [Substring] = []
        return find(parameter: 0, from: texts[0].count, units, segment, &values) ? values : nil
    }

    private func find(
        parameter: Int, from start: Int, _ units: [Unit], _ segment: Substring, _ values: inout [Substring]
    ) -> Bool {
        guard parameter + 1 < texts.count else { return start == units.count }
        let text = texts[parameter + 1]
        let isLast = parameter + 2 == texts.count
        var end = units.count - text.count
        while end > start {
            if Self.has(text, units, at: end) {
                let stop = end < units.count ? units[end].place : segment.endIndex
                values.append(segment[units[start].place..<stop])
                if find(parameter: parameter + 1, from: end + text.count, units, segment, &values) { return true }
                values.removeLast()
            }
            // The last text stands at the end or nowhere.
            if isLast { return false }
            end -= 1
        }
        return false
    }

    // MARK: Bytes with their places

    /// A byte that a segment means, and where it is written.
    private struct Unit {
        var byte: UInt8
        var place: Substring.Index
    }

    /// Nil if an escape is broken.
    private static func units(of segment: Substring) -> [Unit]? {
        var units: [Unit] = []
        units.reserveCapacity(segment.utf8.count)
        var place = segment.startIndex
        while place < segment.endIndex {
            let byte = segment.utf8[place]
            let start = place
            place = segment.utf8.index(after: place)
            guard byte == UInt8(ascii: "%") else {
                units.append(Unit(byte: byte, place: start))
                continue
            }
            guard let end = segment.utf8.index(place, offsetBy: 2, limitedBy: segment.endIndex),
                let decoded = UInt8(segment[place..<end], radix: 16)
            else { return nil }
            units.append(Unit(byte: decoded, place: start))
            place = end
        }
        return units
    }

    private static func has(_ text: [UInt8], _ units: [Unit], at start: Int) -> Bool {
        guard start + text.count <= units.count else { return false }
        return text.indices.allSatisfy { units[start + $0].byte == text[$0] }
    }
}
