import ContractInterpreter
import ContractModel
import Foundation
import SwiftEmitter
import Testing

/// Broken projects and the exact words about them; `make golden` rewrites the words.
@Suite("Broken projects")
struct ProjectDiagnosticTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Projects")

    private static let projects = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { !$0.hasSuffix(".txt") }.sorted()

    private static let updates = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    @Test("are there") func exist() { #expect(Self.projects.count >= 8) }

    @Test("are refused with place, reason and remedy", arguments: projects)
    func refused(project: String) throws {
        let (set, found) = ContractSetLoader.load(root: Self.folder.appending(path: project).path)
        var diagnostics = found
        if !found.contains(where: { $0.severity == .error }) {
            diagnostics += ContractLint.check(set)
            var emitter = ModuleEmitter(set: set)
            _ = emitter.files()
            diagnostics += emitter.diagnostics
        }
        let text = diagnostics.map { $0.text + "\n" }.joined()
        let golden = Self.folder.appending(path: "\(project).txt")
        if Self.updates { try Data(text.utf8).write(to: golden) }
        #expect(text == (try? String(contentsOf: golden, encoding: .utf8)), "\(project)")
        #expect(diagnostics.contains { $0.severity == .error }, "\(project) is not refused")
    }
}
