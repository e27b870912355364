import ContractModel
import Foundation
import SwiftEmitter
import Testing

@Suite("The same specs give the same bytes")
struct DeterminismTests {
    @Test("whatever the order of contracts and files")
    func order() throws {
        let root = Program.project.path
        let project = try TemporaryProject()
        let files = FileManager.default.enumerator(atPath: root + "/Specs")?.compactMap { $0 as? String } ?? []
        // Folders list their files in the order of creation on some systems.
        for file in files.filter({ $0.contains(".") }).sorted(by: >) {
            try project.write(String(contentsOfFile: "\(root)/Specs/\(file)", encoding: .utf8), to: "Specs/\(file)")
        }
        let list = try project.text("Specs/contracts.yaml")
        let parts = list.components(separatedBy: "  - module: ")
        let shuffled = parts[0] + parts.dropFirst().reversed().map { "  - module: \($0)\n" }.joined()
        try project.write(shuffled, to: "Specs/contracts.yaml")
        func generated(_ root: String) -> [String: String] {
            var emitter = ModuleEmitter(set: ContractSetLoader.load(root: root).0)
            return Dictionary(uniqueKeysWithValues: emitter.files().map { ($0.path, $0.text) })
        }
        let first = generated(root)
        let second = generated(project.root.path)
        #expect(first.count > 500)
        #expect(first.filter { second[$0.key] != $0.value }.map(\.key).sorted() == [])
        #expect(second.count == first.count)
    }

    @Test("whatever the hash seed")
    func hashSeeds() throws {
        let root = Program.project.path
        // Without the variable every process has a seed of its own.
        var trees: [[String: String]] = []
        for environment in [[:], ["SWIFT_DETERMINISTIC_HASHING": "1"], [:]] {
            let project = try TemporaryProject()
            try FileManager.default.copyItem(atPath: root + "/Specs", toPath: project.root.path + "/Specs")
            let outcome = try Program.run(["generate", "--root", project.root.path], environment: environment)
            try #require(outcome.status == 0, "\(outcome.error)")
            trees.append(try project.files(in: "Sources/Contracts"))
        }
        #expect(trees[0].count > 500)
        #expect(trees[1] == trees[0])
        #expect(trees[2] == trees[0])
    }
}
