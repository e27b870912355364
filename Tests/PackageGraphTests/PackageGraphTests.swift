import Foundation
import Testing

/// Holds the imports of every source file against the layers: executable, services, contracts, runtime, C libraries.
///
/// Imports are what counts: SwiftPM lets a file import a module that its target only reaches through another one.
@Suite("Package graph")
struct PackageGraphTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Module names in a folder whose children are modules.
    private static func modules(_ folder: String) -> Set<String> {
        let path = project.appendingPathComponent(folder).path
        return Set((try? FileManager.default.contentsOfDirectory(atPath: path))?.filter { !$0.contains(".") } ?? [])
    }

    private static let cLibraries = modules("Sources/CLibs")
    private static let runtime = modules("Sources/Runtime")
    private static let contracts = modules("Sources/Contracts")
    private static let services = modules("Sources/Services")

    /// Modules imported by the Swift files of a folder, by file.
    private static func imports(of folder: String) -> [String: Set<String>] {
        let root = project.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        var result: [String: Set<String>] = [:]
        for name in names where name.hasSuffix(".swift") {
            guard let text = try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8) else {
                continue
            }
            let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
            let modules = lines.compactMap { words -> String? in
                guard let index = words.firstIndex(of: "import"), index + 1 < words.count, index <= 2 else {
                    return nil
                }
                return String(words[index + 1].split(separator: ".")[0])
            }
            result["\(folder)/\(name)"] = Set(modules)
        }
        return result
    }

    private static func violations(in folder: String, forbidden: Set<String>) -> [String] {
        imports(of: folder).flatMap { file, modules in
            modules.intersection(forbidden).sorted().map { "\(file) imports \($0)" }
        }.sorted()
    }

    @Test("the layers are where they are looked for")
    func layersExist() {
        #expect(Self.cLibraries.count == 7)
        #expect(Self.runtime.count >= 8)
        #expect(Self.contracts.count >= 20)
        #expect(Self.services.count >= 10)
    }

    @Test("a C library is imported by its one wrapper only")
    func cLibrariesHaveOneWrapper() {
        let wrappers = [
            "CCurl": "HTTPTransport", "CPQ": "Database", "CHiredis": "Cache", "CRabbitMQ": "MessageBroker",
            "CJSONC": "ContractJSON", "COpenSSL": "PasswordHashing", "CLinux": "EventLoop",
        ]
        var found: [String] = []
        for folder in [
            "Sources/Runtime", "Sources/Services", "Sources/Contracts", "Sources/waba-genesys", "Generator/Sources",
        ] {
            for (file, modules) in Self.imports(of: folder) {
                for library in modules.intersection(Self.cLibraries) {
                    guard let wrapper = wrappers[library], file.hasPrefix("Sources/Runtime/\(wrapper)/") else {
                        found.append("\(file) imports \(library)")
                        continue
                    }
                }
            }
        }
        #expect(found.sorted() == [])
    }

    @Test("no C type shows in the interface of a wrapper")
    func cImportsAreNotPublic() {
        for folder in ["Sources/Runtime"] {
            let root = Self.project.appendingPathComponent(folder)
            for file in Self.imports(of: folder).keys {
                let text =
                    (try? String(
                        contentsOf: root.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
                            file), encoding: .utf8)) ?? ""
                for library in Self.cLibraries { #expect(!text.contains("public import \(library)"), "\(file)") }
            }
        }
    }

    @Test("services import contracts and runtime modules, never each other")
    func servicesStayApart() {
        for service in Self.services {
            let others = Self.services.subtracting([
                service, "WebhookIntake", "MediaTransfer", "PlatformBudget", "ConnectionChecks", "RelayDelivery",
                "StateManagerBatches", "AuditLog", "GraphErrors",
            ])
            let found = Self.violations(in: "Sources/Services/\(service)", forbidden: others.union(Self.cLibraries))
            #expect(found == [])
        }
    }

    @Test("contracts import contracts and the contract runtime only")
    func contractsKnowNoTransport() {
        let forbidden = Self.runtime.subtracting(["ContractJSON", "ContractRuntime"]).union(Self.services)
        #expect(Self.violations(in: "Sources/Contracts", forbidden: forbidden) == [])
    }

    @Test("runtime modules know no contract and no service")
    func runtimeKnowsNoContract() {
        #expect(Self.violations(in: "Sources/Runtime", forbidden: Self.contracts.union(Self.services)) == [])
    }

    @Test("the rule can fail")
    func ruleCanFail() {
        #expect(!Self.violations(in: "Sources/Runtime/Database", forbidden: ["CPQ"]).isEmpty)
    }
}
