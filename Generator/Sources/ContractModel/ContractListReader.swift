import ContractJSON
import ContractSource
import FoundationEssentials

/// One entry of `contracts.yaml`.
struct ContractListEntry {
    /// What the files are.
    enum Kind: String, CaseIterable { case schemas, openapi, asyncapi, cache }

    var module: String
    var node: SourceNode
    var files: [String]
    var kind: Kind
    var attitude: Contract.Attitude
    var parts: Set<String>
    var operations: Set<String>
}

/// Reads `contracts.yaml`.
struct ContractListReader {
    let log: DiagnosticLog
    let root: String

    private static let parts = ["models", "client", "server", "publisher", "consumer", "topology", "cache"]

    /// The entries; what is wrong with them is in the log.
    func read(_ node: SourceNode) -> [ContractListEntry] {
        guard let list = node["contracts"]?.elements else {
            log.error(
                node,
                "The file has no list called contracts.",
                remedy: "Write contracts: and one entry a module."
            )
            return []
        }
        checkKeys(node, ["contracts"])
        var modules: Set<String> = []
        return list.compactMap { node in
            guard let entry = entry(node) else { return nil }
            if !modules.insert(entry.module).inserted {
                log.error(node, "Two entries make the module \(entry.module).", remedy: "Rename one.")
            }
            return entry
        }
    }

    private func entry(_ node: SourceNode) -> ContractListEntry? {
        checkKeys(node, ["module", "spec", "kind", "attitude", "generate", "operations"])
        guard let module = text("module", of: node), let kind = text("kind", of: node),
            let attitude = text("attitude", of: node)
        else { return nil }
        let kinds = ContractListEntry.Kind.allCases.map(\.rawValue)
        guard let kind = ContractListEntry.Kind(rawValue: kind) else {
            refuse(kind, node["kind"] ?? node, "kind", kinds)
            return nil
        }
        guard let attitude = Contract.Attitude(rawValue: attitude) else {
            refuse(attitude, node["attitude"] ?? node, "attitude", ["open", "closed"])
            return nil
        }
        let parts = texts("generate", of: node)
        for part in parts where !Self.parts.contains(part) {
            refuse(part, node["generate"] ?? node, "part", Self.parts)
        }
        return ContractListEntry(
            module: module,
            node: node,
            files: files(node),
            kind: kind,
            attitude: attitude,
            parts: Set(parts),
            operations: Set(texts("operations", of: node))
        )
    }

    private func refuse(_ word: String, _ node: SourceNode, _ what: String, _ known: [String]) {
        log.error(
            node,
            "\(word) is no \(what).",
            reason: "It can be \(known.joined(separator: ", ")).",
            remedy: NearestName.of(word, among: known).map { "Did you mean \($0)?" }
        )
    }

    private func checkKeys(_ node: SourceNode, _ known: [String]) {
        for member in node.members ?? [] where !known.contains(member.name) {
            log.error(
                member,
                "\(member.name) is no key of a contract.",
                reason: "It has \(known.joined(separator: ", ")).",
                remedy: (NearestName.of(member.name, among: known) ?? Self.synonyms[member.name])
                    .flatMap { known.contains($0) ? "Did you mean \($0)?" : nil }
            )
        }
    }

    /// What the keys are called elsewhere.
    private static let synonyms = [
        "document": "spec", "documents": "spec", "file": "spec", "files": "spec", "path": "spec", "source": "spec",
        "name": "module", "target": "module", "type": "kind", "parts": "generate", "filter": "operations",
    ]

    /// What each key is for.
    private static let purposes = [
        "module": "Write module: and the name of the Swift module to make, SharedContract for instance.",
        "kind": "Write kind: and one of \(ContractListEntry.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
        "attitude": "Write attitude: closed for contracts of ours, attitude: open for those of others.",
    ]

    private func text(_ name: String, of node: SourceNode) -> String? {
        if let text = node[name]?.string { return text }
        log.error(
            node, "The entry has no \(name).", reason: "Every entry says its module, spec, kind and attitude.",
            remedy: Self.purposes[name])
        return nil
    }

    private func texts(_ name: String, of node: SourceNode) -> [String] {
        guard let value = node[name] else { return [] }
        if let text = value.string { return [text] }
        return (value.elements ?? []).compactMap(\.string)
    }

    // MARK: Files

    /// Files of `spec`, which is a path, a path with `*` in its last part, or a list of these; sorted by name.
    private func files(_ node: SourceNode) -> [String] {
        guard let spec = node["spec"] else {
            log.error(node, "The entry has no spec.", remedy: "Name the file relative to the project.")
            return []
        }
        return texts("spec", of: node).flatMap { path in
            guard path.contains("*") else { return [path] }
            let found = Self.expand(path, root: root)
            if found.isEmpty { log.error(spec, "\(path) matches no file.") }
            return found
        }
    }

    private static func expand(_ path: String, root: String) -> [String] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let parts = (slash.map { path[path.index(after: $0)...] } ?? path[...])
            .split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.sorted()
            .filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) && $0.count >= parts[0].count + parts[1].count }
            .map { "\(folder)/\($0)" }
    }
}
