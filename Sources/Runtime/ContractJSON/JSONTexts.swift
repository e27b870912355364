/// Texts known at compile time, such as member names, each found in one step however many there are. Compared byte by byte.
///
/// A table is made once for a static constant and lives as long as the program: it is never freed.
public struct JSONTexts: Sendable {
    @usableFromInline struct Slot {
        @usableFromInline let hash: UInt32
        /// -1: there is no text.
        @usableFromInline let place: Int32
        @usableFromInline let text: UnsafeBufferPointer<UInt8>
    }

    /// Safe to share: written by the initialiser only, never freed.
    @usableFromInline nonisolated(unsafe) let slots: UnsafePointer<Slot>
    @usableFromInline let mask: Int

    /// - Parameter texts: Different texts; places count from 0.
    public init(_ texts: StaticString...) {
        var capacity = 4
        while capacity < texts.count * 4 { capacity *= 2 }
        mask = capacity - 1
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        slots.initialize(
            repeating: Slot(hash: 0, place: -1, text: UnsafeBufferPointer(start: nil, count: 0)), count: capacity)
        for (place, text) in texts.enumerated() {
            let utf8 = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            let hash = Self.hash(utf8)
            var index = Int(hash) & mask
            while slots[index].place >= 0 { index = (index + 1) & mask }
            slots[index] = Slot(hash: hash, place: Int32(truncatingIfNeeded: place), text: utf8)
        }
        self.slots = UnsafePointer(slots)
    }

    /// The place of a text; -1 if it is not known.
    @inlinable func place(of text: UnsafeBufferPointer<UInt8>) -> Int { place(of: text, hash: Self.hash(text)) }

    /// The place of a text whose hash is known; -1 if it is not known.
    @inlinable func place(of text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        var index = Int(hash) & mask
        while slots[index].place >= 0 {
            if slots[index].hash == hash, Self.areEqual(slots[index].text, text) { return Int(slots[index].place) }
            index = (index + 1) & mask
        }
        return -1
    }

    @inlinable static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard let start = text.baseAddress else { return 0 }
        return hash(start, text.count)
    }

    /// The length, the first and the last eight bytes, mixed.
    @inlinable static func hash(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
        let bytes = UnsafeRawPointer(text)
        let mixer: UInt64 = 0x9E37_79B9_7F4A_7C15
        let key: UInt64
        if count >= 8 {
            let first = bytes.loadUnaligned(as: UInt64.self)
            let last = bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            key = (first &* mixer) ^ (last &+ UInt64(truncatingIfNeeded: count))
        } else if count >= 4 {
            let first = UInt64(bytes.loadUnaligned(as: UInt32.self))
            let last = UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            key = (first << 32 | last) &+ UInt64(truncatingIfNeeded: count)
        } else if count > 0 {
            key =
                UInt64(text[0]) << 24 | UInt64(text[count / 2]) << 16 | UInt64(text[count - 1]) << 8
                | UInt64(truncatingIfNeeded: count)
        } else {
            return 0
        }
        return UInt32(truncatingIfNeeded: ((key ^ (key >> 32)) &* mixer) >> 32)
    }

    /// Whether two texts have the same bytes.
    @inlinable static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        let (left, right, count) = (UnsafeRawPointer(first), UnsafeRawPointer(second), left.count)
        guard count >= 8 else {
            for index in 0..<count where first[index] != second[index] { return false }
            return true
        }
        var index = 0
        while index + 8 < count {
            if left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index += 8
        }
        return left.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            == right.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }
}
