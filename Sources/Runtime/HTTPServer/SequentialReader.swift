import Synchronization

/// Shares an iterator among tasks of which only one may use it at a time.
///
/// Unchecked, because the iterator is guarded by ``isUsed`` instead of the compiler: whoever comes while it is set is refused.
final class SequentialReader<Iterator: AsyncIteratorProtocol>: @unchecked Sendable {
    private var iterator: Iterator
    private let isUsed = Mutex(false)

    init(_ iterator: Iterator) { self.iterator = iterator }

    /// The next element.
    /// - Throws: ``ConcurrentRead`` if another task is waiting for one; what the iterator throws.
    func next() async throws -> Iterator.Element? { try await use { try await $0.next() } }

    /// Uses the iterator alone.
    func use<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (inout Iterator) async throws -> Value
    ) async throws -> Value {
        let isFree = isUsed.withLock { isUsed in
            defer { isUsed = true }
            return !isUsed
        }
        guard isFree else { throw ConcurrentRead() }
        defer { isUsed.withLock { $0 = false } }
        return try await body(&iterator)
    }
}

/// Two tasks read one body: a fault of the program.
struct ConcurrentRead: Error {}
