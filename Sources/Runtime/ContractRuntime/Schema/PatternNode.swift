/// A regular expression as a tree.
indirect enum PatternNode: Sendable {
    case empty
    case set(PatternSet)
    case sequence([PatternNode])
    case alternation([PatternNode])
    /// A capturing group, numbered from 1.
    case group(PatternNode, number: Int)
    case backReference(number: Int)
    /// A reference to every group of a name (alternatives may share one).
    case namedReference(numbers: [Int])
    case start(isMultiline: Bool)
    case end(isMultiline: Bool)
    case wordBoundary(isNegated: Bool)
    case look(PatternNode, isBehind: Bool, isNegated: Bool)
    /// `groups` are those captured inside, which each round forgets.
    case repetition(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool, groups: Range<Int>)
}

/// A parsed expression.
struct ParsedPattern: Sendable {
    var root: PatternNode
    /// Groups including the whole match as group 0.
    var groupCount: Int
    var hasBackReference: Bool
}
