import Foundation
import Testing

@Suite("Diagnostics and their cases")
struct DiagnosticCoverageTests {
    private static let generator = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Stages whose diagnostics are about specs.
    private static let stages = [
        "ContractSource", "ContractModel", "ContractPlan", "SwiftEmitter", "ContractInterpreter/Lint",
    ]

    /// Every line of the recorded texts, and of tests that spell messages out.
    private static let lines: [Substring] = {
        let folder = generator.appending(path: "Tests")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let texts = names.filter {
            $0.hasSuffix(".txt") || $0.hasSuffix("Tests.swift") && !$0.hasPrefix("ContractgenTests/Diagnostic")
        }
        .compactMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        return texts.joined(separator: "\n").split(separator: "\n")
    }()

    @Test("there is none without a document that provokes it")
    func everyMessageHasACase() throws {
        var missing: [String] = []
        var count = 0
        for stage in Self.stages {
            let folder = Self.generator.appending(path: "Sources/\(stage)")
            for message in try DiagnosticTexts.messages(in: folder) {
                count += 1
                if !Self.lines.contains(where: { message.matches($0) }) { missing.append("\(stage)/\(message)") }
            }
        }
        #expect(count > 110, "the messages are not found any more")
        #expect(missing == [])
    }

    @Test("a message without a case would be found")
    func canFail() throws {
        let source = #"log.error(node, "The \(name) is \(node.kind) and nobody ever said so.", reason: "It is not.")"#
        let message = try #require(DiagnosticTexts.messages(of: source, file: "x.swift").first)
        #expect(message.parts == ["The ", " is ", " and nobody ever said so."])
        #expect(!Self.lines.contains { message.matches($0) })
        #expect(message.matches("x:1:1: error: The thing is a list and nobody ever said so."))
    }

    @Test("every recorded error has file, line and column, the pointer, why it is wrong and what to do")
    func formOfErrors() throws {
        var blocks: [[Substring]] = []
        for line in Self.lines where line.contains(": error: ") || !blocks.isEmpty && line.hasPrefix("  ") {
            if line.contains(": error: ") { blocks.append([line]) } else { blocks[blocks.count - 1].append(line) }
        }
        let recorded = blocks.filter { $0.count > 1 }
        #expect(recorded.count >= 140)
        for block in recorded {
            #expect(block[0].contains(#/:\d+:\d+: error: /#), "\(block[0])")
            for label in ["  at ", "  why: ", "  do: "] {
                #expect(block.contains { $0.hasPrefix(label) }, "\(block[0]) has no line\(label)")
            }
        }
    }
}
