import Testing

@testable import ContractRuntime

@Suite("Patterns as automata")
struct PatternAutomatonTests {
    private static let expressions = [
        "a+", "^a+", "a+$", "^(a|b)$", "^a+a$", "^a$|^b$", "a|^b", "(ab)*", "^(ab)*$", "^(a|b1?)+$", "a{2,3}b",
        "^(a*)*b$", "$", "^", "a$|b", "^(?:a|ab)(?:b|)$", "[^a]b", "a.*b", "^a??b$", "(a|$)b?", "b$a", "a^b",
        "^a{0,2}a$", "^(a{2}){2}$",
        "^(\\+?[0-9]+|[a-b]{2}\\.([a-b]+\\.)?[a-z0-9]+)$", "1(?:a|b)*1",
    ]

    @Test("they judge every short text as the machine does", arguments: expressions)
    func agreement(expression: String) throws {
        let program = try PatternCompiler.compile(try Self.parse(expression))
        let automaton = try #require(PatternAutomaton(program), "\(expression) has no automaton")
        var judged = 0
        for text in Self.texts {
            var text = text
            text.withUTF8 { bytes in
                guard let verdict = automaton.matches(bytes) else { return }
                judged += 1
                #expect(verdict == PatternMatcher.matches(program, in: bytes), "\(expression) on \(bytes.count) bytes")
            }
        }
        #expect(judged > Self.texts.count / 5)
    }

    @Test(
        "expressions with look-around, references or too many states have none",
        arguments: ["^(?=a)a$", "(?<!a)b", "^(a)\\1$", "\\ba", "^a{100}$", "(a|b)*a(a|b){7}$"])
    func machine(expression: String) throws {
        #expect(PatternAutomaton(try PatternCompiler.compile(try Self.parse(expression))) == nil)
    }

    private static func parse(_ expression: String) throws -> ParsedPattern {
        var parser = PatternParser(expression)
        return try parser.parse()
    }

    /// Every text of up to five of these characters, and some longer ones.
    private static let texts: [String] = {
        var all = [""]
        var last = [""]
        for _ in 0..<5 {
            last = last.flatMap { text in ["a", "b", "1", "é"].map { text + $0 } }
            all += last
        }
        return all + ["+123", "123", "ab.ab.c9", "ab.c9", "ab.", "+", "ab.ab.", "a\nb", "a\n"]
    }()
}
