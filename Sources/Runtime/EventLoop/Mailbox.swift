import CLinux
import Glibc
import Synchronization

/// Brings messages to a loop that sleeps in poll(2): posting makes `descriptor` readable.
public final class Mailbox<Message: Sendable>: Sendable {
    /// What became of a message.
    public enum Admission: Sendable {
        /// The loop will see it.
        case accepted
        /// As many wait already as may.
        case full
        /// The loop takes nothing any more.
        case closed
    }

    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    /// An eventfd, owned by this object. To be polled for reading, never read elsewhere.
    public let descriptor: Int32
    private let capacity: Int
    private let state = Mutex(State())

    /// Nil if the process has no descriptor left. `capacity` bounds what `offer` accepts between two turns of the loop.
    public init?(capacity: Int) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        self.capacity = capacity
        if descriptor < 0 { return nil }
    }

    deinit {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// Posts new work, within the capacity.
    public func offer(_ message: Message) -> Admission {
        post(message, limit: capacity)
    }

    /// Posts a message about work already accepted, whose number the capacity therefore bounds too.
    @discardableResult
    public func post(_ message: Message) -> Admission {
        post(message, limit: .max)
    }

    private func post(_ message: Message, limit: Int) -> Admission {
        let (admission, wasEmpty) = state.withLock { state in
            guard !state.isClosed else { return (Admission.closed, false) }
            guard state.messages.count < limit else { return (.full, false) }
            state.messages.append(message)
            return (.accepted, state.messages.count == 1)
        }
        if wasEmpty {
            // Fails only if the counter would overflow, and then the descriptor is readable already.
            _ = eventfd_write(descriptor, 1)
        }
        return admission
    }

    /// Takes all messages, in order, and makes the descriptor unreadable until the next one. For the loop only.
    public func drain() -> [Message] {
        var count: eventfd_t = 0
        // Fails only with EAGAIN: nobody has posted since. Read before taking, so that no wake-up is lost.
        _ = eventfd_read(descriptor, &count)
        return state.withLock { state in
            defer { state.messages.removeAll(keepingCapacity: true) }
            return state.messages
        }
    }

    /// Refuses what comes from now on and returns what nobody has taken. For the loop only.
    public func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            defer { state.messages = [] }
            return state.messages
        }
    }
}
