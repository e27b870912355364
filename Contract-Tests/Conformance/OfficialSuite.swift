import ContractJSON
import ContractModel
import ContractSource
import Foundation

/// The official JSON Schema tests, as they lie in the folder of shared data.
struct OfficialSuite: Sendable {
    /// Groups of one file that share a schema.
    struct Group: Sendable {
        var name: String
        var schema: JSONValue
        var cases: [Case]
    }

    /// One value and the verdict on it.
    struct Case: Sendable {
        var name: String
        var value: JSONValue
        var isValid: Bool
    }

    /// Folder with `tests` and `remotes`.
    let folder: String

    /// The suite of draft 2020-12; nil if it is not here.
    static let draft2020: OfficialSuite? = {
        let shared = ProcessInfo.processInfo.environment["WABA_SHARED_DIR"] ?? "../shared"
        let folder = "\(shared)/conformance/json-schema-2020-12"
        return FileManager.default.fileExists(atPath: "\(folder)/tests") ? OfficialSuite(folder: folder) : nil
    }()

    /// Whether the suite has to be here.
    static let isRequired = ProcessInfo.processInfo.environment["REQUIRE_SHARED"] == "1"

    /// Test files below `tests`, sorted: `additionalProperties.json`, `optional/format/date.json`.
    var files: [String] {
        let enumerator = FileManager.default.enumerator(atPath: "\(folder)/tests")
        return (enumerator?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".json") }.sorted()
    }

    /// The groups of a file.
    func groups(_ file: String) throws -> [Group] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tests/\(file)")))
        let limits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 200)
        let document = try JSONValue(parsing: bytes, limits: limits)
        return (document.array ?? []).map { group in
            Group(
                name: group["description"]?.string ?? "",
                schema: group["schema"] ?? .null,
                cases: (group["tests"]?.array ?? []).map { test in
                    Case(
                        name: test["description"]?.string ?? "",
                        value: test["data"] ?? .null,
                        isValid: test["valid"]?.bool ?? false
                    )
                }
            )
        }
    }

    /// A loader that serves the suite's remote documents from its folder.
    func loader(for file: String) -> SchemaLoader {
        SchemaLoader(
            mirrors: [SourceStore.Mirror(prefix: "http://localhost:1234/", folder: "\(folder)/remotes")],
            assertsFormat: file.hasPrefix("optional/format/")
        )
    }
}
