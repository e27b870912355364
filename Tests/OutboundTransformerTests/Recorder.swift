import ContractRuntime
import Synchronization

/// What was seen, in order, with a way to wait for it; the test's time limit bounds the wait.
final class Recorder<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiters: [(condition: @Sendable ([Element]) -> Bool, continuation: CheckedContinuation<[Element], Never>)] =
            []
    }

    private let state = Mutex(State())

    var elements: [Element] { state.withLock { $0.elements } }

    func record(_ element: Element) {
        let done = state.withLock { state in
            state.elements.append(element)
            let elements = state.elements
            let done = state.waiters.filter { $0.condition(elements) }.map { ($0.continuation, elements) }
            state.waiters.removeAll { $0.condition(elements) }
            return done
        }
        for (continuation, elements) in done { continuation.resume(returning: elements) }
    }

    func wait(until condition: @escaping @Sendable ([Element]) -> Bool) async -> [Element] {
        await withCheckedContinuation { continuation in
            let elements: [Element]? = state.withLock { state in
                guard !condition(state.elements) else { return state.elements }
                state.waiters.append((condition, continuation))
                return nil
            }
            if let elements { continuation.resume(returning: elements) }
        }
    }

    func wait(count: Int) async -> [Element] { await wait { $0.count >= count } }
}

/// Lets everybody in.
struct OpenDoor: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "test")
    }
}
