/// The short way through expressions such as `^[0-9]{5,20}$`: anchored at both ends, and no run ever has to give back. Their
/// match is a single walk over the bytes, without the machine's stack and bookkeeping.
struct PatternScan: Sendable {
    fileprivate struct Step {
        let low: UInt64
        let high: UInt64
        let minimum: Int
        let maximum: Int
    }

    private let steps: [Step]

    /// Nil if the expression needs the machine.
    init?(_ program: PatternProgram) {
        guard program.isAnchored, case .start(false)? = program.instructions.first,
            case .match? = program.instructions.last, case .end(false)? = program.instructions.dropLast().last
        else { return nil }
        var steps: [Step] = []
        for instruction in program.instructions.dropFirst().dropLast(2) {
            switch instruction {
            case .set(let set): steps.append(Step(program.sets[set], 1, 1))
            case .run(let set, let minimum, let maximum, givesBack: false, _):
                steps.append(Step(program.sets[set], minimum, maximum))
            default: return nil
            }
        }
        self.steps = steps
    }

    /// Whether the text matches; nil if it has a character outside ASCII, which the machine judges.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        var position = 0
        for step in steps {
            let start = position
            while position < text.count, position - start < step.maximum {
                let byte = text[position]
                guard byte < 0x80 else { return nil }
                let isIn = (byte < 64 ? step.low : step.high) >> UInt64(byte & 63) & 1 == 1
                guard isIn else { break }
                position += 1
            }
            guard position - start >= step.minimum else {
                // What follows may lie outside ASCII, but it cannot undo that this step found too little.
                return false
            }
        }
        return position == text.count
    }
}

extension PatternScan.Step {
    fileprivate init(_ set: PatternSet, _ minimum: Int, _ maximum: Int) {
        self.init(low: set.low, high: set.high, minimum: minimum, maximum: maximum)
    }
}
