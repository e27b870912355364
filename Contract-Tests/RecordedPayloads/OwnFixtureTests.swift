import ContractRuntime
import Foundation
import Testing

/// Our own fixtures, one situation a file, against the generated code.
@Suite("Own fixtures")
struct OwnFixtureTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        var path: String
        var schema: String
        var isValid: Bool { !path.contains(".invalid.") }
        var testDescription: String { path }
    }

    static let fixtures: [Fixture] = {
        let root = Documents.project.appendingPathComponent("Contract-Tests/Fixtures")
        let maps = [
            "whatsapp": "Specs/whatsapp/fixtures-map.yaml", "genesys": "Specs/genesys/fixtures-map.yaml",
            "services": "Contract-Tests/Fixtures/services/fixtures-map.yaml",
            "messaging": "Contract-Tests/Fixtures/messaging/fixtures-map.yaml",
            "cache": "Contract-Tests/Fixtures/cache/fixtures-map.yaml",
        ]
        return maps.sorted { $0.key < $1.key }.flatMap { folder, mapFile -> [Fixture] in
            guard let map = try? FixtureMap(file: Documents.project.appendingPathComponent(mapFile)) else { return [] }
            return (map.own ?? []).flatMap { own in
                Documents.files(in: root.appendingPathComponent("\(folder)/\(own.folder)"))
                    .map { Fixture(path: "\(folder)/\(own.folder)/\($0)", schema: own.schema) }
            }
        }
    }()

    @Test("every fixture belongs to a schema, and no fixture got lost")
    func coverage() {
        let root = Documents.project.appendingPathComponent("Contract-Tests/Fixtures")
        let all = Set(Documents.files(in: root))
        #expect(all.subtracting(Self.fixtures.map(\.path)).sorted() == [])
        #expect(Self.fixtures.count >= 800)
    }

    @Test("a valid fixture decodes and encodes back to an equal value", arguments: fixtures.filter(\.isValid))
    func valid(fixture: Fixture) throws {
        let entry = try #require(SchemaRegistry.entries[fixture.schema], "\(fixture.schema) is generated")
        #expect(try SchemaRegistry.verdict(Self.bytes(fixture), entry) == .accepted)
    }

    @Test("an invalid fixture is refused with its pointers", arguments: fixtures.filter { !$0.isValid })
    func invalid(fixture: Fixture) throws {
        let entry = try #require(SchemaRegistry.entries[fixture.schema], "\(fixture.schema) is generated")
        switch try SchemaRegistry.verdict(Self.bytes(fixture), entry) {
        case .noJSON: break
        case .refused(let violations): #expect(violations.allSatisfy { $0.schemaPointer.contains("#/") })
        case .accepted, .changed: Issue.record("accepted")
        }
    }

    private static func bytes(_ fixture: Fixture) throws -> [UInt8] {
        Array(try Data(contentsOf: Documents.project.appendingPathComponent("Contract-Tests/Fixtures/\(fixture.path)")))
    }
}
