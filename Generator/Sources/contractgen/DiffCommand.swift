import ArgumentParser
import ContractDiff
import ContractJSON
import ContractModel
import Foundation

/// `contractgen diff`
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what changed between two versions of contracts and whom it breaks.",
        discussion: """
            OLD and NEW are projects (folders with Specs/contracts.yaml) or single documents. Requests that the new version \
            refuses break callers, responses and messages that the old version refuses break closed readers, queue and cache \
            documents break either way. Every break carries a witness: a document that one version accepts and the other \
            refuses, checked with both. Exit code: 0 if nothing breaks, 1 if something does, 2 if a version cannot be read.

            Examples:
              contractgen diff ../release-1 .
              contractgen diff old/tenant-service.yaml Specs/services/tenant-service.yaml --format json
              make contract-diff BASE=origin/main
            """
    )

    @Argument(help: "The old version.", completion: .file()) var old: String
    @Argument(help: "The new version.", completion: .file()) var new: String
    @Option(help: "How changes are written.") var format = OutputFormat.text
    @Flag(help: "Leave out what breaks nobody.") var breakingOnly = false
    @Flag(help: "Fail as well where no witness decides whether a change breaks.") var strict = false

    func run() throws {
        let changes = ContractComparison.changes(from: try load(old), to: try load(new))
        let shown = breakingOnly ? changes.filter { $0.kind != .compatible } : changes
        switch format {
        case .text:
            for change in shown { print(DiffReport.text(change, Output.style)) }
            let counts = ContractChange.Kind.allCases.map { kind in
                "\(changes.count { $0.kind == kind }) \(kind.rawValue)"
            }
            print("\(Output.count(changes.count, "change", "changes")): \(counts.joined(separator: ", "))")
        case .json: print(DiffReport.json(changes: shown).jsonText)
        }
        if changes.contains(where: { $0.kind == .breaking || strict && $0.kind == .undecided }) { throw ExitCode(1) }
    }

    /// A project or one document; what is wrong with it is printed.
    private func load(_ path: String) throws -> ContractSet {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure.report(
                path, "There is no such file or folder.",
                reason: "Versions are projects (folders with Specs/contracts.yaml) or single documents.",
                remedy: "Correct the path; it counts from the current folder.", as: format)
        }
        let (set, found) =
            isFolder.boolValue
            ? ContractSetLoader.load(root: path) : ContractSetLoader.loadDocument(path, attitude: .open)
        let errors = found.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Failure.report(errors, as: format) }
        return set
    }
}

/// Changes for people and for programs.
enum DiffReport {
    static func text(_ change: ContractChange, _ style: TextStyle) -> String {
        let label: String
        switch change.kind {
        case .breaking: label = style.red("BREAKS")
        case .undecided: label = style.yellow("UNDECIDED")
        case .compatible: label = style.green("ok")
        }
        let place = change.pointer.isEmpty ? "" : " \(change.pointer)"
        var lines = ["\(label) \(style.bold(change.seams[0]))\(place): \(change.text)"]
        lines.append("  at \(change.location.file):\(change.location.line):\(change.location.column)")
        if let direction = change.direction, change.kind == .breaking {
            lines.append(
                direction == .narrowed
                    ? "  The new version refuses what the old one accepts:"
                    : "  The old version refuses what the new one accepts:")
        }
        if change.kind == .undecided { lines.append("  No document was found that only one of the versions accepts.") }
        if let witness = change.witness {
            lines.append("  \(shortened(witness.document).jsonText)")
            let pointer = witness.violation.instancePointer
            lines.append(
                "  because of \(pointer.isEmpty ? "the whole" : pointer): \(witness.violation.keyword): \(witness.violation.message)"
            )
        }
        if change.seams.count > 1 { lines.append("  also at: \(change.seams.dropFirst().joined(separator: "; "))") }
        return lines.joined(separator: "\n")
    }

    /// Long texts cut; the whole document is in the JSON report.
    private static func shortened(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text) where text.count > 120: .string("\(text.prefix(40))… (\(text.count) characters)")
        case .array(let elements) where elements.count > 12:
            .array(elements.prefix(3).map(shortened) + [.string("… (\(elements.count) elements)")])
        case .array(let elements): .array(elements.map(shortened))
        case .object(let object): .object(JSONObject(object.map { ($0.name, shortened($0.value)) }))
        default: value
        }
    }

    static func json(changes: [ContractChange]) -> JSONValue {
        let list = changes.map { change -> JSONValue in
            var object = JSONObject([
                ("kind", .string(change.kind.rawValue)),
                ("direction", change.direction.map { .string($0.rawValue) } ?? .null),
                ("places", .array(change.seams.map { .string($0) })), ("file", .string(change.location.file)),
                ("line", .number(JSONNumber(change.location.line))),
                ("column", .number(JSONNumber(change.location.column))),
                ("schemaPointer", .string(change.location.pointer)), ("pointer", .string(change.pointer)),
                ("keyword", change.keyword.map { .string($0) } ?? .null), ("text", .string(change.text)),
            ])
            if let witness = change.witness {
                object["witness"] = [
                    "document": witness.document, "instancePointer": .string(witness.violation.instancePointer),
                    "keyword": .string(witness.violation.keyword),
                    "schemaPointer": .string(witness.violation.schemaPointer),
                    "message": .string(witness.violation.message),
                ]
            }
            return .object(object)
        }
        return [
            "breaking": .number(JSONNumber(changes.count { $0.kind == .breaking })),
            "undecided": .number(JSONNumber(changes.count { $0.kind == .undecided })), "changes": .array(list),
        ]
    }
}
