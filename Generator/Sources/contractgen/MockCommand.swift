import ArgumentParser
import ContractJSON
import ContractMock
import Foundation
import Logging
import ServiceLifecycle

/// `contractgen mock`
struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "Serve APIs that nobody has written yet.",
        discussion: """
            Answers every operation of OpenAPI documents with examples that are valid, or generated values; the same request and \
            seed get the same answer. A request that breaks the contract is refused with a problem document that lists every \
            violation; credentials have to be there, whatever they are. The field `Prefer: code=404` asks for a documented \
            response other than the first success. Without SPEC the project's own APIs are served.

            Examples:
              contractgen mock Specs/services/tenant-service.yaml
              contractgen mock Specs/whatsapp/graph.yaml Specs/genesys/platform.yaml --port 9200 --seed 7
              curl -s -H 'Authorization: Bearer x' localhost:9200/api/v1/tenants
            """
    )

    @Argument(help: "OpenAPI documents.", completion: .file()) var specs: [String] = []
    @Option(help: "The project's folder.", completion: .directory) var root = "."
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0: a free one.") var port = 9200
    @Option(help: "What generated values depend on.") var seed: UInt64 = 1
    @Option(help: "How the address is announced.") var format = OutputFormat.text

    func run() async throws {
        let answers = MockAnswers(try ContractArguments.load(specs, root: root, format: format), seed: seed)
        let count = answers.operations.count
        guard count > 0 else {
            throw Failure.report(
                specs.first ?? root, "There is no operation to serve.", reason: "No document has paths.",
                remedy: "Name OpenAPI documents with paths.", as: format)
        }
        let format = format
        let host = host
        var logger = Logger(label: "contractgen.mock")
        logger.logLevel = .error
        let server = MockServer(answers, host: host, port: port, logger: logger) { port in
            let address = "http://\(host):\(port)"
            switch format {
            case .text: Output.line("\(count) operations on \(address); stop with Ctrl-C")
            case .json:
                let report: JSONValue = ["url": .string(address), "operations": .number(JSONNumber(count))]
                Output.line(report.jsonText)
            }
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do { try await group.run() } catch let problem as MockServer.CannotListen {
            throw Failure.report(
                "\(host):\(port)",
                problem.isTaken ? "The port \(port) is taken." : "The address cannot be listened on.",
                reason: "\(problem.reason).",
                remedy: "Name another port with --port (0 takes a free one), or stop who listens there.", as: format)
        }
    }
}
