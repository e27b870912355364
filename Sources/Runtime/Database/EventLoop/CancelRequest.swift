import CPQ

extension Connection {
    /// A request to cancel what runs here. It stays usable after this connection has gone.
    func makeCancelRequest() -> CancelRequest? {
        PQgetCancel(handle).map { CancelRequest(owning: $0) }
    }
}

/// Owns one PGcancel and frees it.
///
/// Unchecked because the handle is a pointer; safe because one thread sends it once, and libpq makes PQcancel
/// independent of the connection's own thread (libpq 34.7).
final class CancelRequest: @unchecked Sendable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Connects, sends, and waits until the server has closed: blocks, so never on a cooperative thread or the loop's.
    func send() -> Bool {
        var message = [CChar](repeating: 0, count: 256)
        return PQcancel(handle, &message, Int32(message.count)) == 1
    }
}
