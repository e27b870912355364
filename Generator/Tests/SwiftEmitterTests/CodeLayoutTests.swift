import Testing

@testable import SwiftEmitter

@Suite("Long lines")
struct CodeLayoutTests {
    private static let long = String(repeating: "x", count: 70)

    private func laidOut(_ line: String) -> String { CodeLayout.lines(of: line).joined(separator: "\n") }

    @Test("a line that fits stays, to the last character")
    func short() {
        let line = "    " + String(repeating: "é", count: 112) + "(a)"
        #expect(line.count == 119)
        #expect(CodeLayout.lines(of: line) == [line])
        #expect(CodeLayout.lines(of: line + "b") == [line + "b"])
        #expect(CodeLayout.lines(of: line + "bc").count == 3)
    }

    @Test("arguments, conditions and statements in braces go to lines of their own")
    func forms() {
        let long = Self.long
        #expect(
            laidOut("    let a = f(\"\(long)\", b: g(1, 2), c: [\"\(long), (\\\"\"])") == """
                    let a = f(
                        "\(long)",
                        b: g(1, 2),
                        c: ["\(long), (\\""]
                    )
                """)
        #expect(
            laidOut("guard let a = f(\"\(long)\", 1), let b = c[\"\(long)\"] else { return nil }") == """
                guard
                    let a = f("\(long)", 1),
                    let b = c["\(long)"]
                else { return nil }
                """)
        #expect(
            laidOut("f(\"\(long)\", \"\(long)\") { node, context in g(node, &context) }") == """
                f(
                    "\(long)",
                    "\(long)"
                ) { node, context in
                    g(node, &context)
                }
                """)
        #expect(
            laidOut("if a == nil, b(\"\(long)\") { c(\"\(long)\") }") == """
                if a == nil, b("\(long)") {
                    c("\(long)")
                }
                """)
        #expect(
            laidOut("static func f(_ \(long): Int, _ \(long): inout Int) -> Int? {") == """
                static func f(
                    _ \(long): Int,
                    _ \(long): inout Int
                ) -> Int? {
                """)
        #expect(
            laidOut("let a: [[B]] = [[\"\(long)\", \"\(long)\"]]") == """
                let a: [[B]] = [
                    [
                        "\(long)",
                        "\(long)",
                    ]
                ]
                """)
    }

    @Test("comments and what has no brackets stay")
    func kept() {
        for line in ["/// f(\(Self.long), \(Self.long))", "let a = \"\(Self.long)\(Self.long)\""] {
            #expect(laidOut(line) == line)
        }
    }
}
