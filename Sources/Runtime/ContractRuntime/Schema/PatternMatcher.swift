/// Runs a ``PatternProgram`` on the UTF-8 bytes of a text by backtracking.
///
/// No state (choice, place) is tried twice, which makes it linear; expressions with back references have more state than
/// that and get a budget of steps instead.
struct PatternMatcher {
    /// Steps of an expression with back references, above which a text counts as not matching.
    static let maximumSteps = 2_000_000

    private enum Frame {
        case resume(instruction: Int, position: Int)
        /// Goes on behind a run at ever earlier places.
        case giveBack(instruction: Int, lowest: Int, position: Int)
        case restore(slot: Int, value: Int)
    }

    private let program: PatternProgram
    private let text: UnsafeBufferPointer<UInt8>
    private var stack: [Frame] = []
    /// Bits of (choice, place) that were tried; made when the first choice comes up.
    private var visited: [UInt64] = []
    /// For each run the places behind it that were or will be tried.
    private var tried: [Int: ClosedRange<Int>] = [:]
    /// Captures, then marks; -1 where nothing is captured.
    private var slots: [Int]
    private var steps = 0

    /// Whether the program matches anywhere.
    static func matches(_ program: PatternProgram, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        var matcher = PatternMatcher(program: program, text: text)
        var start = 0
        while true {
            if matcher.run(from: 0, at: start) { return true }
            if program.isAnchored || start >= text.count || matcher.steps > maximumSteps { return false }
            start = matcher.after(start)
        }
    }

    private init(program: PatternProgram, text: UnsafeBufferPointer<UInt8>) {
        self.program = program
        self.text = text
        slots =
            program.hasBackReference || program.markCount > 0
            ? Array(repeating: -1, count: 2 * program.groupCount + program.markCount) : []
    }

    // MARK: Places

    /// The scalar that starts at a place, and the place behind it.
    @inline(__always)
    private func scalar(at position: Int) -> (value: UInt32, next: Int) {
        let first = text[position]
        if first < 0x80 { return (UInt32(first), position + 1) }
        return longScalar(at: position, first)
    }

    private func longScalar(at position: Int, _ first: UInt8) -> (value: UInt32, next: Int) {
        func rest(_ distance: Int) -> UInt32 { UInt32(text[position + distance] & 0x3F) }
        if first < 0xE0 { return (UInt32(first & 0x1F) << 6 | rest(1), position + 2) }
        if first < 0xF0 { return (UInt32(first & 0x0F) << 12 | rest(1) << 6 | rest(2), position + 3) }
        return (UInt32(first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), position + 4)
    }

    private func after(_ position: Int) -> Int { position < text.count ? scalar(at: position).next : position + 1 }

    private func before(_ position: Int) -> Int {
        var previous = position - 1
        while previous > 0, text[previous] & 0xC0 == 0x80 { previous -= 1 }
        return previous
    }

    private func isWord(before position: Int) -> Bool {
        position > 0 && PatternSet.word.contains(scalar(at: before(position)).value)
    }

    private func isWord(after position: Int) -> Bool {
        position < text.count && PatternSet.word.contains(scalar(at: position).value)
    }

    private func isLineBreak(_ value: UInt32) -> Bool { PatternSet.lineTerminator.contains(value) }

    // MARK: Running

    /// Whether the instructions from `instruction` to the next `match` succeed at a place.
    private mutating func run(from instruction: Int, at start: Int) -> Bool {
        let floor = stack.count
        stack.append(.resume(instruction: instruction, position: start))
        while stack.count > floor, let frame = stack.popLast() {
            switch frame {
            case .resume(let instruction, let position):
                if proceed(instruction, position) {
                    stack.removeSubrange(floor...)
                    return true
                }
            case .giveBack(let instruction, let lowest, let position):
                if position > lowest {
                    let previous = before(position)
                    stack.append(.giveBack(instruction: instruction, lowest: lowest, position: previous))
                    if proceed(instruction + 1, previous) {
                        stack.removeSubrange(floor...)
                        return true
                    }
                }
            case .restore(let slot, let value): slots[slot] = value
            }
            if program.hasBackReference {
                steps += 1
                if steps > Self.maximumSteps {
                    stack.removeSubrange(floor...)
                    return false
                }
            }
        }
        return false
    }

    /// Follows one path until it matches or fails.
    private mutating func proceed(_ instruction: Int, _ position: Int) -> Bool {
        var instruction = instruction
        var position = position
        while true {
            switch program.instructions[instruction] {
            case .match: return true
            case .set(let set):
                guard position < text.count else { return false }
                let (value, next) = scalar(at: position)
                guard program.sets[set].contains(value) else { return false }
                position = next
            case .setBackward(let set):
                guard position > 0 else { return false }
                position = before(position)
                guard program.sets[set].contains(scalar(at: position).value) else { return false }
            case .run(let set, let minimum, let maximum, let givesBack, let choice):
                guard
                    let end = take(set, minimum, maximum, from: position, givesBack: givesBack, choice, instruction)
                else { return false }
                position = end
            case .split(let first, let second, let choice):
                guard visit(choice, position) else { return false }
                stack.append(.resume(instruction: second, position: position))
                instruction = first
                continue
            case .jump(let target):
                instruction = target
                continue
            case .start(let isMultiline):
                let holds = position == 0 || (isMultiline && isLineBreak(scalar(at: before(position)).value))
                guard holds else { return false }
            case .end(let isMultiline):
                let holds = position == text.count || (isMultiline && isLineBreak(scalar(at: position).value))
                guard holds else { return false }
            case .wordBoundary(let isNegated):
                let isBoundary = isWord(before: position) != isWord(after: position)
                guard isBoundary != isNegated else { return false }
            case .look(let next, let isNegated):
                guard look(from: instruction + 1, at: position) != isNegated else { return false }
                instruction = next
                continue
            case .save(let slot): store(position, in: slot)
            case .clear(let range): for slot in range { store(-1, in: slot) }
            case .reference(let groups, let isBackward):
                guard let end = repeatedCapture(of: groups, at: position, isBackward: isBackward) else { return false }
                position = end
            case .mark(let mark): store(position, in: 2 * program.groupCount + mark)
            case .progress(let mark):
                guard slots[2 * program.groupCount + mark] != position else { return false }
            }
            instruction += 1
        }
    }

    private mutating func store(_ value: Int, in slot: Int) {
        if program.hasBackReference { stack.append(.restore(slot: slot, value: slots[slot])) }
        slots[slot] = value
    }

    /// Whether a choice comes up at a place for the first time.
    private mutating func visit(_ choice: Int, _ position: Int) -> Bool {
        if program.hasBackReference { return true }
        if visited.isEmpty {
            visited = Array(repeating: 0, count: (program.choiceCount * (text.count + 1) + 63) / 64)
        }
        let bit = choice * (text.count + 1) + position
        if visited[bit >> 6] >> UInt64(bit & 63) & 1 == 1 { return false }
        visited[bit >> 6] |= 1 << UInt64(bit & 63)
        return true
    }

    /// The place behind as many scalars of a set as there are; nil if there are too few or all that follows was tried.
    private mutating func take(
        _ set: Int,
        _ minimum: Int,
        _ maximum: Int,
        from start: Int,
        givesBack: Bool,
        _ choice: Int,
        _ instruction: Int
    ) -> Int? {
        var position = start
        var count = 0
        while count < minimum {
            guard position < text.count else { return nil }
            let (value, next) = scalar(at: position)
            guard program.sets[set].contains(value) else { return nil }
            position = next
            count += 1
        }
        let lowest = position
        let known = maximum == .max && !program.hasBackReference ? tried[choice] : nil
        if let known, known.contains(lowest) { return nil }
        while count < maximum, position < text.count {
            let (value, next) = scalar(at: position)
            guard program.sets[set].contains(value) else { break }
            if let known, known.lowerBound == next {
                // From here on all was tried before.
                tried[choice] = lowest...known.upperBound
                guard givesBack else { return nil }
                if position > lowest {
                    stack.append(.giveBack(instruction: instruction, lowest: lowest, position: position))
                }
                return position
            }
            position = next
            count += 1
        }
        if maximum == .max, !program.hasBackReference { tried[choice] = lowest...position }
        if givesBack, position > lowest {
            stack.append(.giveBack(instruction: instruction, lowest: lowest, position: position))
        }
        return position
    }

    /// Whether an assertion's expression matches at a place.
    private mutating func look(from instruction: Int, at position: Int) -> Bool {
        if program.hasBackReference {
            let before = slots
            let isMatch = run(from: instruction, at: position)
            if isMatch {
                for slot in slots.indices where slots[slot] != before[slot] {
                    stack.append(.restore(slot: slot, value: before[slot]))
                }
            } else {
                slots = before
            }
            return isMatch
        }
        // What was tried inside is no failure of the expression around it.
        var inner = PatternMatcher(program: program, text: text)
        return inner.run(from: instruction, at: position)
    }

    /// The place behind a repetition of what a group captured; a group without capture repeats nothing.
    private func repeatedCapture(of groups: [Int], at position: Int, isBackward: Bool) -> Int? {
        guard let group = groups.first(where: { slots[2 * $0] >= 0 && slots[2 * $0 + 1] >= 0 }) else { return position }
        let range = slots[2 * group]..<slots[2 * group + 1]
        let start = isBackward ? position - range.count : position
        guard start >= 0, start + range.count <= text.count else { return nil }
        for index in 0..<range.count where text[start + index] != text[range.lowerBound + index] { return nil }
        return isBackward ? start : start + range.count
    }
}
