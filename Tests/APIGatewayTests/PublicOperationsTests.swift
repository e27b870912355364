import Foundation
import HTTPTypes
import ServiceKit
import Testing
import Yams

@testable import APIGateway

@Suite("Public operations")
struct PublicOperationsTests {
    private static let specs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Specs")

    /// Who answers the operations of a spec.
    private static let webhooks: [String: ServiceName] = [
        "whatsapp/webhook.yaml": .whatsAppWebhookService, "genesys/webhook.yaml": .genesysWebhookService,
    ]

    @Test("the table is what the contracts say, nothing missing and nothing more")
    func table() throws {
        var expected: Set<ForwardedOperation> = []
        let services = try FileManager.default.contentsOfDirectory(
            atPath: Self.specs.appendingPathComponent("services").path)
        for file in services.filter({ $0.hasSuffix(".yaml") }).map({ "services/" + $0 }) + Self.webhooks.keys {
            let text = try String(contentsOf: Self.specs.appendingPathComponent(file), encoding: .utf8)
            let document = try #require(try Yams.load(yaml: text) as? [String: Any])
            let service = Self.webhooks[file] ?? ServiceName(rawValue: String(file.dropFirst(9).dropLast(5)))
            for (path, item) in document["paths"] as? [String: [String: Any]] ?? [:] {
                for method in ["get", "put", "post", "patch", "delete"] {
                    guard let operation = item[method] as? [String: Any], operation["x-audience"] as? String == "public"
                    else { continue }
                    expected.insert(
                        try Self.forwarded(operation, method, path, try #require(service), in: document))
                }
            }
        }
        #expect(Set(ForwardedOperation.all) == expected)
        #expect(ForwardedOperation.all.count == expected.count)
        #expect(expected.count >= 20)
    }

    private static func forwarded(
        _ operation: [String: Any], _ method: String, _ path: String, _ service: ServiceName, in document: [String: Any]
    ) throws -> ForwardedOperation {
        var body = operation["requestBody"] as? [String: Any]
        if let reference = body?["$ref"] as? String {
            let name = try #require(reference.split(separator: "/").last)
            let components = document["components"] as? [String: Any]
            body = (components?["requestBodies"] as? [String: Any])?[String(name)] as? [String: Any]
        }
        let security = operation["security"] as? [[String: Any]] ?? document["security"] as? [[String: Any]]
        let names = (security ?? []).flatMap(\.keys)
        // With the internal token the portal calls the services themselves; the gateway asks for the key.
        #expect(names.isEmpty || names == ["adminKey", "internalToken"], "\(path)")
        return ForwardedOperation(
            try #require(operation["operationId"] as? String),
            try #require(HTTPRequest.Method(rawValue: method.uppercased())), path, at: service,
            for: names.isEmpty ? .platform : .administrator, bodyLimit: body?["x-max-bytes"] as? Int ?? 1 << 20)
    }
}
