import Foundation
import SharedContract
import Testing

@testable import GraphErrors

@Suite("The table of Graph error codes")
struct GraphErrorClassTests {
    private struct Entry {
        let code: Int
        let through: Int?
        let kind: String
        let waitSeconds: Double?
        let scope: String
    }

    /// The entries of `x-error-codes`, one a line.
    private static func entries() throws -> [Entry] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let spec = try String(contentsOf: root.appending(path: "Specs/whatsapp/graph.yaml"), encoding: .utf8)
        let lines = spec.split(separator: "\n").drop { $0 != "x-error-codes:" }.dropFirst()
        return lines.prefix { $0.hasPrefix("  - {") }.compactMap { line in
            func value(_ name: String) -> String? {
                guard let start = line.firstRange(of: " \(name): ")?.upperBound else { return nil }
                return String(line[start...].prefix { $0.isLetter || $0.isNumber })
            }
            guard let code = value("code").flatMap({ Int($0) }), let kind = value("class") else { return nil }
            return Entry(
                code: code,
                through: value("through").flatMap { Int($0) },
                kind: kind,
                waitSeconds: value("waitSeconds").flatMap { Double($0) },
                scope: value("scope") ?? ""
            )
        }
    }

    @Test("classes and waits are those of the specification, neither more nor fewer")
    func sameAsSpecification() throws {
        let entries = try Self.entries()
        #expect(entries.count > 70)
        for entry in entries {
            for code in entry.code...(entry.through ?? entry.code) {
                #expect(GraphErrorClass(code: code)?.rawValue == entry.kind, "code \(code)")
            }
        }
        for entry in entries where entry.kind == "throttle" {
            let scope: SendThrottled.Scope =
                ["app", "account"].contains(entry.scope) ? .tenant : entry.scope == "number" ? .number : .recipient
            #expect(GraphErrorClass.scope(code: entry.code) == scope, "code \(entry.code)")
        }
        let single = entries.filter { $0.through == nil }
        #expect(Set(GraphErrorClass.table.keys) == Set(single.map(\.code)))
        let waits = single.compactMap { entry in entry.waitSeconds.map { (entry.code, $0) } }
        #expect(GraphErrorClass.waits == Dictionary(uniqueKeysWithValues: waits))
    }
}
