/// Which members of an object or elements of an array were evaluated, by their position, for `unevaluatedProperties` and
/// `unevaluatedItems`.
public struct EvaluatedParts: Sendable {
    private var marks: [Bool]

    /// Nothing evaluated.
    /// - Parameter count: How many members or elements there are.
    public init(count: Int) { marks = Array(repeating: false, count: count) }

    /// Whether the member or element at a position was evaluated.
    public func contains(_ index: Int) -> Bool { marks[index] }

    /// Marks one.
    public mutating func insert(_ index: Int) { marks[index] = true }

    /// Marks the first elements, as many as there are.
    public mutating func insert(prefix count: Int) {
        for index in 0..<min(count, marks.count) { marks[index] = true }
    }

    /// Marks all.
    public mutating func insertAll() { insert(prefix: marks.count) }
}
