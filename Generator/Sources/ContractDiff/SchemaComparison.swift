import ContractInstances
import ContractInterpreter
import ContractJSON
import ContractModel
import ContractRuntime

/// One version's schemas and what judges with them.
struct SchemaSide {
    let graph: SchemaGraph
    let interpreter: SchemaInterpreter
    let maker: SampleMaker
    /// Makes whole documents where those put together from samples are not valid.
    let generator: InstanceGenerator

    init(graph: SchemaGraph) {
        generator = InstanceGenerator(graph: graph)
        self.graph = graph
        interpreter = SchemaInterpreter(graph: graph)
        maker = SampleMaker(graph: graph)
    }
}

/// A document that one version accepts and the other refuses; both verdicts are the interpreter's.
public struct Witness: Sendable, Hashable {
    /// The document.
    public let document: JSONValue
    /// Why it is refused.
    public let violation: ContractViolation
}

/// One way in which the refuser's schema may let less pass than the accepter's.
struct SchemaDifference {
    /// Place in the document.
    let pointer: String
    /// The keyword that differs.
    let keyword: String
    /// Where the accepting and the refusing schema stand.
    let accepterLocation: SourceLocation
    let refuserLocation: SourceLocation
    /// What the two say.
    let accepterText: String
    let refuserText: String
    /// The proof; nil if none was found.
    let witness: Witness?
}

/// Walks two schemas side by side and looks for documents that the first accepts and the second refuses.
///
/// Each difference yields candidates for the value at its place; a candidate is put into a document of the accepter and
/// becomes a witness if the interpreter says so on both sides and the refusal is about that place.
struct SchemaComparison {
    let accepter: SchemaSide
    let refuser: SchemaSide
    let accepterRoot: SchemaID
    let refuserRoot: SchemaID

    /// A step from a level into a value inside.
    enum Step {
        case member(String)
        case element(Int)
        /// Not into the value but into an alternative of it.
        case alternative
    }

    /// A level that was left behind: the accepter's schemas there, for the rest of the document, and the way on.
    private struct Frame {
        var schemas: [SchemaID]
        var step: Step
    }

    /// Schemas of both versions that hold at one place.
    struct Pair: Hashable {
        var accepter: [SchemaID]
        var refuser: [SchemaID]
    }

    private var frames: [Frame] = []
    private var visited: Set<Pair> = []
    private let clean: Set<Pair>
    private var differences: [SchemaDifference] = []

    private static let maximumDepth = 40
    /// Generated documents tried for one difference after all candidates.
    private static let generatedDocuments: UInt64 = 6
    /// Most candidates tried for one difference.
    private static let maximumCandidates = 200

    private init(
        _ accepter: SchemaSide, _ accepterRoot: SchemaID, _ refuser: SchemaSide, _ refuserRoot: SchemaID,
        clean: Set<Pair>
    ) {
        self.clean = clean
        self.accepter = accepter
        self.accepterRoot = accepterRoot
        self.refuser = refuser
        self.refuserRoot = refuserRoot
    }

    /// Every difference, in order of the walk.
    /// - Parameter clean: Pairs below which nothing differs, from comparisons of the same two versions; grows.
    static func differences(
        _ accepter: SchemaSide, _ accepterRoot: SchemaID, _ refuser: SchemaSide, _ refuserRoot: SchemaID,
        clean: inout Set<Pair>
    ) -> [SchemaDifference] {
        var comparison = SchemaComparison(accepter, accepterRoot, refuser, refuserRoot, clean: clean)
        comparison.compare([accepterRoot], [refuserRoot], context: [accepterRoot])
        if comparison.differences.isEmpty { clean.formUnion(comparison.visited) }
        return comparison.differences
    }

    /// - Parameter context: All of the accepter's schemas that hold here; more than those compared inside an alternative.
    private mutating func compare(_ first: [SchemaID], _ second: [SchemaID], context: [SchemaID]) {
        let pair = Pair(accepter: first, refuser: second)
        guard frames.count < Self.maximumDepth, !clean.contains(pair), visited.insert(pair).inserted else { return }
        let level = SchemaLevel(
            accepter: accepter, refuser: refuser, first: accepter.maker.view(first), second: refuser.maker.view(second),
            context: context)
        for suspicion in level.suspicions() { settle(suspicion, first, second) }
        if level.first.isNever || level.second.isNever { return }
        descend(level, context: context)
    }

    // MARK: Walking on

    private mutating func descend(_ level: SchemaLevel, context: [SchemaID]) {
        let (first, second) = (level.first, level.second)
        for (name, schemas) in first.properties {
            guard first.closedNames?.contains(name) ?? true, let others = second.schemas(ofMember: name),
                !others.isEmpty
            else { continue }
            step(.member(name), schemas, others, context)
        }
        if !first.others.isEmpty, !second.others.isEmpty {
            let known = Set(first.properties.map(\.name) + second.properties.map(\.name))
            let name = ["other", "another", "one-more"].first { !known.contains($0) } ?? "other"
            step(.member(name), first.others, second.others, context)
        }
        for index in 0..<max(first.prefixItems.count, second.prefixItems.count) {
            step(.element(index), first.schemas(ofElement: index), second.schemas(ofElement: index), context)
        }
        if !first.items.isEmpty, !second.items.isEmpty {
            step(.element(first.prefixItems.count), first.items, second.items, context)
        }
        for pair in level.alternatives() {
            frames.append(Frame(schemas: context, step: .alternative))
            compare([pair.first], [pair.second], context: context + [pair.first])
            frames.removeLast()
        }
    }

    private mutating func step(_ step: Step, _ first: [SchemaID], _ second: [SchemaID], _ context: [SchemaID]) {
        guard !second.isEmpty else { return }
        frames.append(Frame(schemas: context, step: step))
        compare(first, second, context: first)
        frames.removeLast()
    }

    // MARK: Proving

    private mutating func settle(_ suspicion: SchemaLevel.Suspicion, _ first: [SchemaID], _ second: [SchemaID]) {
        let pointer = self.pointer
        let cause = RefusalCause(suspicion, at: pointer, in: second, refuser)
        let witness = witness(suspicion.candidates, cause)
        // Where the texts say nothing about what passes, silence is no finding.
        if witness == nil, suspicion.isSpeculative { return }
        differences.append(
            SchemaDifference(
                pointer: suspicion.member.map { pointer + "/" + JSONPointer.escape($0) } ?? pointer,
                keyword: suspicion.keyword,
                accepterLocation: accepter.graph[suspicion.accepterSchema ?? first.first ?? accepterRoot].location,
                refuserLocation: refuser.graph[suspicion.refuserSchema ?? second.first ?? refuserRoot].location,
                accepterText: suspicion.accepterText, refuserText: suspicion.refuserText, witness: witness))
    }

    private var pointer: String {
        frames.reduce(into: "") { pointer, frame in
            switch frame.step {
            case .member(let name): pointer += "/" + JSONPointer.escape(name)
            case .element(let index): pointer += "/\(index)"
            case .alternative: break
            }
        }
    }

    private func witness(_ candidates: [JSONValue], _ cause: RefusalCause) -> Witness? {
        for candidate in candidates.prefix(Self.maximumCandidates) {
            for size in [SampleMaker.Size.required, .everything] {
                let document = wrapped(candidate, size)
                if let witness = verdict(document, cause) { return smallest(witness, cause) }
            }
        }
        for seed in UInt64(0)..<Self.generatedDocuments {
            let extent = InstanceGenerator.Extent.allCases[Int(seed) % InstanceGenerator.Extent.allCases.count]
            guard let document = accepter.generator.generate(accepterRoot, seed: seed, extent: extent) else { break }
            if let witness = verdict(document, cause) { return smallest(witness, cause) }
        }
        return nil
    }

    /// The document as a witness, if it is one.
    private func verdict(_ document: JSONValue, _ cause: RefusalCause) -> Witness? {
        guard accepter.interpreter.isValid(document, against: accepterRoot) else { return nil }
        let violations = refuser.interpreter.violations(of: document, against: refuserRoot)
        return violations.first { cause.explains($0) }.map { Witness(document: document, violation: $0) }
    }

    /// The witness without what does not matter.
    private func smallest(_ witness: Witness, _ cause: RefusalCause) -> Witness {
        var reduction = WitnessReduction { verdict($0, cause) }
        return reduction.smallest(witness)
    }

    /// The value inside a document of the accepter.
    private func wrapped(_ value: JSONValue, _ size: SampleMaker.Size) -> JSONValue {
        var value = value
        for (depth, frame) in frames.enumerated().reversed() {
            switch frame.step {
            case .alternative: continue
            case .member(let name):
                var object = accepter.maker.sample(frame.schemas, size, depth: min(depth, 2)).object ?? JSONObject()
                object[name] = value
                // A body has one media type only: what was there by default goes where it is in the way.
                let view = accepter.maker.view(frame.schemas)
                if let most = view.maxProperties, object.count > most {
                    for other in object.names
                    where object.count > most && other != name && !view.required.contains(other) {
                        object[other] = nil
                    }
                }
                value = .object(object)
            case .element(let index):
                let view = accepter.maker.view(frame.schemas)
                var elements = accepter.maker.array(
                    view, count: max(view.minItems, index + 1), size, depth: min(depth, 2))
                elements[index] = value
                value = .array(elements)
            }
        }
        return value
    }
}
