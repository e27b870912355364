import ContractInterpreter
public import ContractJSON
public import ContractModel

/// Makes values that satisfy a schema, and values that do not.
///
/// The same graph, schema, seed and extent give the same value. Every value was judged by the interpreter before it is
/// handed out, so that keywords which are hard to construct for (`not`, `if`) cost attempts but never truth.
public struct InstanceGenerator: Sendable {
    /// How much of what may be absent is there.
    public enum Extent: Sendable, Hashable, CaseIterable {
        /// Nothing that may be absent.
        case minimal
        /// About half of it.
        case some
        /// All of it, and an unknown member where the schema allows one.
        case full
    }

    /// Attempts for one value.
    public static let maximumAttempts = 60
    /// Branches, and parts of branches, that are looked at for names.
    private static let maximumBranches = 100

    private let graph: SchemaGraph
    private let interpreter: SchemaInterpreter
    private let patterns: InstancePatterns

    /// - Parameter graph: Schemas without errors.
    public init(graph: SchemaGraph) {
        self.graph = graph
        interpreter = SchemaInterpreter(graph: graph)
        patterns = InstancePatterns(graph: graph)
    }

    /// A value that satisfies a schema; nil if none was found, which for a schema that nothing satisfies is the truth.
    public func generate(_ schema: SchemaID, seed: UInt64 = 0, extent: Extent = .some) -> JSONValue? {
        search(schema, seed: seed, extent: extent).value
    }

    /// A value that satisfies a schema, and how many were built to find it.
    func search(_ schema: SchemaID, seed: UInt64, extent: Extent) -> (value: JSONValue?, attempts: Int) {
        let names = branchMembers(of: schema)
        for attempt in 0..<Self.maximumAttempts {
            // What fails at full extent may succeed with less: optional members can be unsatisfiable.
            let extent = attempt < Self.maximumAttempts / 2 ? extent : .minimal
            var construction = InstanceConstruction(
                graph: graph, patterns: patterns, seed: seed &* 1_000 &+ UInt64(attempt), extent: extent)
            let value = construction.value(of: [schema], depth: 0)
            if interpreter.isValid(value, against: schema) { return (value, attempt + 1) }
            // A value may satisfy one branch too many; what is broken for one branch may be right for the whole.
            let changed = InstanceMutation.mutated(value, &construction.random)
            if interpreter.isValid(changed, against: schema) { return (changed, attempt + 1) }
            let spoiled = InstanceMutation.spoiled(value, names, &construction.random)
            if interpreter.isValid(spoiled, against: schema) { return (spoiled, attempt + 1) }
        }
        return (nil, Self.maximumAttempts)
    }

    /// Names of members that the branches of a `oneOf` know: a wrong one of these keeps a value out of a branch.
    private func branchMembers(of id: SchemaID) -> [String] {
        var names: [String] = []
        var seen: Set<SchemaID> = []
        var waiting = graph[id].oneOf
        while let next = waiting.popLast(), seen.count < Self.maximumBranches {
            guard seen.insert(next).inserted else { continue }
            let schema = graph[next]
            for (name, _) in schema.properties where !names.contains(name) { names.append(name) }
            waiting += schema.allOf + [schema.reference].compactMap(\.self)
        }
        return names
    }

    /// A value that a schema refuses, made from a valid one by one change; nil if none was found.
    public func generateInvalid(_ schema: SchemaID, seed: UInt64 = 0) -> JSONValue? {
        guard let valid = generate(schema, seed: seed) else { return nil }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Self.maximumAttempts {
            let value = InstanceMutation.mutated(valid, &random)
            if !interpreter.isValid(value, against: schema) { return value }
        }
        return nil
    }
}
