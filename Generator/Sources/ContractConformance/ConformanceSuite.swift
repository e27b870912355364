public import ContractJSON
import ContractModel
import ContractSource
import Foundation

/// Tests in the layout of the official JSON Schema test suite: `tests/**/*.json`, and documents that schemas refer to under
/// `http://localhost:1234/` in `remotes/`.
public struct ConformanceSuite: Sendable {
    /// Cases of one file that share a schema.
    public struct Group: Sendable {
        /// File below `tests`.
        public var file: String
        /// What it is about.
        public var name: String
        /// The schema.
        public var schema: JSONValue
        /// Its cases.
        public var cases: [Case]
    }

    /// One value and the verdict on it.
    public struct Case: Sendable {
        /// What it shows.
        public var name: String
        /// The value.
        public var value: JSONValue
        /// Whether the schema accepts it.
        public var isValid: Bool
    }

    /// The suite cannot be read.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What is wrong, with the file.
        public var description: String
    }

    /// Folder with `tests` and `remotes`.
    public let folder: String
    /// All groups, files in order of their names.
    public let groups: [Group]

    private static let limits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 256)

    /// Reads a suite.
    /// - Throws: ``Failure`` where there is none, or a file that is no test file.
    public init(folder: String) throws {
        self.folder = folder
        let enumerator = FileManager.default.enumerator(atPath: "\(folder)/tests")
        let files = (enumerator?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".json") }.sorted()
        guard !files.isEmpty else { throw Failure(description: "\(folder)/tests has no JSON files") }
        groups = try files.flatMap { try Self.groups($0, in: folder) }
    }

    private static func groups(_ file: String, in folder: String) throws -> [Group] {
        let path = "\(folder)/tests/\(file)"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let document: JSONValue
        do throws(JSONSyntaxError) { document = try JSONValue(parsing: bytes, limits: limits) } catch {
            throw Failure(description: "\(path), byte \(error.offset): \(error.reason)")
        }
        guard let groups = document.array else { throw Failure(description: "\(path) is no list of groups") }
        return try groups.map { group in
            guard let schema = group["schema"], let cases = group["tests"]?.array else {
                throw Failure(description: "\(path) has a group without schema or tests")
            }
            return Group(
                file: file, name: group["description"]?.string ?? "", schema: schema,
                cases: try cases.map { test in
                    guard let value = test["data"], let isValid = test["valid"]?.bool else {
                        throw Failure(description: "\(path) has a case without data or verdict")
                    }
                    return Case(name: test["description"]?.string ?? "", value: value, isValid: isValid)
                })
        }
    }

    /// A loader that serves the suite's remote documents from its folder. Files below `optional/format` are about formats that
    /// are asserted; elsewhere a format is an annotation unless the dialect says otherwise.
    func loader(for file: String) -> SchemaLoader {
        SchemaLoader(
            mirrors: [SourceStore.Mirror(prefix: "http://localhost:1234/", folder: "\(folder)/remotes")],
            assertsFormat: file.hasPrefix("optional/format/"))
    }
}
