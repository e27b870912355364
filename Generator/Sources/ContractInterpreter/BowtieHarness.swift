public import ContractJSON
import ContractModel

/// The other side of Bowtie's protocol.
public struct BowtieHarness {
    /// Why the protocol cannot go on.
    public struct ProtocolError: Error, CustomStringConvertible {
        /// What is wrong, in one sentence.
        public var description: String
    }

    private static let dialect = "https://json-schema.org/draft/2020-12/schema"
    private static let limits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 256)

    private let assertsFormat: Bool
    private var hasStarted = false

    /// - Parameter assertsFormat: Whether `format` is checked where the dialect leaves it open.
    public init(assertsFormat: Bool) { self.assertsFormat = assertsFormat }

    /// The answer to a request; nil for the last one.
    public mutating func answer(to line: String) throws -> JSONValue? {
        let request: JSONValue
        do throws(JSONSyntaxError) {
            request = try JSONValue(parsing: Array(line.utf8), limits: Self.limits)
        } catch {
            throw ProtocolError(description: "The request is no JSON: \(error.reason) at byte \(error.offset).")
        }
        guard let command = request["cmd"]?.string else {
            throw ProtocolError(description: "The request has no cmd: start, dialect, run or stop.")
        }
        guard command == "start" || hasStarted else {
            throw ProtocolError(description: "\(command) came before start.")
        }
        switch command {
        case "start":
            guard request["version"]?.int == 1 else {
                throw ProtocolError(description: "Only version 1 of the protocol is spoken.")
            }
            hasStarted = true
            return Self.introduction
        case "dialect": return ["ok": .bool(request["dialect"]?.string == Self.dialect)]
        case "run": return run(request)
        case "stop": return nil
        default:
            throw ProtocolError(
                description: "There is no command \(command); the commands are start, dialect, run and stop.")
        }
    }

    private static var introduction: JSONValue {
        [
            "version": 1,
            "implementation": [
                "language": "swift", "name": "contractgen", "version": "1.0.0",
                "homepage": "https://waba-genesys.invalid/", "issues": "https://waba-genesys.invalid/issues",
                "source": "https://waba-genesys.invalid/source", "dialects": [.string(dialect)],
            ],
        ]
    }

    private func run(_ request: JSONValue) -> JSONValue {
        var answer = JSONObject()
        answer["seq"] = request["seq"] ?? .null
        let test = request["case"] ?? .null
        guard let document = test["schema"], let tests = test["tests"]?.array else {
            answer["errored"] = true
            answer["context"] = ["message": "The request has no case with schema and tests."]
            return .object(answer)
        }
        let loader = SchemaLoader(assertsFormat: assertsFormat)
        for member in test["registry"]?.object ?? JSONObject() {
            loader.add(member.value, at: member.name, file: member.name)
        }
        let address = "bowtie:///schema"
        loader.add(document, at: address, file: "schema")
        let schema = loader.schema(address)
        guard let schema, !loader.hasErrors else {
            let errors = loader.diagnostics.filter { $0.severity == .error }.map(\.text)
            answer["errored"] = true
            answer["context"] = ["message": .string(errors.joined(separator: "\n"))]
            return .object(answer)
        }
        let interpreter = SchemaInterpreter(graph: loader.graph)
        answer["results"] = .array(
            tests.map { test in
                ["valid": .bool(interpreter.isValid(test["instance"] ?? .null, against: schema))]
            }
        )
        return .object(answer)
    }
}
