import Testing

@testable import ContractRuntime

@Suite("Short way through patterns")
struct PatternScanTests {
    private static let expressions = [
        "^[0-9]{5,20}$", "^[a-c]+$", "^a*b$", "^ab?$", "^[^a]{2}$", "^$", "^a{0,2}$", "^[a-z]+1$",
        "^\\d\\w+$",
    ]

    @Test("it judges every short text as the machine does", arguments: expressions)
    func agreement(expression: String) throws {
        let program = try PatternCompiler.compile(try Self.parse(expression))
        let scan = try #require(PatternScan(program), "\(expression) has no short way")
        var judged = 0
        for text in Self.texts {
            var text = text
            text.withUTF8 { bytes in
                guard let verdict = scan.matches(bytes) else { return }
                judged += 1
                #expect(verdict == PatternMatcher.matches(program, in: bytes), "\(expression) on \(bytes.count) bytes")
            }
        }
        #expect(judged > Self.texts.count / 2)
    }

    @Test(
        "expressions that need the machine have none",
        arguments: ["a+", "^a+", "a+$", "^(a|b)$", "^a+a$", "^(?=a)a$", "^(a)\\1$", "^a$|^b$"])
    func machine(expression: String) throws {
        #expect(PatternScan(try PatternCompiler.compile(try Self.parse(expression))) == nil)
    }

    @Test("a text outside ASCII is left to the machine")
    func beyondASCII() {
        #expect(ContractPattern("^[^a]{2}$").matches("éé"))
        #expect(!ContractPattern("^[0-9]{2}$").matches("1é"))
        #expect(ContractPattern("^.{1,3}$").matches("a🥖b"))
    }

    private static func parse(_ expression: String) throws -> ParsedPattern {
        var parser = PatternParser(expression)
        return try parser.parse()
    }

    /// Every text of up to five of these characters.
    private static let texts: [String] = {
        var all = [""]
        var last = [""]
        for _ in 0..<5 {
            last = last.flatMap { text in ["a", "b", "1", "é"].map { text + $0 } }
            all += last
        }
        return all + ["12345", "01234567890123456789", "012345678901234567890", "abc1", "abcabcabc", "1a"]
    }()
}
