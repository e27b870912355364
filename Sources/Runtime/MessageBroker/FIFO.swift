/// A first-in-first-out queue with constant-time operations at both ends and access by position.
struct FIFO<Element> {
    private var storage: [Element?] = []
    private var head = 0

    var count: Int { storage.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : storage[head] }

    mutating func append(_ element: Element) { storage.append(element) }

    mutating func prepend(_ element: Element) {
        if head > 0 {
            head -= 1
            storage[head] = element
        } else {
            storage.insert(element, at: 0)
        }
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = storage[head]
        storage[head] = nil
        head += 1
        // Moving the rest down once half is free keeps removal constant on average.
        if head >= 32, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func removeAll() {
        storage.removeAll()
        head = 0
    }

    /// The first position whose element satisfies `predicate`.
    func firstOffset(where predicate: (Element) -> Bool) -> Int? {
        (0..<count).first { offset in storage[head + offset].map(predicate) ?? false }
    }

    /// The element `offset` places behind the first; nil outside of the queue.
    subscript(offset: Int) -> Element? {
        get { offset >= 0 && offset < count ? storage[head + offset] : nil }
        set { if let newValue, offset >= 0, offset < count { storage[head + offset] = newValue } }
    }
}
