import ArgumentParser
import Cache
import ContractRuntime
import Database
import Foundation
import HTTPTransport
import ObjectStorage
import ServiceKit

/// `waba-genesys demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Send a message each way through a running installation and show every hop.",
        discussion:
            "Needs the ten services and both simulators; `make run` and `make demo` start them. Exit code 1 if a hop is missing."
    )

    @Option(help: "Recorded webhook of Meta with a text.")
    var metaRecording = "Contract-Tests/Fixtures/whatsapp/WebhookNotification/receiveWebhook.textAsSent.json"
    @Option(help: "Recorded webhook of Genesys with a text.")
    var genesysRecording =
        "Contract-Tests/Fixtures/genesys/receiveOutboundNotification/receiveOutboundNotification.text.json"

    @Option(help: "PNG that the customer sends.")
    var picture = "Deploy/local/demo/bread.png"
    @Option(help: "PDF that the agent sends.")
    var document = "Deploy/local/demo/order.pdf"

    func run() async throws {
        let environment = ProcessEnvironment.variables
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.databaseURL, .redisURL, .adminAPIKey] + ConfigurationVariable.objectStorage,
                environment: environment)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(78)
        }
        let recordings: DemoRecordings
        let files: DemoFiles
        do {
            recordings = try DemoRecordings(meta: metaRecording, genesys: genesysRecording)
            files = try DemoFiles(picture: picture, document: document)
        } catch let failure as DemoFailure {
            throw ValidationError("\(failure.hop): \(failure.reason)")
        }
        let engine = try CurlEngine()
        let pool = try DatabasePool(url: configuration.databaseURL.reveal())
        let cache = try RedisCache(url: configuration.redisURL.reveal())
        let storage = try S3Storage(
            configuration: S3Configuration(
                endpoint: configuration.s3Endpoint, region: configuration.s3Region,
                accessKeyID: configuration.s3AccessKeyID.reveal(),
                secretAccessKey: configuration.s3SecretAccessKey.reveal()),
            engine: engine)
        let transport: (String) throws -> any ClientTransport = { try CurlTransport(baseURL: $0, engine: engine) }
        let management = try Self.management(environment["RABBITMQ_MANAGEMENT_URL"] ?? "")
        let evidence = DemoEvidence(
            database: pool, cache: cache, storage: storage, management: try transport(management.origin),
            managementUser: management.user, managementPassword: management.password)
        let demo = try DemoTranscript(
            addresses: DemoAddresses(
                gatewayURL: configuration.url(of: .apiGateway), metaSimulatorURL: configuration.url(of: .metaSimulator),
                genesysSimulatorURL: configuration.url(of: .genesysSimulator)),
            adminKey: try configuration.adminAPIKeys.first ?? Secret(""), recordings: recordings, files: files,
            transport: transport, evidence: evidence,
            // Lines are seen as they come, also in a file or a pipe.
            output: { FileHandle.standardOutput.write(Data("\($0)\n".utf8)) })
        let succeeded = try await demo.run()
        await cache.close()
        await pool.close()
        if !succeeded { throw ExitCode(1) }
    }

    /// Takes `http://user:password@host:port` apart.
    private static func management(_ text: String) throws -> (origin: String, user: String, password: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host,
            let user = parts.user,
            let password = parts.password
        else { throw ValidationError("RABBITMQ_MANAGEMENT_URL: expected http://user:password@host:port") }
        return ("\(scheme)://\(host)\(parts.port.map { ":\($0)" } ?? "")", user, password)
    }
}
