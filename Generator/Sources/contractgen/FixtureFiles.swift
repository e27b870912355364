import ArgumentParser
import ContractFixtures
import ContractJSON
import ContractSource
import Foundation

/// Files that the fixture verbs read and write.
enum FixtureFiles {
    /// The bytes of a file, or of standard input for `-`.
    static func data(_ path: String, format: OutputFormat) throws -> Data {
        if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure.unreadable(path, as: format)
        }
        return data
    }

    static func json(_ path: String, format: OutputFormat) throws -> JSONValue {
        let bytes = [UInt8](try data(path, format: format))
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: 256 << 20, maximumDepth: 128))
        } catch {
            let place = TextPosition(of: error.offset, in: bytes)
            throw Failure.report(
                path, line: place.line, column: place.column, "Not JSON: \(error.reason)",
                reason: "Documents are JSON (RFC 8259).", remedy: "Correct the text at this place.", as: format)
        }
    }

    static func write(_ value: JSONValue, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((pretty(value) + "\n").utf8).write(to: url)
    }

    /// Adds lines at the end of a list in a YAML file.
    static func append(_ lines: [String], to path: String) throws {
        var text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? "own:\n"
        if !text.hasSuffix("\n") { text += "\n" }
        try Data((text + lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    }

    static func pretty(_ value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + elements.map { inner + pretty($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let object) where !object.isEmpty:
            let members = object.map {
                "\(inner)\(JSONValue.string($0.name).jsonText): \(pretty($0.value, indent: inner))"
            }
            return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
        default: return value.jsonText
        }
    }
}

/// What became of imported documents.
enum FixtureReport {
    static func text(_ document: ImportedDocument, isDryRun: Bool) -> String {
        switch document.outcome {
        case .fixture: "\(isDryRun ? "would write" : "wrote") \(document.path ?? "") from \(document.source)"
        case .known: "known: \(document.path ?? "") from \(document.source)"
        case .foreign(let reason): "skipped \(document.source): \(reason)"
        case .refused(let violations):
            "refused \(document.source): \(document.schema ?? "")\n"
                + violations.prefix(10).map {
                    "  \($0.instancePointer.isEmpty ? "the whole document" : $0.instancePointer): \($0.message)"
                }
                .joined(separator: "\n")
        }
    }

    /// How many documents had which outcome.
    static func summary(_ documents: [ImportedDocument]) -> String {
        var counts = (new: 0, known: 0, skipped: 0, refused: 0)
        for document in documents {
            switch document.outcome {
            case .fixture: counts.new += 1
            case .known: counts.known += 1
            case .foreign: counts.skipped += 1
            case .refused: counts.refused += 1
            }
        }
        return
            "\(counts.new) new, \(counts.known) known, \(counts.skipped) skipped, \(counts.refused) refused"
    }

    static func json(_ document: ImportedDocument) -> JSONValue {
        let outcome: (String, JSONValue) =
            switch document.outcome {
            case .fixture: ("fixture", .null)
            case .known: ("known", .null)
            case .foreign(let reason): ("skipped", .string(reason))
            case .refused(let violations):
                ("refused", .array(violations.map { .string("\($0.instancePointer): \($0.message)") }))
            }
        return [
            "source": .string(document.source), "outcome": .string(outcome.0), "why": outcome.1,
            "path": document.path.map { .string($0) } ?? .null, "schema": document.schema.map { .string($0) } ?? .null,
        ]
    }
}
