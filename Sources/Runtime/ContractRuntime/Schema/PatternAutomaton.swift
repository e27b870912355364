/// The short way through expressions whose states are few: one look into a table for each byte, whatever alternatives and
/// repetitions there are. Only whether the text matches is asked, so that which way it matches makes no difference.
struct PatternAutomaton: Sendable {
    /// The next state for a state and a byte.
    private let next: [UInt8]
    /// Whether a text may end in a state.
    private let mayEnd: [Bool]

    /// Most states; beyond, and where look-around or back references are, the machine is used.
    private static let maximumStates = 64
    private static let refused: UInt8 = 255
    private static let accepted: UInt8 = 254

    /// Nil if the expression needs the machine.
    init?(_ program: PatternProgram) {
        guard !program.hasBackReference, let start = Self.closure([Thread(0)], in: program, isStart: true) else {
            return nil
        }
        var states = [start]
        var numbers = [start: 0]
        var next: [UInt8] = []
        if start.isAccepting {
            (next, mayEnd) = (Array(repeating: Self.accepted, count: 128), [true])
        } else {
            var index = 0
            while index < states.count {
                for byte in UInt32(0)..<128 {
                    var threads = states[index].threads.compactMap { $0.after(byte, in: program) }
                    if !program.isAnchored { threads.append(Thread(0)) }
                    guard let state = Self.closure(threads, in: program, isStart: false) else { return nil }
                    if state.isAccepting {
                        next.append(Self.accepted)
                    } else if state.threads.isEmpty, !state.mayEnd {
                        next.append(Self.refused)
                    } else if let known = numbers[state] {
                        next.append(UInt8(known))
                    } else {
                        guard states.count < Self.maximumStates else { return nil }
                        numbers[state] = states.count
                        next.append(UInt8(states.count))
                        states.append(state)
                    }
                }
                index += 1
            }
            mayEnd = states.map(\.mayEnd)
        }
        self.next = next
    }

    /// Whether the text matches; nil if it has a character outside ASCII, which the machine judges.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        next.withUnsafeBufferPointer { next in
            var state: UInt8 = 0
            for byte in text {
                guard byte < 0x80 else { return nil }
                state = next[Int(state) << 7 | Int(byte)]
                if state >= Self.accepted { return state == Self.accepted }
            }
            return mayEnd[Int(state)]
        }
    }
}

/// A place in the program, and how often a run there has taken a character.
private struct Thread: Hashable {
    var place: Int
    var taken = 0

    init(_ place: Int) { self.place = place }

    /// The place behind a character of ASCII; nil if it is not taken.
    func after(_ byte: UInt32, in program: PatternProgram) -> Thread? {
        switch program.instructions[place] {
        case .set(let set): return program.sets[set].contains(byte) ? Thread(place + 1) : nil
        case .run(let set, let minimum, let maximum, _, _):
            guard taken < maximum, program.sets[set].contains(byte) else { return nil }
            var thread = self
            // Beyond the minimum an unbounded run need not count.
            if taken < minimum || maximum < .max { thread.taken += 1 }
            return thread
        default: return nil
        }
    }
}

/// All places that the program can be in after the same characters.
private struct State: Hashable {
    /// Those that take a character.
    var threads: Set<Thread> = []
    /// Whether it matches if the text ends here.
    var mayEnd = false
    /// Whether it matches whatever follows.
    var isAccepting = false
}

extension PatternAutomaton {
    /// What is reached without taking a character; nil if an instruction needs the machine.
    private static func closure(_ threads: [Thread], in program: PatternProgram, isStart: Bool) -> State? {
        var state = State()
        // Places reached only if the text ends here are followed apart.
        var seen: Set<Thread> = []
        var seenAtEnd: Set<Thread> = []
        var pending = threads.map { (thread: $0, isAtEnd: false) }
        while let (thread, isAtEnd) = pending.popLast() {
            if seen.contains(thread) || isAtEnd && seenAtEnd.contains(thread) { continue }
            if isAtEnd { seenAtEnd.insert(thread) } else { seen.insert(thread) }
            func follow(_ place: Int, isAtEnd: Bool) { pending.append((Thread(place), isAtEnd)) }
            switch program.instructions[thread.place] {
            case .set: if !isAtEnd { state.threads.insert(thread) }
            case .run(_, let minimum, let maximum, _, _):
                if !isAtEnd, thread.taken < maximum { state.threads.insert(thread) }
                if thread.taken >= minimum { follow(thread.place + 1, isAtEnd: isAtEnd) }
            case .split(let first, let second, _):
                follow(first, isAtEnd: isAtEnd)
                follow(second, isAtEnd: isAtEnd)
            case .jump(let place): follow(place, isAtEnd: isAtEnd)
            case .mark, .progress, .save, .clear: follow(thread.place + 1, isAtEnd: isAtEnd)
            case .start(false): if isStart { follow(thread.place + 1, isAtEnd: isAtEnd) }
            case .end(false): follow(thread.place + 1, isAtEnd: true)
            case .match:
                state.mayEnd = true
                if !isAtEnd { state.isAccepting = true }
            case .setBackward, .start, .end, .wordBoundary, .look, .reference: return nil
            }
        }
        return state
    }
}
