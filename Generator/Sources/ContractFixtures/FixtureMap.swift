import ContractJSON
public import ContractModel
import ContractSource
import FoundationEssentials

/// Which schema the documents of a folder below `Contract-Tests/Fixtures` are held against, from the `fixtures-map.yaml` files.
public struct FixtureFolders: Sendable {
    /// A folder and its schema.
    public struct Entry: Sendable, Hashable {
        /// Relative to the project.
        public var folder: String
        /// `Specs/schemas/tenant.yaml#/$defs/Tenant`.
        public var schema: String
    }

    /// Where fixtures are, relative to the project.
    public static let base = "Contract-Tests/Fixtures"

    /// Every folder that a map names.
    public private(set) var entries: [Entry] = []
    /// What could not be read of the maps.
    public private(set) var diagnostics: [Diagnostic] = []
    private let root: String

    /// Reads the maps of a project: beside the specs of the platforms, and beside the fixtures of everything else.
    public init(root: String) {
        self.root = root
        for top in ["Specs", Self.base] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(top)")) ?? []
            for name in names.sorted() { read("\(top)/\(name)/fixtures-map.yaml", folder: "\(Self.base)/\(name)") }
        }
    }

    private mutating func read(_ path: String, folder: String) {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else { return }
        do throws(SourceError) {
            let node = try SourceStore.read(Array(data), file: path)
            for own in node["own"]?.elements ?? [] {
                guard let name = own["folder"]?.string, let schema = own["schema"]?.string else {
                    throw own.problem("An entry of own has a folder and a schema.", remedy: "Write both.")
                }
                entries.append(Entry(folder: "\(folder)/\(name)", schema: schema))
            }
        } catch {
            diagnostics.append(Diagnostic(error))
        }
    }

    /// The folder of a schema, if a map names one.
    public func folder(of schema: String) -> String? { entries.first { $0.schema == schema }?.folder }

    /// Valid documents of a folder.
    public func documents(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.contains(".invalid.") }.sorted()
    }
}
