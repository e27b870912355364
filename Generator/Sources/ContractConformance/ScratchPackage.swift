import Foundation

/// A Swift package outside the committed tree that compiles generated code against this project's runtime and runs it.
///
/// The runtime's modules are compiled from this project's sources, reached by links, so that nothing else of the project has
/// to be built again.
struct ScratchPackage {
    /// The package's folder.
    let folder: URL
    /// This project's folder.
    let root: URL

    /// The package cannot be written, built or run.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        /// Errors by the name of the source file.
        var files: [String: String] = [:]
    }

    init(folder: String, root: String) {
        self.folder = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
        self.root = URL(fileURLWithPath: root, isDirectory: true).standardizedFileURL
    }

    /// Writes the manifest, the links to the runtime and the sources of the program; unchanged files are left alone.
    func write(_ sources: [String: String]) throws {
        let program = folder.appendingPathComponent("Sources/cases")
        try FileManager.default.createDirectory(at: program, withIntermediateDirectories: true)
        try write(manifest, to: folder.appendingPathComponent("Package.swift"))
        let links = [
            "CJSONC": "Sources/CLibs/CJSONC", "ContractJSON": "Sources/Runtime/ContractJSON",
            "ContractRuntime": "Sources/Runtime/ContractRuntime",
        ]
        for (name, target) in links {
            let link = folder.appendingPathComponent("Sources/\(name)")
            let destination = root.appendingPathComponent(target).path
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: link.path)) == destination { continue }
            if (try? FileManager.default.attributesOfItem(atPath: link.path)) != nil {
                try FileManager.default.removeItem(at: link)
            }
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: destination)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: program.path) where sources[name] == nil {
            try FileManager.default.removeItem(at: program.appendingPathComponent(name))
        }
        for (name, text) in sources { try write(text, to: program.appendingPathComponent(name)) }
    }

    private func write(_ text: String, to url: URL) throws {
        let data = Data(text.utf8)
        if FileManager.default.contents(atPath: url.path) != data { try data.write(to: url) }
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        let package = Package(
            name: "conformance",
            dependencies: [.package(path: "\(root.appendingPathComponent(".build/checkouts/swift-http-types").path)")],
            targets: [
                .systemLibrary(name: "CJSONC", path: "Sources/CJSONC", pkgConfig: "json-c"),
                .target(name: "ContractJSON", dependencies: ["CJSONC"], path: "Sources/ContractJSON", swiftSettings: strict),
                .target(
                    name: "ContractRuntime",
                    dependencies: ["ContractJSON", .product(name: "HTTPTypes", package: "swift-http-types")],
                    path: "Sources/ContractRuntime", swiftSettings: strict),
                .executableTarget(
                    name: "cases", dependencies: ["ContractRuntime", "ContractJSON"], path: "Sources/cases",
                    swiftSettings: strict),
            ])

        """
    }

    /// Builds the program without optimisation.
    /// - Throws: ``Failure`` with the files that do not compile.
    func build() throws {
        let arguments = [
            "swift", "build", "--package-path", folder.path, "--product", "cases", "--disable-index-store", "-Xswiftc",
            "-gnone",
        ]
        let (status, output) = try Self.run(arguments, input: nil)
        guard status != 0 else { return }
        let errors = output.split(separator: "\n").filter { $0.contains("error:") }
        var files: [String: String] = [:]
        for line in errors {
            guard let range = line.range(of: "Sources/cases/") else { continue }
            let text = line[range.upperBound...]
            guard let file = text.split(separator: ":").first else { continue }
            files[String(file), default: ""] += text + "; "
        }
        let shown = errors.isEmpty ? [Substring(output.suffix(2_000))] : errors.prefix(5)
        throw Failure(description: shown.joined(separator: "\n"), files: files)
    }

    /// Runs the program.
    /// - Returns: Its output, a line each.
    func run(input: String) throws -> [Substring] {
        let program = folder.appendingPathComponent(".build/debug/cases").path
        let (status, output) = try Self.run([program], input: input)
        guard status == 0 else { throw Failure(description: "the program ended with \(status): \(output.suffix(500))") }
        return output.split(separator: "\n")
    }

    /// Runs a command; input and output go through files, so that neither side waits for the other.
    private static func run(_ arguments: [String], input: String?) throws -> (Int32, String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let inputFile = folder.appendingPathComponent("input")
        let outputFile = folder.appendingPathComponent("output")
        try Data((input ?? "").utf8).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: outputFile), as: UTF8.self))
    }
}
