import ContractJSON
import FoundationEssentials

/// Reads every document once and knows where an address leads: files of the project, folders that stand in for web
/// servers, and the meta-schemas of JSON Schema. Never the network.
public final class SourceStore {
    /// Most bytes of a document.
    public static let maximumBytes = 64 << 20

    /// A web address that is served from a folder.
    public struct Mirror: Sendable {
        /// Prefix of the addresses, `http://localhost:1234/`.
        public var prefix: String
        /// Folder that holds what follows the prefix.
        public var folder: String

        /// Creates a mirror.
        public init(prefix: String, folder: String) {
            self.prefix = prefix
            self.folder = folder
        }
    }

    /// Folder that relative paths start from.
    public let root: String
    private let mirrors: [Mirror]
    private var called: [String: String] = [:]
    /// Absolute paths that callers named; references may lead to their neighbours.
    private var named: Set<String> = []
    private var documents: [String: Result<SourceNode, SourceError>] = [:]

    /// - Parameters:
    ///   - root: Folder that relative paths start from.
    ///   - mirrors: Web addresses served from folders.
    public init(root: String = ".", mirrors: [Mirror] = []) {
        self.root = root
        self.mirrors = mirrors
    }

    /// Files read so far, relative to the root where they are inside, in no particular order.
    public private(set) var files: Set<String> = []

    /// Address of a file: `file:///` and the path from the root, so that addresses are the same on every machine.
    ///
    /// A path that leads out of the root is an absolute one from here on, so that references beside it find their way.
    public func address(ofFile path: String) -> String {
        var path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        if !path.hasPrefix("/"), Self.climbs(path) {
            path = absolute(path)
        }
        if path.hasPrefix("/") { named.insert(path) }
        return "file:///" + URIReference.percentEncodedPath(path.hasPrefix("/") ? String(path.dropFirst()) : path)
    }

    /// Puts a document under an address, as if it stood there.
    public func add(_ node: SourceNode, at address: String) { documents[address] = .success(node) }

    /// Says at which address the document is read that is called by another.
    public func add(fileAt address: String, calledBy name: String) { called[name] = address }

    /// Where the document is read that is called by an address, if it was said.
    public func address(ofFileCalledBy name: String) -> String? { called[name] }

    /// The document at an absolute address without fragment.
    /// - Throws: ``SourceError`` with the place of the error inside the document, or with an empty `file` if there is none.
    public func document(at address: String) throws(SourceError) -> SourceNode {
        if let known = documents[address] { return try known.get() }
        let address = MetaSchema.properAddress(address)
        if let known = documents[address] { return try known.get() }
        let result: Result<SourceNode, SourceError>
        do throws(SourceError) {
            result = .success(try read(address))
        } catch {
            result = .failure(error)
        }
        documents[address] = result
        return try result.get()
    }

    private func read(_ address: String) throws(SourceError) -> SourceNode {
        if let text = MetaSchema.text(at: address) { return try JSONReader.read(Array(text.utf8), file: address) }
        for mirror in mirrors where address.hasPrefix(mirror.prefix) {
            let rest = URIReference.percentDecoded(String(address.dropFirst(mirror.prefix.count))) ?? ""
            return try readFile("\(mirror.folder)/\(rest)", shownAs: address)
        }
        guard address.hasPrefix("file:///"), let path = URIReference.percentDecoded(String(address.dropFirst(8))) else {
            throw SourceError(
                file: "",
                message: "\(address) is not part of the project.",
                reason: "Contracts are read from local files only, never from the network.",
                remedy: "Copy the document into Specs/ and refer to it by a relative path."
            )
        }
        let inside = root.isEmpty || root == "." ? path : "\(root)/\(path)"
        let absolute = "/" + path
        if named.contains(absolute), !FileManager.default.fileExists(atPath: inside) {
            return try readFile(absolute, shownAs: absolute)
        }
        if Self.climbs(path)
            || !FileManager.default.fileExists(atPath: inside) && FileManager.default.fileExists(atPath: absolute)
        {
            guard !Self.climbs(path), isNear(absolute) else { throw Self.outside(absolute) }
            return try readFile(absolute, shownAs: absolute)
        }
        return try readFile(inside, shownAs: path)
    }

    /// Whether a file lies in the root or beside or below a file that was named.
    private func isNear(_ path: String) -> Bool {
        let folders = named.map { String($0[...($0.lastIndex(of: "/") ?? $0.startIndex)]) }
        let top = absolute("")
        return (folders + [top.hasSuffix("/") ? top : top + "/"]).contains { path.hasPrefix($0) }
    }

    /// A path from the root as an absolute one without steps up.
    private func absolute(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath
        let start = root.hasPrefix("/") ? root : "\(here)/\(root)"
        var parts: [Substring] = []
        for part in "\(start)/\(path)".split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Whether a path goes up anywhere.
    private static func climbs(_ path: String) -> Bool { path.split(separator: "/").contains("..") }

    private static func outside(_ path: String) -> SourceError {
        SourceError(
            file: "", message: "\(path) stands outside of the project.",
            reason: "References stay in the project's folder, or in the folder of a document that was named.",
            remedy: "Start contractgen in a folder that holds both documents, or name it with --root.")
    }

    private func readFile(_ path: String, shownAs shown: String) throws(SourceError) -> SourceNode {
        var isFolder: Bool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if exists, isFolder {
            throw SourceError(
                file: "", message: "\(shown) is a folder.", remedy: "Name a file in it.")
        }
        guard exists, let data = FileManager.default.contents(atPath: path) else {
            throw SourceError(file: "", message: "There is no file \(shown).", remedy: nearestFile(to: path))
        }
        files.insert(shown)
        return try Self.read(Array(data), file: shown)
    }

    private func nearestFile(to path: String) -> String? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return NearestName.of(name, among: names.sorted()).map { "Did you mean \($0)?" }
    }

    /// Reads a text that is known to be JSON, whatever its file is called.
    public static func read(json bytes: [UInt8], file: String) throws(SourceError) -> SourceNode {
        try JSONReader.read(bytes, file: file)
    }

    /// Reads a text that is JSON if it starts like JSON and the name does not say otherwise, YAML else.
    public static func read(_ bytes: [UInt8], file: String) throws(SourceError) -> SourceNode {
        guard bytes.count <= maximumBytes else {
            throw SourceError(file: file, message: "The file has more than \(maximumBytes >> 20) MiB.")
        }
        if file.hasSuffix(".json") { return try JSONReader.read(bytes, file: file) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SourceError(file: file, message: "The file is not UTF-8.", remedy: "Save it as UTF-8.")
        }
        return try YAMLReader.read(text, file: file)
    }
}
