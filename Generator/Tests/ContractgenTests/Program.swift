import Foundation
import Testing

/// The built program, run as people run it.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var error: String
    }

    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let program = project.appending(path: ".build/debug/contractgen")

    /// Runs a verb in the project's folder.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        try run(program, arguments, environment)
    }

    /// Runs a command line on a pseudo terminal.
    static func onTerminal(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let line = ([program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try run(URL(fileURLWithPath: "/usr/bin/script"), ["-qec", line, "/dev/null"], environment)
    }

    private static func run(_ executable: URL, _ arguments: [String], _ environment: [String: String]) throws -> Outcome
    {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = project
        var variables = ProcessInfo.processInfo.environment
        variables["NO_COLOR"] = nil
        variables["TERM"] = "xterm"
        process.environment = variables.merging(environment) { $1 }
        // Files, not pipes: nobody has to read while the program writes.
        let folder = FileManager.default.temporaryDirectory.appending(path: "contractgen-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["out", "err"].map { folder.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
            error: try String(contentsOf: files[1], encoding: .utf8))
    }
}

/// A folder with specs of its own.
struct TemporaryProject: ~Copyable {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "project-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ text: String, to path: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// Every file below a folder with its text.
    func files(in folder: String) throws -> [String: String] {
        let names =
            FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String }
            ?? []
        var found: [String: String] = [:]
        for name in names where name.contains(".") { found[name] = try text("\(folder)/\(name)") }
        return found
    }
}
