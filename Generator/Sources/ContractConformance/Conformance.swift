import ContractInterpreter
import ContractJSON
import ContractModel
import ContractRuntime
import Foundation

/// Runs suites through the interpreter and through generated, compiled Swift.
public struct Conformance {
    private let suites: [ConformanceSuite]
    private let exceptions: [ConformanceException]
    private let package: ScratchPackage
    private let progress: (String) -> Void

    /// A group with what is needed to decide its cases.
    private struct Prepared {
        var group: ConformanceSuite.Group
        var suite: ConformanceSuite
        var interpreter: SchemaInterpreter
        var schema: SchemaID?
        var problem: String?
        var cases: GeneratedCases?
        var uncompiled: String?
    }

    /// - Parameters:
    ///   - suites: The suites, compiled into one program.
    ///   - exceptions: Cases that may fail.
    ///   - scratch: Folder for the program, outside the committed tree.
    ///   - root: This project's folder.
    ///   - progress: Called with a line when a long step begins.
    public init(
        suites: [ConformanceSuite], exceptions: [ConformanceException] = [], scratch: String, root: String,
        progress: @escaping (String) -> Void = { _ in }
    ) {
        self.suites = suites
        self.exceptions = exceptions
        self.progress = progress
        package = ScratchPackage(folder: scratch, root: root)
    }

    /// Generates, builds and runs everything.
    public func run() throws -> ConformanceReport {
        var prepared: [Prepared] = []
        for suite in suites {
            for group in suite.groups { prepared.append(prepare(group, suite, number: prepared.count)) }
        }
        let lines = prepared.reduce(0) { $0 + ($1.cases?.source?.utf8.count { $0 == 10 } ?? 0) }
        progress("compiling \(lines) lines of Swift for \(prepared.count) schemas")
        try build(&prepared)
        progress("running \(prepared.reduce(0) { $0 + $1.group.cases.count }) cases")
        let verdicts = try decide(prepared)
        var outcomes: [ConformanceReport.Outcome] = []
        for (number, group) in prepared.enumerated() {
            for (test, verdict) in zip(group.group.cases, verdicts[number]) {
                outcomes.append(outcome(of: test, group, verdict))
            }
        }
        return ConformanceReport(outcomes: outcomes, generatedLines: lines)
    }

    private func prepare(_ group: ConformanceSuite.Group, _ suite: ConformanceSuite, number: Int) -> Prepared {
        let loader = suite.loader(for: group.file)
        let address = "test:///\(group.file)"
        loader.add(group.schema, at: address, file: group.file)
        let schema = loader.schema(address)
        var prepared = Prepared(
            group: group, suite: suite, interpreter: SchemaInterpreter(graph: loader.graph), schema: schema)
        guard let schema, !loader.hasErrors else {
            prepared.problem = loader.diagnostics.filter { $0.severity == .error }.map(\.text).joined(separator: "; ")
            return prepared
        }
        prepared.cases = GeneratedCases(name: "Schema\(number)", schema: schema, graph: loader.graph)
        return prepared
    }

    /// Builds the program; schemas whose code does not compile are left out of it, and their cases fail.
    private func build(_ prepared: inout [Prepared]) throws {
        for _ in 0..<4 {
            do {
                try package.write(sources(prepared))
                try package.build()
                return
            } catch let failure as ScratchPackage.Failure where !failure.files.isEmpty {
                for index in prepared.indices {
                    if let errors = failure.files["Schema\(index).swift"] { prepared[index].uncompiled = errors }
                }
            }
        }
        throw ScratchPackage.Failure(description: "the generated code does not compile")
    }

    private func sources(_ prepared: [Prepared]) -> [String: String] {
        var sources = ["main.swift": Self.program]
        var entries: [String] = []
        for (number, group) in prepared.enumerated() {
            guard let cases = group.cases, let source = cases.source, group.uncompiled == nil else {
                entries.append("    [],")
                continue
            }
            sources["Schema\(number).swift"] = source
            entries.append("    \(cases.entries),")
        }
        sources["Entries.swift"] =
            "import ContractRuntime\n\nlet entries: [[ContractSchemaEntry]] = [\n"
            + entries.joined(separator: "\n") + "\n]\n"
        return sources
    }

    /// The program: reads `number of the schema, tab, value` a line and writes a verdict a line.
    private static let program = """
        import ContractJSON
        import ContractRuntime

        let limits = JSONLimits(maximumBytes: .max, maximumDepth: 512)
        while let line = readLine() {
            let parts = line.split(separator: "\\t", maxSplits: 1)
            var answer = JSONObject()
            do {
                guard let number = Int(parts[0]), let entry = entries[number].first else {
                    print("{}")
                    continue
                }
                let document = try JSONDocument(parsing: String(parts[1]), limits: limits)
                let written = try entry.roundTrip(document)
                answer["written"] = try JSONValue(parsing: written, limits: limits)
            } catch ContractDecodingError.violations(let violations) {
                answer["violations"] = .array(
                    violations.map { violation in
                        [
                            "instance": .string(violation.instancePointer), "keyword": .string(violation.keyword),
                            "schema": .string(violation.schemaPointer), "message": .string(violation.message),
                        ]
                    })
            } catch {
                answer["failure"] = .string("\\(error)")
            }
            print(JSONValue.object(answer).jsonText)
        }

        """

    /// What generated code says, by group and case.
    private func decide(_ prepared: [Prepared]) throws -> [[ConformanceReport.Verdict]] {
        var input = ""
        for (number, group) in prepared.enumerated() {
            for test in group.group.cases { input += "\(number)\t\(test.value.jsonText)\n" }
        }
        var answers = try package.run(input: input)[...]
        return try prepared.map { group in
            try group.group.cases.map { test in
                guard let line = answers.popFirst() else {
                    throw ScratchPackage.Failure(description: "the program answered too few cases")
                }
                if let problem = group.problem ?? group.cases?.refusal ?? group.uncompiled { return .failed(problem) }
                return try verdict(String(line), on: test)
            }
        }
    }

    private func verdict(_ line: String, on test: ConformanceSuite.Case) throws -> ConformanceReport.Verdict {
        let answer = try JSONValue(parsing: line, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
        if let violations = answer["violations"]?.array {
            return .refused(
                violations.map { violation in
                    ContractViolation(
                        instancePointer: violation["instance"]?.string ?? "",
                        keyword: violation["keyword"]?.string ?? "",
                        schemaPointer: violation["schema"]?.string ?? "",
                        message: violation["message"]?.string ?? "")
                })
        }
        guard let written = answer["written"] else { return .failed(answer["failure"]?.string ?? "no answer") }
        if Self.isSame(written, test.value) { return .accepted }
        return .failed("accepted, but written back as \(written.jsonText.prefix(200))")
    }

    /// Whether two values are equal, numbers to the precision of a double: that is what `type: number` becomes.
    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left == right || left.double == right.double
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { member in right[member.name].map { isSame(member.value, $0) } ?? false }
        default: left == right
        }
    }

    private func outcome(
        of test: ConformanceSuite.Case, _ group: Prepared, _ generated: ConformanceReport.Verdict
    ) -> ConformanceReport.Outcome {
        let name = "\(group.group.file): \(group.group.name): \(test.name)"
        var interpreted = ConformanceReport.Verdict.failed(group.problem ?? "no schema")
        if group.problem == nil, let schema = group.schema {
            let violations = group.interpreter.violations(of: test.value, against: schema)
            interpreted = violations.isEmpty ? .accepted : .refused(violations)
        }
        let exception = exceptions.first { $0.name == name && $0.holds(in: group.suite) }
        return ConformanceReport.Outcome(
            name: name, file: group.group.file, isValid: test.isValid, interpreted: interpreted, generated: generated,
            flaws: flaws(interpreted, test, group.group) + flaws(generated, test, group.group),
            exception: exception?.reason)
    }

    /// Violations that do not name an instance pointer, a keyword and a schema pointer that exist.
    private func flaws(
        _ verdict: ConformanceReport.Verdict, _ test: ConformanceSuite.Case, _ group: ConformanceSuite.Group
    ) -> [String] {
        guard case .refused(let violations) = verdict else { return [] }
        return violations.compactMap { violation in
            let place = violation.schemaPointer.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let hasInstance = test.value.value(at: violation.instancePointer) != nil
            let isNamed = !violation.keyword.isEmpty && place.count == 2
            let isHere = isNamed && place[0] == group.file
            let hasSchema = !isHere || group.schema.value(at: String(place[1])) != nil
            if hasInstance, isNamed, hasSchema { return nil }
            return "\(violation.instancePointer) \(violation.keyword) \(violation.schemaPointer) is no place"
        }
    }
}
