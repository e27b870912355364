import Foundation
import Yams

/// A `fixtures-map.yaml`: which schema a document is held against.
struct FixtureMap: Decodable {
    struct Recorded: Decodable {
        var direction: String
        var kind: String
        var schema: String
    }

    struct Own: Decodable {
        var folder: String
        var schema: String
    }

    struct Outcome: Decodable {
        var file: String
        var outcome: String
        var pointer: String?
        var keyword: String?
    }

    var recorded: [Recorded]?
    var own: [Own]?
    var outcomes: [Outcome]?

    init(file: URL) throws {
        self = try YAMLDecoder().decode(FixtureMap.self, from: String(contentsOf: file, encoding: .utf8))
    }

    /// The schema of a row of an index; the first rule that covers it.
    func schema(direction: String, kind: String) -> String? {
        recorded?.first { $0.direction == direction && Self.covers($0.kind, kind) }?.schema
    }

    /// Whether `pattern`, in which `*` stands for any characters, covers the whole of `text`.
    private static func covers(_ pattern: String, _ text: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == text }
        guard text.hasPrefix(first), text.hasSuffix(last), text.count >= first.count + last.count else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

/// Where the documents are.
enum Documents {
    /// The project's folder.
    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder of data that nobody of the project wrote; nil where it is not there.
    static let shared: URL? = {
        let path =
            ProcessInfo.processInfo.environment["WABA_SHARED_DIR"] ?? project.appendingPathComponent("../shared").path
        return FileManager.default.fileExists(atPath: path + "/fixtures") ? URL(fileURLWithPath: path) : nil
    }()

    /// Whether missing shared data is a failure.
    static let sharedIsRequired = ProcessInfo.processInfo.environment["REQUIRE_SHARED"] == "1"

    /// All files below a folder, relative to it, in order.
    static func files(in folder: URL) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".txt") }.sorted()
    }

    /// The rows of a tab-separated index, by column name.
    static func index(_ file: URL) throws -> [[String: String]] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: true)
        guard let header = lines.first?.split(separator: "\t", omittingEmptySubsequences: false) else { return [] }
        return lines.dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(zip(header.map(String.init), cells), uniquingKeysWith: { first, _ in first })
        }
    }
}
