import ContractDiff
import ContractInterpreter
import ContractJSON
import ContractModel
import Foundation
import Testing

/// Two versions of a document, in folders of their own.
struct DiffWorld: ~Copyable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "contract-diff-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func load(_ text: String, _ name: String = "version") throws -> ContractSet {
        let file = folder.appending(path: "\(name)-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        let (set, found) = ContractSetLoader.loadDocument(file.path, root: "/", attitude: .open)
        try #require(!found.contains { $0.severity == .error }, "\(found.map(\.text))")
        return set
    }

    func changes(_ old: String, _ new: String) throws -> [ContractChange] {
        ContractComparison.changes(from: try load(old), to: try load(new))
    }

    /// An API with one operation, `POST /things`.
    static func api(request: String, response: String = "{type: object}", operation: String = "") -> String {
        """
        openapi: 3.1.0
        info: {title: things, version: "1"}
        paths:
          /things:
            post:
              operationId: makeThing
              \(operation)
              requestBody:
                required: true
                content: {application/json: {schema: \(request)}}
              responses:
                '200':
                  description: Done.
                  content: {application/json: {schema: \(response)}}
        """
    }

    /// A messaging document with one channel, used one way or the other.
    static func messaging(payload: String, action: String, limit: Int = 20) -> String {
        """
        asyncapi: 3.0.0
        info: {title: queue, version: "1"}
        channels:
          things:
            address: things
            messages: {thing: {$ref: '#/components/messages/Thing'}}
            x-relay-topology:
              exchange: {name: things, type: direct, durable: true}
              routingKey: {value: thing}
              queue: {name: things, type: quorum, durable: true, prefetch: 8, deliveryLimit: \(limit)}
        operations:
          use:
            action: \(action)
            channel: {$ref: '#/channels/things'}
            messages: [{$ref: '#/channels/things/messages/thing'}]
        components:
          messages:
            Thing:
              name: thing
              contentType: application/json
              payload:
                schemaFormat: application/schema+json;version=draft-2020-12
                schema: \(payload)
        """
    }
}
