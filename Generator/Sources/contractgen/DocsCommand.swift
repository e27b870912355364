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
            written any more are removed.

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
        let set = try ContractArguments.load(files, root: root)
        let pages = DocsSite.pages(of: set)
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let present = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in present where ["html", "css", "js"].contains((name as NSString).pathExtension) {
            if !pages.contains(where: { $0.path == name }) {
                try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
            }
        }
        for page in pages { try Data(page.text.utf8).write(to: folder.appendingPathComponent(page.path)) }
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
    static func load(_ files: [String], root: String, attitude: Contract.Attitude = .open) throws -> ContractSet {
        let (set, found) =
            files.isEmpty
            ? ContractSetLoader.load(root: root)
            : ContractSetLoader.loadDocuments(files, root: root, attitude: attitude)
        let errors = found.filter { $0.severity == .error }
        guard errors.isEmpty else {
            for error in errors { Output.error(error.text(Output.errorStyle)) }
            throw Contractgen.wrongUse
        }
        return set
    }
}
