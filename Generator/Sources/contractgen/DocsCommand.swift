import ArgumentParser
import ContractDocs
import ContractJSON
import ContractModel
import Foundation

/// `contractgen docs`
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs",
        abstract: "Write the reference of all contracts as static HTML.",
        discussion: """
            APIs, queues, cache keys, buckets and schemas, linked both ways: from an operation to its schemas and from a schema to \
            everything that uses it, from a channel to its producers and consumers and back. Files of an earlier run that are not \
            written any more are removed; other files in the folder are left alone, and never overwritten.

            Examples:
              contractgen docs
              contractgen docs --output /tmp/reference
              contractgen docs ../someone/openapi.yaml
            """
    )

    @Argument(help: "Documents to describe instead of the project's contracts.", completion: .file()) var files:
        [String] = []
    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Option(help: "Folder to write to.", completion: .directory) var output = "Docs/reference"
    @Option(help: "How the outcome is written.") var format = OutputFormat.text

    func run() throws {
        let set = try ContractArguments.load(files, root: root, format: format)
        let pages = DocsSite.pages(of: set)
        do {
            try DocsFolder(output).write(pages)
        } catch let foreign as DocsFolder.ForeignFiles {
            throw Failure.report(
                output, "It holds \(foreign.names.joined(separator: ", ")), which contractgen docs has not written.",
                reason: "A page of the reference has the same name and would overwrite it.",
                remedy: "Name another folder with --output, or move the file away.", as: format)
        } catch let error as CocoaError {
            throw Failure.report(
                output, "The folder cannot be written: \(error.localizedDescription)",
                reason: "It is no folder, or its permissions forbid it.",
                remedy: "Name another folder with --output.", as: format)
        }
        switch format {
        case .text: print("\(pages.count) files in \(output); open \(output)/index.html")
        case .json:
            let report: JSONValue = ["folder": .string(output), "files": .array(pages.map { .string($0.path) })]
            print(report.jsonText)
        }
    }
}

/// Loads what a verb is about: the project's contracts, or the documents that the command line names.
enum ContractArguments {
    /// - Throws: The exit code for contracts that cannot be read, after saying why.
    static func load(
        _ files: [String], root: String, attitude: Contract.Attitude = .open, format: OutputFormat
    ) throws -> ContractSet {
        let (set, found) =
            files.isEmpty
            ? ContractSetLoader.load(root: root)
            : ContractSetLoader.loadDocuments(files, root: root, attitude: attitude)
        let errors = found.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Failure.report(errors, as: format) }
        return set
    }
}
