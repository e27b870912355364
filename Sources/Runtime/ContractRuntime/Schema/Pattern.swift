import Synchronization

/// A regular expression of ECMA-262 with the `u` flag, as the `pattern` keyword has it: matches anywhere in the text, on
/// Unicode scalars.
///
/// An own machine, because neither regular expressions of Foundation (other meaning of `\d`, `\w`, `$`, `\Z`) nor those
/// of Swift (other syntax, not `Sendable`) are those of ECMA-262. Expressions without back references and assertions
/// that look around take time linear in the text, whatever the expression.
public struct ContractPattern: Sendable {
    /// The expression as written.
    public let source: String
    /// Nil if the expression is invalid; then nothing matches.
    private let program: PatternProgram?
    /// The short ways, where the expression has one.
    private let scan: PatternScan?
    private let automaton: PatternAutomaton?

    /// - Parameter source: An expression that ``validated(_:)`` accepts; anything else matches nothing.
    public init(_ source: String) {
        self.init(source: source, program: try? Self.program(source))
    }

    private init(source: String, program: PatternProgram?) {
        self.source = source
        self.program = program
        scan = program.flatMap(PatternScan.init)
        automaton = scan == nil ? program.flatMap(PatternAutomaton.init) : nil
    }

    /// A pattern from an expression that may be invalid.
    /// - Throws: ``PatternError`` with the place of the first error.
    public static func validated(_ source: String) throws(PatternError) -> ContractPattern {
        ContractPattern(source: source, program: try program(source))
    }

    /// Whether the expression matches anywhere in `text`.
    public func matches(_ text: String) -> Bool {
        guard let program else { return false }
        var text = text
        return text.withUTF8 {
            scan?.matches($0) ?? automaton?.matches($0) ?? PatternMatcher.matches(program, in: $0)
        }
    }

    /// Compiled expressions by their source; emptied when it has grown too large.
    private static let compiled = Mutex<[String: PatternProgram]>([:])
    private static let maximumCompiled = 4096

    private static func program(_ source: String) throws(PatternError) -> PatternProgram {
        if let known = compiled.withLock({ $0[source] }) { return known }
        var parser = PatternParser(source)
        let program = try PatternCompiler.compile(try parser.parse())
        compiled.withLock { programs in
            if programs.count >= maximumCompiled { programs.removeAll() }
            programs[source] = program
        }
        return program
    }
}

/// Why a regular expression is none of ECMA-262.
public struct PatternError: Error, Sendable, Hashable {
    /// Position of the error in Unicode scalars, from 0.
    public let offset: Int
    /// What is wrong, in one sentence without full stop.
    public let reason: String
}
