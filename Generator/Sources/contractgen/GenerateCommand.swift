import ArgumentParser
import ContractJSON
import ContractModel
import Foundation
import SwiftEmitter

/// `contractgen generate`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write the Swift modules that Specs/contracts.yaml asks for.",
        discussion: """
            Files that are as they should be are left alone; files that an earlier run wrote and no contract asks for any more are \
            removed. What somebody else wrote is neither overwritten nor removed.

            Examples:
              contractgen generate
              contractgen generate --dry-run --format json
            """)

    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Flag(help: "Generate even if neither a spec nor this program has changed since the last run.") var force = false
    @Flag(help: "Say what would be written and removed, and do nothing.") var dryRun = false
    @Option(help: "How the outcome is written.") var format = OutputFormat.text

    func run() throws {
        let tree = GeneratedTree(root: root)
        let digest = tree.inputDigest(of: "Specs") + "-" + Self.programStamp
        if !force, !dryRun, tree.isCurrent(inputDigest: digest) {
            return report(GeneratedTree.Summary(), nothing: true)
        }
        let files = try GeneratedFiles.load(root: root, format: format)
        do {
            report(dryRun ? tree.comparison(with: files) : try tree.write(files, inputDigest: digest), nothing: false)
        } catch let foreign as GeneratedTree.ForeignFiles {
            let others = foreign.paths.count - 1
            throw Failure.report(
                foreign.paths[0],
                "A generated file is to have this name\(others > 0 ? "; so it is with \(others) more" : "").",
                reason: "contractgen has not written what is there and would overwrite it.",
                remedy: "Move it out of \(GeneratedTree.folder), or delete it.", as: format)
        }
    }

    /// Changes with every build of the program, which may generate something else from the same specs.
    private static var programStamp: String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "/proc/self/exe".resolvingLink)
        let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(attributes?[.size] as? Int ?? 0)-\(Int(time * 1_000))"
    }

    private func report(_ summary: GeneratedTree.Summary, nothing: Bool) {
        switch format {
        case .text:
            if nothing { return print("Nothing to do: no spec has changed.") }
            let verb = dryRun ? "would be " : ""
            print(
                "\(summary.written.count) files \(verb)written, \(summary.removed.count) \(verb)removed, \(summary.unchanged) unchanged"
            )
            for path in summary.removed { print("\(verb)removed \(path)") }
            for path in summary.kept {
                print("left alone \(path): it belongs to no contract; contractgen has not written it")
            }
        case .json:
            let value: JSONValue = [
                "written": .array(summary.written.map { .string($0) }),
                "removed": .array(summary.removed.map { .string($0) }),
                "kept": .array(summary.kept.map { .string($0) }),
                "unchanged": nothing ? .null : .number(JSONNumber(summary.unchanged)),
            ]
            print(value.jsonText)
        }
    }
}

extension String {
    /// Where a symbolic link leads; the path itself if it is none.
    fileprivate var resolvingLink: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: self)) ?? self
    }
}

/// `contractgen check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Fail if the committed modules are not what the specs say.",
        discussion: """
            Tells drift, hand edits, missing files, orphans and another version of the generator apart; exit code 1 if there is any.

            Examples:
              contractgen check
              contractgen check --format json
            """)

    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Option(help: "How differences are written.") var format = OutputFormat.text

    func run() throws {
        let files = try GeneratedFiles.load(root: root, format: format)
        let differences = GeneratedTree(root: root).differences(from: files)
        switch format {
        case .text:
            for difference in differences { print(difference.text) }
            print(
                differences.isEmpty
                    ? "\(files.count) generated files are current"
                    : "\(Output.count(differences.count, "generated file is", "generated files are")) not what the specs say"
            )
        case .json:
            let list = differences.map { difference -> JSONValue in
                [
                    "kind": .string(difference.kind.rawValue), "path": .string(difference.path),
                    "text": .string(difference.text),
                ]
            }
            let report: JSONValue = ["files": .number(JSONNumber(files.count)), "differences": .array(list)]
            print(report.jsonText)
        }
        guard differences.isEmpty else { throw ExitCode(1) }
    }
}

/// Loads the contracts and emits their files; prints what is wrong with the specs.
enum GeneratedFiles {
    static func load(root: String, format: OutputFormat) throws -> [GeneratedFile] {
        let (set, found) = ContractSetLoader.load(root: root)
        try report(found, as: format)
        var emitter = ModuleEmitter(set: set)
        let files = emitter.files()
        try report(emitter.diagnostics, as: format)
        return files
    }

    /// Errors end the verb; warnings alone go to standard error, beside the outcome.
    private static func report(_ diagnostics: [Diagnostic], as format: OutputFormat) throws {
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw Failure.report(diagnostics, as: format, code: ExitCode(1))
        }
        for diagnostic in diagnostics { Output.error(diagnostic.text(Output.errorStyle)) }
    }
}
