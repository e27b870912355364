/// A regular expression as instructions for ``PatternMatcher``.
final class PatternProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes one scalar of a set.
        case set(Int)
        /// Takes one scalar of a set towards the start of the text.
        case setBackward(Int)
        /// Takes as many scalars of a set as there are, then gives back one by one if `givesBack`.
        case run(set: Int, minimum: Int, maximum: Int, givesBack: Bool, choice: Int)
        /// Goes on at the first place, and at the second if that fails. Numbered among all choices.
        case split(Int, Int, choice: Int)
        case jump(Int)
        case start(isMultiline: Bool)
        case end(isMultiline: Bool)
        case wordBoundary(isNegated: Bool)
        /// Runs a part that ends in `match` at the place behind this, then goes on at `next`.
        case look(next: Int, isNegated: Bool)
        case save(Int)
        case clear(Range<Int>)
        case reference([Int], isBackward: Bool)
        /// Remembers the place in a register.
        case mark(Int)
        /// Fails if nothing was taken since the mark.
        case progress(Int)
        case match
    }

    let instructions: [Instruction]
    let sets: [PatternSet]
    let choiceCount: Int
    let groupCount: Int
    let markCount: Int
    let hasBackReference: Bool
    /// Whether a match can only start at the start of the text.
    let isAnchored: Bool

    init(
        instructions: [Instruction],
        sets: [PatternSet],
        choiceCount: Int,
        groupCount: Int,
        markCount: Int,
        hasBackReference: Bool,
        isAnchored: Bool
    ) {
        self.instructions = instructions
        self.sets = sets
        self.choiceCount = choiceCount
        self.groupCount = groupCount
        self.markCount = markCount
        self.hasBackReference = hasBackReference
        self.isAnchored = isAnchored
    }
}

/// Turns the tree into instructions.
struct PatternCompiler {
    typealias Instruction = PatternProgram.Instruction

    /// Most instructions; `(a{1000}){1000}` would need a million.
    static let maximumInstructions = 100_000

    private var instructions: [Instruction] = []
    private var sets: [PatternSet] = []
    private var choiceCount = 0
    private var markCount = 0
    private let hasBackReference: Bool

    static func compile(_ pattern: ParsedPattern) throws(PatternError) -> PatternProgram {
        var compiler = PatternCompiler(hasBackReference: pattern.hasBackReference)
        try compiler.emit(pattern.root, isBackward: false)
        compiler.instructions.append(.match)
        compiler.sparePossessiveRuns()
        return PatternProgram(
            instructions: compiler.instructions,
            sets: compiler.sets,
            choiceCount: compiler.choiceCount,
            groupCount: pattern.groupCount,
            markCount: compiler.markCount,
            hasBackReference: pattern.hasBackReference,
            isAnchored: Self.isAnchored(pattern.root)
        )
    }

    private init(hasBackReference: Bool) { self.hasBackReference = hasBackReference }

    private static func isAnchored(_ node: PatternNode) -> Bool {
        switch node {
        case .start(let isMultiline): !isMultiline
        case .sequence(let items): items.first.map(isAnchored) ?? false
        case .alternation(let branches): branches.allSatisfy(isAnchored)
        case .group(let inner, _): isAnchored(inner)
        default: false
        }
    }

    private mutating func choice() -> Int {
        choiceCount += 1
        return choiceCount - 1
    }

    private mutating func add(_ set: PatternSet) -> Int {
        sets.append(set)
        return sets.count - 1
    }

    private mutating func emit(_ node: PatternNode, isBackward: Bool) throws(PatternError) {
        guard instructions.count < Self.maximumInstructions else {
            throw PatternError(offset: 0, reason: "the expression is too large once its repetitions are written out")
        }
        switch node {
        case .empty: break
        case .set(let set):
            let index = add(set)
            instructions.append(isBackward ? .setBackward(index) : .set(index))
        case .sequence(let items):
            for item in isBackward ? items.reversed() : items { try emit(item, isBackward: isBackward) }
        case .alternation(let branches): try emitAlternation(branches, isBackward: isBackward)
        case .group(let inner, let number):
            guard hasBackReference else { return try emit(inner, isBackward: isBackward) }
            instructions.append(.save(2 * number + (isBackward ? 1 : 0)))
            try emit(inner, isBackward: isBackward)
            instructions.append(.save(2 * number + (isBackward ? 0 : 1)))
        case .backReference(let number): instructions.append(.reference([number], isBackward: isBackward))
        case .namedReference(let numbers): instructions.append(.reference(numbers, isBackward: isBackward))
        case .start(let isMultiline): instructions.append(.start(isMultiline: isMultiline))
        case .end(let isMultiline): instructions.append(.end(isMultiline: isMultiline))
        case .wordBoundary(let isNegated): instructions.append(.wordBoundary(isNegated: isNegated))
        case .look(let inner, let isBehind, let isNegated):
            let place = instructions.count
            instructions.append(.look(next: 0, isNegated: isNegated))
            try emit(inner, isBackward: isBehind)
            instructions.append(.match)
            instructions[place] = .look(next: instructions.count, isNegated: isNegated)
        case .repetition(let inner, let minimum, let maximum, let isLazy, let groups):
            try emitRepetition(
                inner,
                minimum: minimum,
                maximum: maximum,
                isLazy: isLazy,
                groups: groups,
                isBackward: isBackward
            )
        }
    }

    private mutating func emitAlternation(_ branches: [PatternNode], isBackward: Bool) throws(PatternError) {
        var jumps: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index < branches.count - 1 else {
                try emit(branch, isBackward: isBackward)
                break
            }
            let split = instructions.count
            instructions.append(.jump(0))
            try emit(branch, isBackward: isBackward)
            jumps.append(instructions.count)
            instructions.append(.jump(0))
            instructions[split] = .split(split + 1, instructions.count, choice: choice())
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emitRepetition(
        _ inner: PatternNode,
        minimum: Int,
        maximum: Int?,
        isLazy: Bool,
        groups: Range<Int>,
        isBackward: Bool
    ) throws(PatternError) {
        if case .set(let set) = inner, !isBackward, !(isLazy && hasBackReference) {
            instructions.append(
                .run(
                    set: add(set),
                    minimum: minimum,
                    maximum: maximum ?? .max,
                    givesBack: true,
                    choice: choice()
                )
            )
            return
        }
        func round(_ compiler: inout PatternCompiler) throws(PatternError) {
            if compiler.hasBackReference, !groups.isEmpty {
                compiler.instructions.append(.clear(2 * groups.lowerBound..<2 * groups.upperBound))
            }
            try compiler.emit(inner, isBackward: isBackward)
        }
        for _ in 0..<minimum { try round(&self) }
        guard let maximum else {
            let split = instructions.count
            instructions.append(.jump(0))
            let mark = markCount
            markCount += 1
            instructions.append(.mark(mark))
            try round(&self)
            instructions.append(.progress(mark))
            instructions.append(.jump(split))
            let end = instructions.count
            instructions[split] =
                isLazy ? .split(end, split + 1, choice: choice()) : .split(split + 1, end, choice: choice())
            return
        }
        var splits: [Int] = []
        for _ in minimum..<max(minimum, maximum) {
            splits.append(instructions.count)
            instructions.append(.jump(0))
            try round(&self)
        }
        let end = instructions.count
        for split in splits {
            instructions[split] =
                isLazy ? .split(end, split + 1, choice: choice()) : .split(split + 1, end, choice: choice())
        }
    }

    /// A run need not give back what the next instruction could not take anyway.
    private mutating func sparePossessiveRuns() {
        for index in instructions.indices.dropLast() {
            guard case .run(let set, let minimum, let maximum, _, let choice) = instructions[index] else { continue }
            let isPossessive: Bool
            switch instructions[index + 1] {
            case .match: isPossessive = true
            case .end(let isMultiline): isPossessive = !isMultiline
            case .set(let next): isPossessive = sets[set].isDisjoint(with: sets[next])
            case .run(let next, let least, _, _, _):
                isPossessive = least > 0 && sets[set].isDisjoint(with: sets[next])
            default: isPossessive = false
            }
            if isPossessive {
                instructions[index] = .run(
                    set: set,
                    minimum: minimum,
                    maximum: maximum,
                    givesBack: false,
                    choice: choice
                )
            }
        }
    }
}
