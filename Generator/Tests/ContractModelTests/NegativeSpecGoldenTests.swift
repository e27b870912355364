import ContractInterpreter
import ContractModel
import Foundation
import Testing

/// Broken documents and the exact words about them. `make golden` rewrites the words.
@Suite("Broken specs")
struct NegativeSpecGoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Negative")

    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { !$0.hasSuffix(".txt") }.sorted()

    private static let updates = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    @Test("are there") func exist() { #expect(Self.files.count >= 42) }

    @Test("are refused with place, reason and remedy", arguments: files)
    func refused(file: String) throws {
        // A document about others is called open-….
        let attitude: Contract.Attitude = file.hasPrefix("open-") ? .open : .closed
        let (set, found) = ContractSetLoader.loadDocument(file, root: Self.folder.path, attitude: attitude)
        let diagnostics = found.contains { $0.severity == .error } ? found : found + ContractLint.check(set)
        let text = diagnostics.map { $0.text + "\n" }.joined()
        let stem = file.split(separator: ".").dropLast().joined(separator: ".")
        let golden = Self.folder.appending(path: "\(stem).txt")
        if Self.updates { try Data(text.utf8).write(to: golden) }
        #expect(text == (try? String(contentsOf: golden, encoding: .utf8)), "\(file)")
        #expect(diagnostics.contains { $0.severity == .error }, "\(file) is not refused")
    }
}
