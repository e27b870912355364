import ArgumentParser
import ContractFixtures
import ContractJSON
import ContractModel
import Foundation

/// `contractgen fixtures`
struct FixturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fixtures",
        abstract: "Make fixtures from real traffic without personal data, and say what has none.",
        discussion: """
            Examples:
              contractgen fixtures uncovered
              contractgen fixtures import --har recording.har
              contractgen fixtures import --archive backup/webhooks-inbound --seed 42
              contractgen fixtures scrub webhook.json > scrubbed.json
            """,
        subcommands: [FixturesImport.self, FixturesScrub.self, FixturesUncovered.self]
    )
}

/// `contractgen fixtures import`
struct FixturesImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn recorded bodies and archived webhooks into fixtures.",
        discussion: """
            Finds the operation of each recorded exchange, or what a bucket holds (x-buckets in the messaging document); scrubs the \
            document, checks it against its contract before and after, and writes it to Contract-Tests/Fixtures under a name made \
            from its content, so that importing twice changes nothing. Documents that break their contract are reported and not \
            written. Exit code: 1 if there is such a document, else 0.

            Examples:
              contractgen fixtures import --har recording.har
              contractgen fixtures import --archive backup/webhooks-inbound --dry-run --format json
            """
    )

    @Option(help: "A recording of a browser or proxy (HAR 1.2).", completion: .file(extensions: ["har", "json"]))
    var har: String?
    @Option(help: "A folder with the objects of a bucket, called like the bucket.", completion: .directory)
    var archive: String?
    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Option(help: "What pseudonyms depend on; a new one for every run by default.") var seed: UInt64?
    @Flag(help: "Write nothing.") var dryRun = false
    @Option(help: "How findings are written.") var format = OutputFormat.text

    func validate() throws {
        if (har == nil) == (archive == nil) { throw ValidationError("Name either --har or --archive.") }
    }

    func run() throws {
        let recording = try har.map(recording)
        let set = try ContractArguments.load([], root: root, format: format)
        let scrubber = Scrubber(graph: set.graph, seed: seed ?? .random(in: 0 ... .max))
        var importer = FixtureImport(set, root: root, scrubber: scrubber)
        let found = try recording.map { importer.importHAR($0) } ?? archived(&importer)
        var mapLines: [String: [String]] = [:]
        for document in found {
            guard case .fixture = document.outcome, let path = document.path, let value = document.document else {
                continue
            }
            if let (file, line) = importer.mapLine(for: document), !(mapLines[file]?.contains(line) ?? false) {
                mapLines[file, default: []].append(line)
            }
            if !dryRun { try FixtureFiles.write(value, to: "\(root)/\(path)") }
        }
        if !dryRun { for (file, lines) in mapLines { try FixtureFiles.append(lines, to: "\(root)/\(file)") } }
        switch format {
        case .text:
            for document in found { print(FixtureReport.text(document, isDryRun: dryRun)) }
            print(FixtureReport.summary(found))
        case .json: print(JSONValue.array(found.map(FixtureReport.json)).jsonText)
        }
        let isRefused = found.contains { if case .refused = $0.outcome { true } else { false } }
        if isRefused { throw ExitCode(1) }
    }

    private func recording(_ path: String) throws -> JSONValue {
        let recording = try FixtureFiles.json(path, format: format)
        guard recording["log"]?["entries"]?.array != nil else {
            throw Failure.report(
                path, "This is no recording in HAR 1.2; it has no list log.entries.",
                reason: "Exchanges are read from that list.",
                remedy: "Save the recording of a browser or proxy as HAR, or name a folder with --archive.", as: format)
        }
        return recording
    }

    private func archived(_ importer: inout FixtureImport) throws -> [ImportedDocument] {
        let folder = URL(fileURLWithPath: archive ?? "", isDirectory: true)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue,
            let names = FileManager.default.enumerator(atPath: folder.path)
        else {
            throw Failure.report(
                folder.path, "There is no such folder.", reason: "--archive names a folder of a bucket's objects.",
                remedy: "Correct the path; it counts from the current folder.", as: format)
        }
        let files = names.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
        if files.isEmpty { Output.error("\(folder.path): warning: The folder holds no .json file.") }
        return try files.map { name in
            let data = try FixtureFiles.data(folder.appendingPathComponent(name).path, format: format)
            return importer.importArchived(
                String(decoding: data, as: UTF8.self), bucket: folder.lastPathComponent, source: name)
        }
    }
}

/// `contractgen fixtures scrub`
struct FixturesScrub: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scrub",
        abstract: "Replace personal data and secrets in a JSON document by pseudonyms.",
        discussion: """
            Phone numbers, names, texts, tokens and identifiers are replaced; the same value becomes the same pseudonym, so \
            documents that are scrubbed with the same seed stay related. The result goes to standard output.

            Examples:
              contractgen fixtures scrub webhook.json
              curl -s https://…/messages | contractgen fixtures scrub - --seed 42
            """
    )

    @Argument(help: "A JSON file; - for standard input.", completion: .file()) var file: String
    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Option(help: "What pseudonyms depend on; a new one for every run by default.") var seed: UInt64?
    @Option(help: "How the document is written: indented, or on one line.") var format = OutputFormat.text

    func run() throws {
        let document = try FixtureFiles.json(file, format: format)
        let set = try ContractArguments.load([], root: root, format: format)
        let scrubber = Scrubber(graph: set.graph, seed: seed ?? .random(in: 0 ... .max))
        let scrubbed = scrubber.scrubbed(document)
        switch format {
        case .text: print(FixtureFiles.pretty(scrubbed))
        case .json: print(scrubbed.jsonText)
        }
    }
}

/// `contractgen fixtures uncovered`
struct FixturesUncovered: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uncovered",
        abstract: "List operations, messages and cache entries without a fixture.",
        discussion: """
            Covered is what has a valid document in a folder that a fixtures-map.yaml maps to its schema.

            Examples:
              contractgen fixtures uncovered
              contractgen fixtures uncovered --strict --format json
            """
    )

    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Flag(help: "Fail if something is uncovered.") var strict = false
    @Option(help: "How findings are written.") var format = OutputFormat.text

    func run() throws {
        let set = try ContractArguments.load([], root: root, format: format)
        let folders = FixtureFolders(root: root)
        for diagnostic in folders.diagnostics { Output.error(diagnostic.text(Output.errorStyle)) }
        let (uncovered, total) = FixtureCoverage.check(set, folders)
        switch format {
        case .text:
            for exchange in uncovered {
                print(
                    "\(exchange.location.file):\(exchange.location.line): \(exchange.kind.rawValue) \(exchange.title)")
                print("  \(exchange.schema)")
            }
            print("\(total - uncovered.count) of \(total) have a fixture")
        case .json:
            let list = uncovered.map { exchange -> JSONValue in
                [
                    "kind": .string(exchange.kind.rawValue), "title": .string(exchange.title),
                    "schema": .string(exchange.schema), "file": .string(exchange.location.file),
                    "line": .number(JSONNumber(exchange.location.line)),
                ]
            }
            let report: JSONValue = ["total": .number(JSONNumber(total)), "uncovered": .array(list)]
            print(report.jsonText)
        }
        if !folders.diagnostics.isEmpty || strict && !uncovered.isEmpty { throw ExitCode(1) }
    }
}
