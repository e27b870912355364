import Foundation

/// Lays generated source out as the project's other source: with the toolchain's `swift format` and the project's rules.
///
/// The emitter decides what the code says, not where lines break. See `Docs/decisions/0006-let-swift-format-break-lines.md`.
struct SourceFormatter {
    /// The project; the nearest `.swift-format` from there upwards has the rules.
    let root: URL

    /// `swift format` could not do it.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The texts of files laid out, by path.
    func formatted(_ files: [GeneratedFile]) throws -> [String: String] {
        guard !files.isEmpty else { return [:] }
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("contractgen-\(UUID().uuidString)")
        defer { try? manager.removeItem(at: folder) }
        for file in files {
            let url = folder.appendingPathComponent(file.path)
            try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
        try format(folder)
        var texts: [String: String] = [:]
        for file in files {
            texts[file.path] = try String(contentsOf: folder.appendingPathComponent(file.path), encoding: .utf8)
        }
        return texts
    }

    /// The nearest `.swift-format` from the project upwards, as `swift format` itself looks for it; nil: its default rules.
    private var rules: URL? {
        var folder = root.standardizedFileURL
        while true {
            let file = folder.appendingPathComponent(".swift-format")
            if FileManager.default.fileExists(atPath: file.path) { return file }
            guard folder.path != "/" else { return nil }
            folder.deleteLastPathComponent()
        }
    }

    private func format(_ folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let rules = rules.map { ["--configuration", $0.path] } ?? []
        process.arguments = ["swift", "format", "--in-place", "--recursive", "--parallel"] + rules + [folder.path]
        let log = folder.appendingPathExtension("log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        guard process.terminationStatus == 0 else {
            let said = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            throw Failure(description: "swift format failed on generated code: \(said.suffix(2_000))")
        }
    }
}
