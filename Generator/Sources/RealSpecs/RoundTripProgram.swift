import ContractInstances
import ContractJSON
import ContractModel

/// The values that a module's types are tried on, and the program that tries them.
enum RoundTripProgram {
    /// Values for every schema that the module lists.
    struct Instances {
        /// One JSON text a line: pointer, value, whether it is valid.
        var text = ""
        /// Pointers of schemas without a value.
        var withoutInstance: [String] = []
    }

    /// Valid values of every extent and a broken one, for each schema.
    static func instances(of schemas: [SchemaID], in graph: SchemaGraph, seeds: Int) -> Instances {
        let generator = InstanceGenerator(graph: graph)
        var result = Instances()
        for schema in schemas {
            let location = graph[schema].location
            let pointer = "\(location.file)#\(location.pointer)"
            var known: Set<String> = []
            func add(_ value: JSONValue, isValid: Bool) {
                guard known.insert(value.jsonText).inserted else { return }
                let line: JSONValue = ["pointer": .string(pointer), "value": value, "isValid": .bool(isValid)]
                result.text += line.jsonText + "\n"
            }
            for seed in 0..<seeds {
                let extents = InstanceGenerator.Extent.allCases
                let extent = extents[seed % extents.count]
                if let value = generator.generate(schema, seed: UInt64(seed), extent: extent) {
                    add(value, isValid: true)
                } else if seed == 0 {
                    result.withoutInstance.append(pointer)
                    break
                }
                if let value = generator.generateInvalid(schema, seed: UInt64(seed)) { add(value, isValid: false) }
            }
        }
        return result
    }

    /// The source of the program: reads `Instances/MODULE.jsonl`, prints a JSON line a module.
    static func source(modules: [(name: String, lists: [String])]) -> String {
        let imports = modules.map { "import \($0.name)\n" }.joined()
        let cases = modules.map { module in
            "    (\"\(module.name)\", \(module.lists.isEmpty ? "[]" : module.lists.joined(separator: " + "))),\n"
        }
        return """
            import ContractJSON
            import ContractRuntime
            import Foundation
            \(imports)
            let modules: [(name: String, entries: [ContractSchemaEntry])] = [
            \(cases.joined())]
            let limits = JSONLimits(maximumBytes: .max, maximumDepth: 512)
            let folder = CommandLine.arguments[1]
            for module in modules {
                let entries = Dictionary(module.entries.map { ($0.pointer, $0) }, uniquingKeysWith: { first, _ in first })
                var roundTrips = 0
                var refusals = 0
                var failures: [JSONValue] = []
                let text = try String(contentsOfFile: "\\(folder)/\\(module.name).jsonl", encoding: .utf8)
                for line in text.split(separator: "\\n") {
                    let instance = try JSONValue(parsing: Array(line.utf8), limits: limits)
                    guard let pointer = instance["pointer"]?.string, let value = instance["value"] else { continue }
                    guard let entry = entries[pointer] else {
                        failures.append(.string("\\(pointer): there is no type"))
                        continue
                    }
                    let isValid = instance["isValid"]?.bool ?? true
                    do {
                        let document = try JSONDocument(parsing: value.jsonBytes, limits: limits)
                        let written = try JSONValue(parsing: entry.roundTrip(document), limits: limits)
                        if !isValid {
                            failures.append(.string("\\(pointer): accepts \\(value.jsonText)"))
                        } else if written == value {
                            roundTrips += 1
                        } else {
                            failures.append(.string("\\(pointer): \\(value.jsonText) becomes \\(written.jsonText)"))
                        }
                    } catch {
                        if isValid {
                            failures.append(.string("\\(pointer): refuses \\(value.jsonText): \\(error)"))
                        } else {
                            refusals += 1
                        }
                    }
                }
                let report: JSONValue = [
                    "module": .string(module.name), "roundTrips": .number(JSONNumber(roundTrips)),
                    "refusals": .number(JSONNumber(refusals)), "failures": .array(failures),
                ]
                print(report.jsonText)
            }

            """
    }
}
