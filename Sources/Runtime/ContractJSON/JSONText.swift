/// The bytes of a JSON text with zeros behind them, so that a scan needs no test for the end: no zero is allowed in a text.
/// Values point into it, so that it lives as long as they do.
struct JSONText: ~Copyable {
    /// Owned; `count` bytes and ``padding`` zeros.
    let base: UnsafeMutablePointer<UInt8>
    let count: Int

    /// As many as a scan reads beyond the end at once, and more.
    private static let padding = 16

    init(_ bytes: [UInt8]) {
        count = bytes.count
        let base = UnsafeMutablePointer<UInt8>.allocate(capacity: count + Self.padding)
        bytes.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { base.update(from: start, count: buffer.count) }
        }
        (base + count).update(repeating: 0, count: Self.padding)
        self.base = base
    }

    deinit { base.deallocate() }
}
