import Foundation
import SwiftEmitter

/// A Swift package outside the committed tree that holds generated modules, the runtime that they need, and a program that
/// holds values against them.
struct ScratchPackage {
    /// Folder of the package.
    let folder: URL
    /// Folder of the project, whose runtime sources the package uses.
    let project: URL

    /// What a run of the compiler said.
    struct BuildResult {
        var isSuccess: Bool
        var seconds: Double
        var output: String
    }

    /// Empties the package except for what the compiler keeps between runs.
    func prepare() throws {
        let files = FileManager.default
        for part in ["Sources", "Instances", "Runtime"] {
            try? files.removeItem(at: folder.appending(path: part))
        }
        try files.createDirectory(at: folder.appending(path: "Runtime"), withIntermediateDirectories: true)
        for (name, path) in [
            ("CJSONC", "Sources/CLibs/CJSONC"), ("ContractJSON", "Sources/Runtime/ContractJSON"),
            ("ContractRuntime", "Sources/Runtime/ContractRuntime"),
        ] {
            try files.createSymbolicLink(
                at: folder.appending(path: "Runtime/\(name)"), withDestinationURL: project.appending(path: path))
        }
    }

    /// Writes the files of a module.
    func write(_ generated: [GeneratedFile], module: String) throws {
        for file in generated {
            let path = file.path.replacingOccurrences(of: "Sources/Contracts/", with: "Sources/")
            try write(file.text, to: path)
        }
    }

    /// Writes a text below the package's folder.
    func write(_ text: String, to path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        // A file that stays as it was keeps its date, and the compiler its result.
        if let old = try? String(contentsOf: file, encoding: .utf8), old == text { return }
        try Data(text.utf8).write(to: file)
    }

    /// Writes the manifest for some modules and, if it is wanted, the program that uses them.
    func writeManifest(modules: [String], withProgram: Bool) throws {
        let targets = modules.map {
            "        .target(name: \"\($0)\", dependencies: [\"ContractRuntime\"], swiftSettings: strict),\n"
        }
        let names = modules.map { "\"\($0)\"" }.joined(separator: ", ")
        let program =
            withProgram
            ? "        .executableTarget(name: \"RoundTrip\", dependencies: [\"ContractRuntime\", \(names)], swiftSettings: strict),\n"
            : ""
        try write(
            """
            // swift-tools-version: 6.2
            import PackageDescription

            let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
            let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
            let package = Package(
                name: "real-specs",
                platforms: [.macOS(.v15)],
                dependencies: [.package(path: "\(project.path)/.build/checkouts/swift-http-types")],
                targets: [
                    .systemLibrary(name: "CJSONC", path: "Runtime/CJSONC", pkgConfig: "json-c"),
                    .target(
                        name: "ContractJSON", dependencies: ["CJSONC"], path: "Runtime/ContractJSON", swiftSettings: strict),
                    .target(
                        name: "ContractRuntime", dependencies: ["ContractJSON", httpTypes], path: "Runtime/ContractRuntime",
                        swiftSettings: strict),
            \(targets.joined())\(program)    ]
            )

            """, to: "Package.swift")
    }

    /// Builds one target, or everything.
    func build(target: String? = nil) throws -> BuildResult {
        let start = ContinuousClock.now
        let (status, output) = try run(
            "swift", ["build", "--package-path", folder.path] + (target.map { ["--target", $0] } ?? []))
        let elapsed = ContinuousClock.now - start
        return BuildResult(isSuccess: status == 0, seconds: elapsed / .seconds(1), output: output)
    }

    /// Runs a program and collects what it writes.
    func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Lines of compiler output that name an error, once each, by the module whose file they are about.
    static func errors(in output: String, modules: [String]) -> [String: [String]] {
        var errors: [String: [String]] = [:]
        for line in output.split(separator: "\n") where line.contains("error:") && line.hasPrefix("/") {
            guard let module = modules.first(where: { line.contains("/Sources/\($0)/") }) else { continue }
            let text = String(line)
            if errors[module]?.contains(text) != true { errors[module, default: []].append(text) }
        }
        return errors
    }
}
