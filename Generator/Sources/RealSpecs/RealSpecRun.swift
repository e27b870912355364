import ContractJSON
import ContractModel
import ContractSource
import Foundation
import SwiftEmitter

/// Takes a folder of documents through the whole generator: read, generate, compile, round-trip generated values.
public struct RealSpecRun {
    /// Folder of documents.
    public var folder: URL
    /// Folder of the project.
    public var project: URL
    /// Folder of the scratch package.
    public var scratch: URL
    /// Operation ids to keep; empty: all.
    public var operations: Set<String> = []
    /// Beginnings of the paths to take; empty: all.
    public var only: [String] = []
    /// Values tried for each schema.
    public var seeds = 6
    /// Whether what is generated is compiled and tried.
    public var compiles = true
    /// Told of every step, for people who wait.
    public var progress: (String) -> Void = { _ in }

    /// Modules of more lines are compiled alone, so that their time is known.
    private static let linesCompiledAlone = 2_000

    /// Creates a run.
    public init(folder: URL, project: URL, scratch: URL) {
        self.folder = folder
        self.project = project
        self.scratch = scratch
    }

    private struct Module {
        var name: String
        var lists: [String]
        var report: RealSpecReport
        /// The files that its schemas stand in.
        var files: Set<String> = []
    }

    /// Runs everything.
    /// - Returns: A report a document, in order of their paths.
    public func reports() throws -> [RealSpecReport] {
        let package = ScratchPackage(folder: scratch, project: project)
        try package.prepare()
        var modules: [Module] = []
        var used: Set<String> = []
        let neighbours = self.neighbours()
        for path in try documents() {
            progress("reading \(path)")
            var name = Self.moduleName(path)
            while !used.insert(name).inserted { name += "X" }
            modules.append(try generate(path, module: name, neighbours, into: package))
        }
        for index in modules.indices where modules[index].report.format.isEmpty {
            let path = modules[index].report.document
            guard modules.contains(where: { $0.files.contains(path) }) else { continue }
            modules[index].report.outcome = .part
            modules[index].report.reasons = []
        }
        if compiles {
            try compile(&modules, package)
            try roundTrip(&modules, package)
        }
        return modules.map(\.report)
    }

    /// Every YAML and JSON file below the folder.
    private func files() -> [String] {
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return found.filter { path in ["yaml", "yml", "json"].contains { path.hasSuffix(".\($0)") } }.sorted()
    }

    /// The addresses that documents of the folder call themselves, with their paths; none that two claim.
    private func neighbours() -> [String: String] {
        var claims: [String: [String]] = [:]
        let store = SourceStore(root: folder.path)
        for path in files() {
            let address = store.address(ofFile: path)
            guard let node = try? store.document(at: address), let text = node["$id"]?.string ?? node["id"]?.string
            else { continue }
            let called = URIReference(text).resolved(against: URIReference(address)).withoutFragment
            claims[called, default: []].append(path)
        }
        return claims.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }

    private func documents() throws -> [String] {
        let documents = files().filter { path in only.isEmpty || only.contains { path.hasPrefix($0) } }
        guard !documents.isEmpty else {
            throw RealSpecError(reason: "\(folder.path) holds no YAML or JSON file that was asked for")
        }
        return documents
    }

    private static func moduleName(_ path: String) -> String {
        let words = path.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.dropLast()
        return "Spec" + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Generation

    private func generate(
        _ path: String, module name: String, _ neighbours: [String: String], into package: ScratchPackage
    ) throws -> Module {
        var module = Module(name: name, lists: [], report: RealSpecReport(document: path))
        let start = ContinuousClock.now
        let text = try Data(contentsOf: folder.appending(path: path))
        module.report.sourceLines = text.count { $0 == UInt8(ascii: "\n") }
        module.report.format = Self.format(text, path)
        guard !module.report.format.isEmpty else {
            module.report.outcome = .refused
            module.report.reasons = [
                Diagnostic(
                    at: SourceLocation(file: path, line: 1, column: 1, pointer: ""),
                    "The document is neither OpenAPI, Swagger, AsyncAPI nor JSON Schema.",
                    reason: "It has none of the fields that these begin with.",
                    remedy: "Give it openapi, swagger, asyncapi or $schema, or leave it out."
                ).text
            ]
            return module
        }
        let (set, found) = ContractSetLoader.loadDocument(
            path, root: folder.path, attitude: .open, module: name,
            parts: ["models", "client", "server", "publisher", "consumer", "topology"], operations: operations,
            neighbours: neighbours)
        module.files = Set(set.graph.schemas.map(\.location.file))
        module.report.warnings = found.filter { $0.severity == .warning }.map(\.text)
        var errors = found.filter { $0.severity == .error }
        if errors.isEmpty {
            var emitter = ModuleEmitter(set: set, listsInlineSchemas: true)
            let files = emitter.files()
            errors = emitter.diagnostics.filter { $0.severity == .error }
            module.report.warnings += emitter.diagnostics.filter { $0.severity == .warning }.map(\.text)
            if errors.isEmpty, !operations.isEmpty, emitter.operationCount == 0 {
                module.report.outcome = .notAskedFor
            } else if errors.isEmpty {
                try package.write(files, module: name)
                module.report.files = files.count
                module.report.lines = files.reduce(0) { sum, file in sum + file.text.utf8.count { $0 == 10 } }
                module.lists = emitter.schemaLists
                module.report.operations = emitter.operationCount
                module.report.outcome = .generated
                try writeInstances(emitter.listedSchemas, set.graph, &module, package)
            }
        }
        if !errors.isEmpty {
            module.report.outcome = .refused
            module.report.reasons = errors.map(\.text)
        }
        module.report.generationSeconds = (ContinuousClock.now - start) / .seconds(1) - module.report.valueSeconds
        return module
    }

    private func writeInstances(
        _ schemas: [SchemaID], _ graph: SchemaGraph, _ module: inout Module, _ package: ScratchPackage
    ) throws {
        guard compiles else { return }
        let start = ContinuousClock.now
        let instances = RoundTripProgram.instances(of: schemas, in: graph, seeds: seeds)
        try package.write(instances.text, to: "Instances/\(module.name).jsonl")
        module.report.withoutInstance = instances.withoutInstance
        module.report.valueSeconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private static func format(_ data: Data, _ path: String) -> String {
        guard let node = try? SourceStore.read([UInt8](data), file: path) else { return "unreadable" }
        for (key, name) in [("openapi", "OpenAPI"), ("swagger", "Swagger"), ("asyncapi", "AsyncAPI")] {
            guard let version = node[key] else { continue }
            return "\(name) \(version.string ?? version.number?.text ?? "?")"
        }
        let signs = [
            "$schema", "$id", "$defs", "definitions", "properties", "patternProperties", "additionalProperties",
            "items",
            "propertyNames", "allOf", "oneOf", "anyOf", "not", "$ref", "enum", "const", "unevaluatedProperties",
        ]
        let types = [node["type"]].compactMap(\.self) + (node["type"]?.elements ?? [])
        let hasType = types.contains { type in type.string.map { JSONType(rawValue: $0) != nil } ?? false }
        return hasType || signs.contains { node[$0] != nil } ? "JSON Schema" : ""
    }

    // MARK: Compilation

    private func compile(_ modules: inout [Module], _ package: ScratchPackage) throws {
        let names = modules.filter { $0.report.outcome == .generated }.map(\.name)
        guard !names.isEmpty else { return }
        try package.writeManifest(modules: names, withProgram: false)
        progress("compiling the runtime")
        let runtime = try package.build(target: "ContractRuntime")
        guard runtime.isSuccess else { throw RealSpecError(reason: "the runtime does not compile:\n\(runtime.output)") }
        try compileTogether(&modules, package)
        try compileAlone(&modules, names, package)
    }

    /// Compiles large modules one after the other, small ones first.
    private func compileAlone(_ modules: inout [Module], _ names: [String], _ package: ScratchPackage) throws {
        let waiting = modules.indices.filter { modules[$0].report.outcome == .generated }
        guard !waiting.isEmpty else { return }
        try package.writeManifest(modules: names, withProgram: false)
        _ = try package.build(target: "ContractRuntime")
        let nothing = try package.build(target: "ContractRuntime").seconds
        for index in waiting.sorted(by: { modules[$0].report.lines < modules[$1].report.lines }) {
            progress("compiling \(modules[index].report.document), \(modules[index].report.lines) lines")
            let result = try package.build(target: modules[index].name)
            modules[index].report.compileSeconds = max(0, result.seconds - nothing)
            settle(&modules[index], result)
        }
    }

    private func settle(_ module: inout Module, _ result: ScratchPackage.BuildResult) {
        module.report.outcome = result.isSuccess ? .compiled : .notCompiled
        guard !result.isSuccess else { return }
        let errors = ScratchPackage.errors(in: result.output, modules: [module.name])[module.name]
        module.report.reasons = errors ?? [String(result.output.suffix(2_000))]
    }

    /// Compiles small modules in one run; those that fail are taken out, so that they cost the others nothing.
    private func compileTogether(_ modules: inout [Module], _ package: ScratchPackage) throws {
        while true {
            let waiting = modules.indices.filter { index in
                let report = modules[index].report
                return report.outcome == .generated && report.lines <= Self.linesCompiledAlone
            }
            guard !waiting.isEmpty else { return }
            progress("compiling \(waiting.count) small documents")
            try package.writeManifest(modules: waiting.map { modules[$0].name }, withProgram: false)
            let result = try package.build()
            if result.isSuccess {
                for index in waiting { modules[index].report.outcome = .compiled }
                return
            }
            let errors = ScratchPackage.errors(in: result.output, modules: waiting.map { modules[$0].name })
            guard !errors.isEmpty else { throw RealSpecError(reason: result.output) }
            for index in waiting {
                guard let reasons = errors[modules[index].name] else { continue }
                modules[index].report.outcome = .notCompiled
                modules[index].report.reasons = reasons
            }
        }
    }

    // MARK: Round trips

    private func roundTrip(_ modules: inout [Module], _ package: ScratchPackage) throws {
        let compiled = modules.filter { $0.report.outcome == .compiled }
        guard !compiled.isEmpty else { return }
        progress("trying generated values")
        try package.write(
            RoundTripProgram.source(modules: compiled.map { ($0.name, $0.lists) }), to: "Sources/RoundTrip/main.swift")
        try package.writeManifest(modules: compiled.map(\.name), withProgram: true)
        let built = try package.build()
        guard built.isSuccess else { throw RealSpecError(reason: "the program does not compile:\n\(built.output)") }
        let (status, output) = try package.run(
            "\(scratch.path)/.build/debug/RoundTrip", ["\(scratch.path)/Instances"])
        guard status == 0 else { throw RealSpecError(reason: "the program ended with \(status):\n\(output)") }
        for line in output.split(separator: "\n") {
            let report = try JSONValue(parsing: Array(line.utf8), limits: JSONLimits(maximumBytes: .max))
            guard let index = modules.firstIndex(where: { $0.name == report["module"]?.string }) else { continue }
            let failures = report["failures"]?.array?.compactMap(\.string) ?? []
            modules[index].report.roundTrips = report["roundTrips"]?.int ?? 0
            modules[index].report.refusals = report["refusals"]?.int ?? 0
            modules[index].report.reasons = failures
            modules[index].report.outcome = failures.isEmpty ? .passed : .notRoundTripped
        }
    }
}

/// Why a run could not go on.
public struct RealSpecError: Error, CustomStringConvertible {
    /// In plain words.
    public let reason: String

    /// The reason.
    public var description: String { reason }
}
