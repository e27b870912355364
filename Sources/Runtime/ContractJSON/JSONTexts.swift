/// Texts known at compile time, each found in one step however many there are. Compared byte by byte.
///
/// A table is made once for a static constant and lives as long as the program: it is never freed.
public struct JSONTexts: Sendable {
    private struct Slot {
        let key: UInt64
        let text: UnsafePointer<UInt8>?
        let count: Int
        let place: Int
    }

    /// Safe to share: written by the initialiser only, never freed.
    private nonisolated(unsafe) let slots: UnsafePointer<Slot>
    private let mask: Int

    /// - Parameter texts: Different texts; places count from 0.
    public init(_ texts: StaticString...) {
        self.init(texts.map { UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount) })
    }

    /// - Parameter texts: Bytes that are never freed.
    fileprivate init(_ texts: [UnsafeBufferPointer<UInt8>]) {
        var capacity = 4
        while capacity < texts.count * 4 { capacity *= 2 }
        mask = capacity - 1
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        slots.initialize(repeating: Slot(key: 0, text: nil, count: 0, place: -1), count: capacity)
        for (place, text) in texts.enumerated() {
            guard let start = text.baseAddress else { continue }
            let key = Self.key(start, text.count)
            var index = Self.start(key) & mask
            while slots[index].text != nil { index = (index + 1) & mask }
            slots[index] = Slot(key: key, text: start, count: text.count, place: place)
        }
        self.slots = UnsafePointer(slots)
    }

    /// The place of a text; -1 if it is not known.
    func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = text.baseAddress else { return -1 }
        let key = Self.key(start, text.count)
        var index = Self.start(key) & mask
        while let known = slots[index].text {
            if slots[index].key == key, slots[index].count == text.count, Self.areEqual(known, start, text.count) {
                return slots[index].place
            }
            index = (index + 1) & mask
        }
        return -1
    }

    /// The length, the first and the last eight bytes, mixed.
    private static func key(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let bytes = UnsafeRawPointer(text)
        let mixer: UInt64 = 0x9E37_79B9_7F4A_7C15
        if count >= 8 {
            let first = bytes.loadUnaligned(as: UInt64.self)
            let last = bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return (first &* mixer) ^ (last &+ UInt64(count))
        }
        if count >= 4 {
            let first = UInt64(bytes.loadUnaligned(as: UInt32.self))
            let last = UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return (first << 32 | last) &+ UInt64(count)
        }
        if count == 0 { return 0 }
        return UInt64(text[0]) << 24 | UInt64(text[count / 2]) << 16 | UInt64(text[count - 1]) << 8 | UInt64(count)
    }

    private static func start(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ((key ^ (key >> 32)) &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    private static func areEqual(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var index = 0
        while index + 8 <= count {
            let leftWord = UnsafeRawPointer(left + index).loadUnaligned(as: UInt64.self)
            let rightWord = UnsafeRawPointer(right + index).loadUnaligned(as: UInt64.self)
            if leftWord != rightWord { return false }
            index += 8
        }
        while index < count {
            if left[index] != right[index] { return false }
            index += 1
        }
        return true
    }
}

/// Member names known at compile time, each found in one step, also those that json-c holds in another form (``JSONName``).
public struct JSONNames: Sendable {
    private let texts: JSONTexts

    /// - Parameter names: Different names; places count from 0.
    public init(_ names: StaticString...) {
        texts = JSONTexts(
            names.map { name in
                let marked = JSONName.marked(name.description)
                let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: marked.count + 1)
                bytes.update(from: marked, count: marked.count)
                return UnsafeBufferPointer(start: UnsafePointer(bytes), count: marked.count)
            })
    }

    /// The place of a name as json-c holds it; -1 if it is not known.
    func place(of name: UnsafeBufferPointer<UInt8>) -> Int { texts.place(of: name) }
}
