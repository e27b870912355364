import Foundation
import Testing

/// Real payloads of both platforms, which nobody of the project wrote, against the generated code.
@Suite("Recorded payloads")
struct RecordedPayloadTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var platform: String
        var file: String
        var schema: String?
        var isValid: Bool
        var mustBeRefused: Bool
        var testDescription: String { "\(platform)/\(file)" }
    }

    /// The rows of both indexes.
    static let rows: [Row] = {
        guard let shared = Documents.shared else { return [] }
        return ["meta", "genesys"].flatMap { platform -> [Row] in
            let folder = shared.appendingPathComponent("fixtures/\(platform)")
            let specs = Documents.project.appendingPathComponent("Specs/\(platform == "meta" ? "whatsapp" : platform)")
            guard let index = try? Documents.index(folder.appendingPathComponent("INDEX.tsv")),
                let map = try? FixtureMap(file: specs.appendingPathComponent("fixtures-map.yaml"))
            else { return [] }
            return index.map { row in
                let file = row["file"] ?? ""
                let outcome = map.outcomes?.first { $0.file == file }
                return Row(
                    platform: platform, file: file,
                    schema: map.schema(direction: row["direction"] ?? "", kind: row["kind"] ?? ""),
                    isValid: row["valid"] == "yes",
                    mustBeRefused: row["class"] == "must-reject" || outcome?.outcome == "refused")
            }
        }
    }()

    @Test("the shared payloads are there")
    func sharedPayloads() {
        guard Documents.shared != nil else {
            if Documents.sharedIsRequired { Issue.record("the shared folder is missing; set WABA_SHARED_DIR") }
            print("NOT RUN: recorded payloads, because there is no ../shared/fixtures and WABA_SHARED_DIR is not set")
            return
        }
        #expect(Self.rows.count >= 470)
        #expect(Self.rows.allSatisfy { $0.schema != nil }, "every row has a schema")
    }

    @Test("a valid payload decodes and encodes back to an equal value", arguments: rows.filter(\.isValid))
    func valid(row: Row) throws {
        let entry = try #require(SchemaRegistry.entries[row.schema ?? ""], "\(row.schema ?? "no schema") is generated")
        #expect(try SchemaRegistry.verdict(Self.bytes(row), entry) == .accepted)
    }

    @Test("a payload that must be refused is refused with pointers", arguments: rows.filter(\.mustBeRefused))
    func refused(row: Row) throws {
        let entry = try #require(SchemaRegistry.entries[row.schema ?? ""], "\(row.schema ?? "no schema") is generated")
        switch try SchemaRegistry.verdict(Self.bytes(row), entry) {
        case .noJSON: break
        case .refused(let violations):
            #expect(!violations.isEmpty)
            #expect(violations.allSatisfy { $0.schemaPointer.contains("#/") && !$0.keyword.isEmpty })
        case .accepted, .changed: Issue.record("accepted")
        }
    }

    private static func bytes(_ row: Row) throws -> [UInt8] {
        let shared = try #require(Documents.shared)
        return Array(try Data(contentsOf: shared.appendingPathComponent("fixtures/\(row.platform)/\(row.file)")))
    }
}
