import ArgumentParser
import Database
import Foundation
import HTTPTransport
import ObjectStorage
import ServiceKit

/// `waba-genesys migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database and the buckets to this version; safe to repeat.")

    func run() async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.databaseURL] + ConfigurationVariable.objectStorage,
                environment: ProcessEnvironment.variables)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(78)
        }
        let pool = try DatabasePool(url: configuration.databaseURL.reveal())
        let applied = try await Migrator(pool).apply(RelayMigrations.all)
        await pool.close()
        print(
            "database: \(applied.isEmpty ? "current" : "applied \(applied.map(String.init).joined(separator: ", "))")")
        let storage = try S3Storage(
            configuration: S3Configuration(
                endpoint: configuration.s3Endpoint, region: configuration.s3Region,
                accessKeyID: configuration.s3AccessKeyID.reveal(),
                secretAccessKey: configuration.s3SecretAccessKey.reveal()),
            engine: try CurlEngine())
        for bucket in ["webhooks-inbound", "webhooks-outbound", "media-inbound", "media-outbound"] {
            try await storage.createBucket(bucket)
        }
        print("buckets: there")
    }
}
