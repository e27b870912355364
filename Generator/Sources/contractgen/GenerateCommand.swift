import ArgumentParser
import ContractModel
import Foundation
import SwiftEmitter

/// `contractgen generate`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write the Swift modules that Specs/contracts.yaml asks for.",
        discussion: """
            Files that are as they should be are left alone, files of no contract are removed.

            Example: contractgen generate
            """)

    @Option(help: "The project's folder.") var root = "."
    @Flag(help: "Generate even if no spec has changed since the last run.") var force = false

    func run() throws {
        let tree = GeneratedTree(root: root)
        let digest = tree.inputDigest(of: "Specs")
        if !force, tree.isCurrent(inputDigest: digest) {
            print("Nothing to do: no spec has changed.")
            return
        }
        let files = try GeneratedFiles.load(root: root)
        let summary = try tree.write(files, inputDigest: digest)
        print(
            "\(summary.written.count) files written, \(summary.removed.count) removed, \(summary.unchanged) unchanged")
        for path in summary.removed { print("removed \(path)") }
    }
}

/// `contractgen check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Fail if the committed modules are not what the specs say.",
        discussion: """
            Tells drift, hand edits, missing files and orphans apart; exit code 1 if there is any.

            Example: contractgen check
            """)

    @Option(help: "The project's folder.") var root = "."

    func run() throws {
        let files = try GeneratedFiles.load(root: root)
        let differences = GeneratedTree(root: root).differences(from: files)
        for difference in differences { print(difference.text) }
        guard differences.isEmpty else {
            print("\(differences.count) generated files are not what the specs say")
            throw ExitCode(1)
        }
        print("\(files.count) generated files are current")
    }
}

/// Loads the contracts and emits their files; prints what is wrong with the specs.
enum GeneratedFiles {
    static func load(root: String) throws -> [GeneratedFile] {
        let (set, found) = ContractSetLoader.load(root: root)
        try report(found)
        var emitter = ModuleEmitter(set: set)
        let files = emitter.files()
        try report(emitter.diagnostics)
        return files
    }

    private static func report(_ diagnostics: [Diagnostic]) throws {
        for diagnostic in diagnostics { FileHandle.standardError.write(Data((diagnostic.text + "\n").utf8)) }
        if diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
    }
}
