import ContractJSON
import Foundation

/// The generated files on disk: writes them, and finds out how they differ from what the contracts say.
///
/// A manifest beside them remembers a digest of every file. So a hand edit (file differs from what was written) and drift (the
/// contracts say something else by now) get different messages. What the last run on this machine read is remembered in a stamp
/// that is not committed.
public struct GeneratedTree {
    /// Where the manifest stands, relative to the project.
    public static let manifestPath = "Sources/Contracts/contractgen.manifest.json"
    /// Where the stamp of the last run stands, relative to the project.
    public static let stampPath = ".build/contractgen.stamp"
    /// The folder that belongs to the generator alone.
    public static let folder = "Sources/Contracts"

    private let root: URL

    /// - Parameter root: The project.
    public init(root: String) { self.root = URL(fileURLWithPath: root, isDirectory: true) }

    /// One difference between the tree and the contracts.
    public struct Difference: Sendable, Hashable {
        /// The kinds of difference.
        public enum Kind: String, Sendable, Hashable {
            /// The contracts changed and `make generate` was not run.
            case drift
            /// Somebody changed a generated file.
            case handEdit
            /// A file that the contracts ask for is not there.
            case missing
            /// A file in the generated folder that no contract asks for.
            case orphan
            /// The tree was written by another version of the generator.
            case versionSkew
        }

        /// What kind it is.
        public let kind: Kind
        /// The file, relative to the project.
        public let path: String

        /// The difference in a sentence, with what to do.
        public var text: String {
            switch kind {
            case .drift:
                "\(path): out of date: the contracts say something else by now; run `make generate` and commit the result"
            case .handEdit: "\(path): edited by hand: change its contract under Specs/ instead and run `make generate`"
            case .missing: "\(path): missing: run `make generate` and commit the result"
            case .orphan:
                "\(path): belongs to no contract: delete it or move it out of the generated folder; `make generate` removes what it wrote itself"
            case .versionSkew:
                "\(path): written by another version of contractgen: run `make generate` and commit the result"
            }
        }
    }

    /// What writing changed.
    public struct Summary: Sendable, Hashable {
        /// Files with new text.
        public var written: [String] = []
        /// Files that were removed.
        public var removed: [String] = []
        /// Files of no contract that were left where they are, since the generator has not written them.
        public var kept: [String] = []
        /// How many files were as they should be.
        public var unchanged = 0

        /// Nothing changed, nothing looked at.
        public init() {}
    }

    /// Files with names that the contracts ask for and that somebody else wrote.
    public struct ForeignFiles: Error, Sendable, Hashable {
        /// Paths relative to the project, in order.
        public let paths: [String]

        /// - Parameter paths: Paths relative to the project, in order.
        public init(paths: [String]) { self.paths = paths }
    }

    /// Whether inputs and outputs are as at the last run, so that there is nothing to do.
    public func isCurrent(inputDigest: String) -> Bool {
        guard text(of: Self.stampPath) == inputDigest, let manifest = manifest(),
            manifest["version"]?.string == Self.version
        else { return false }
        let files = manifest["files"]?.object ?? JSONObject()
        return files.allSatisfy { isAsWritten($0.name, $0.value) }
    }

    /// Writes what differs, removes orphans of earlier runs, and leaves other files untouched so that nothing is built again
    /// without need.
    /// - Throws: ``ForeignFiles`` if a file is to be overwritten that no run has written, before anything is changed.
    public func write(_ files: [GeneratedFile], inputDigest: String) throws -> Summary {
        let known = manifest()?["files"]?.object ?? JSONObject()
        let foreign = files.map(\.path).filter { self.text(of: $0) != nil && !isOurs($0, known) }
        guard foreign.isEmpty else { throw ForeignFiles(paths: foreign) }
        var summary = Summary()
        var digests: [(String, JSONValue)] = []
        for file in files {
            digests.append((file.path, .string(Self.digest(file.text))))
            if text(of: file.path) == file.text {
                summary.unchanged += 1
                continue
            }
            let url = root.appendingPathComponent(file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
            summary.written.append(file.path)
        }
        (summary.removed, summary.kept) = orphans(files, known)
        for orphan in summary.removed { try FileManager.default.removeItem(at: root.appendingPathComponent(orphan)) }
        let manifest = JSONValue.object(
            JSONObject([
                ("version", .string(Self.version)), ("files", .object(JSONObject(digests))),
            ]))
        let text = Self.pretty(manifest)
        if self.text(of: Self.manifestPath) != text {
            try Data(text.utf8).write(to: root.appendingPathComponent(Self.manifestPath))
        }
        let stamp = root.appendingPathComponent(Self.stampPath)
        try FileManager.default.createDirectory(
            at: stamp.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(inputDigest.utf8).write(to: stamp)
        return summary
    }

    /// What ``write(_:inputDigest:)`` would change.
    public func comparison(with files: [GeneratedFile]) -> Summary {
        var summary = Summary()
        for file in files {
            if text(of: file.path) == file.text {
                summary.unchanged += 1
            } else {
                summary.written.append(file.path)
            }
        }
        (summary.removed, summary.kept) = orphans(files, manifest()?["files"]?.object ?? JSONObject())
        return summary
    }

    /// Files of no contract: those that an earlier run wrote, and others.
    private func orphans(_ files: [GeneratedFile], _ known: JSONObject) -> (ours: [String], others: [String]) {
        let all = swiftFiles().subtracting(files.map(\.path)).sorted()
        return (all.filter { isOurs($0, known) }, all.filter { !isOurs($0, known) })
    }

    /// Whether an earlier run wrote a file: the manifest lists it, or it says so itself (where the manifest was lost in a merge).
    private func isOurs(_ path: String, _ known: JSONObject) -> Bool {
        known[path] != nil || text(of: path)?.hasPrefix("// Generated by contractgen") == true
    }

    /// Every difference between the tree and `files`, in order of the paths.
    public func differences(from files: [GeneratedFile]) -> [Difference] {
        let manifest = manifest()
        let digests = manifest?["files"]?.object ?? JSONObject()
        var found: [Difference] = []
        if let version = manifest?["version"]?.string, version != Self.version {
            found.append(Difference(kind: .versionSkew, path: Self.manifestPath))
        }
        for file in files {
            guard text(of: file.path) != nil else {
                found.append(Difference(kind: .missing, path: file.path))
                continue
            }
            guard let entry = digests[file.path], isAsWritten(file.path, entry) else {
                found.append(Difference(kind: .handEdit, path: file.path))
                continue
            }
            if !isFrom(file, entry) { found.append(Difference(kind: .drift, path: file.path)) }
        }
        for orphan in swiftFiles().subtracting(files.map(\.path)) {
            found.append(Difference(kind: .orphan, path: orphan))
        }
        return found.sorted { $0.path < $1.path }
    }

    /// A digest of the inputs: paths and contents of all files under `folder`.
    public func inputDigest(of folder: String) -> String {
        let paths = files(in: folder).sorted()
        return Self.digest(paths.map { $0 + "\0" + (text(of: $0) ?? "") }.joined(separator: "\0"))
    }

    /// The version of the generated code; changes whenever the emitter writes something else.
    static let version = "3"

    /// Whether a manifest's entry is about this emitted text.
    private func isFrom(_ file: GeneratedFile, _ entry: JSONValue) -> Bool {
        entry.string == Self.digest(file.text)
    }

    /// Whether a file is as it was written.
    private func isAsWritten(_ path: String, _ entry: JSONValue) -> Bool {
        guard let text = text(of: path) else { return false }
        return entry.string == Self.digest(text)
    }

    private func manifest() -> JSONValue? {
        guard let text = text(of: Self.manifestPath) else { return nil }
        return try? JSONValue(parsing: text)
    }

    private func text(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path) else {
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func swiftFiles() -> Set<String> { Set(files(in: Self.folder).filter { $0.hasSuffix(".swift") }) }

    private func files(in folder: String) -> [String] {
        let base = root.appendingPathComponent(folder).path
        guard let enumerator = FileManager.default.enumerator(atPath: base) else { return [] }
        return enumerator.compactMap { $0 as? String }.filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: base + "/" + name, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }.map { folder + "/" + $0 }
    }

    /// FNV-1a, 64 bits: tells changed files from unchanged ones; nothing depends on it being hard to forge.
    private static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// One file a line, so that version control shows which file changed.
    private static func pretty(_ manifest: JSONValue) -> String {
        var lines = ["{"]
        lines.append("  \"version\": \((manifest["version"] ?? .null).jsonText),")
        lines.append("  \"files\": {")
        let files = manifest["files"]?.object?.members ?? []
        for (index, file) in files.enumerated() {
            lines.append(
                "    \(JSONValue.string(file.name).jsonText): \(file.value.jsonText)\(index + 1 < files.count ? "," : "")"
            )
        }
        return (lines + ["  }", "}", ""]).joined(separator: "\n")
    }
}
