/// Cuts a stream of chunks of any size into parts of one size; only the last one is shorter.
struct PartReader {
    private var chunks: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator
    private let size: Int
    /// What is left of the last chunk that was read.
    private var rest: ArraySlice<UInt8> = []

    init(_ chunks: AsyncThrowingStream<[UInt8], any Error>, size: Int) {
        self.chunks = chunks.makeAsyncIterator()
        self.size = size
    }

    /// The next part; nil after the last one.
    mutating func next() async throws -> [UInt8]? {
        var part: [UInt8] = []
        while part.count < size {
            if rest.isEmpty {
                guard let chunk = try await chunks.next() else { break }
                rest = chunk[...]
            }
            let taken = rest.prefix(size - part.count)
            // Small objects get no more than they need; what is larger gets a whole part at once, since an array that
            // doubles holds three times its content while it moves.
            if part.count + taken.count > part.capacity {
                part.reserveCapacity(part.count + taken.count <= 64 << 10 ? 64 << 10 : size)
            }
            part.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
        }
        return part.isEmpty ? nil : part
    }
}
