import ContractModel
import Foundation
import SwiftEmitter
import Testing

/// What a small contract becomes, as text before it is laid out. `make golden` rewrites it.
@Suite("Emitted Swift (golden)")
struct EmitterGoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static let updates = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    /// The emitted files of the contract by name.
    private static let emitted: [String: String] = {
        let (set, found) = ContractSetLoader.loadDocument("shop.yaml", root: folder.path, module: "ShopContract")
        guard !found.contains(where: { $0.severity == .error }) else { return [:] }
        var emitter = ModuleEmitter(set: set)
        return Dictionary(
            uniqueKeysWithValues: emitter.files().map { (URL(fileURLWithPath: $0.path).lastPathComponent, $0.text) })
    }()

    private static let goldens = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".swift.txt") }.map { String($0.dropLast(".txt".count)) }.sorted()

    @Test("has one file for each type and one that lists them")
    func files() throws {
        if Self.updates {
            for name in Self.goldens { try FileManager.default.removeItem(at: Self.golden(name)) }
            for (name, text) in Self.emitted { try Data(text.utf8).write(to: Self.golden(name)) }
        }
        #expect(Self.emitted.count >= 10)
        #expect(Self.updates || Self.emitted.keys.sorted() == Self.goldens)
    }

    @Test("is what it was", arguments: emitted.keys.sorted())
    func text(name: String) throws {
        guard !Self.updates else { return }
        #expect(Self.emitted[name] == (try String(contentsOf: Self.golden(name), encoding: .utf8)), "\(name)")
    }

    private static func golden(_ name: String) -> URL { folder.appending(path: name + ".txt") }
}
