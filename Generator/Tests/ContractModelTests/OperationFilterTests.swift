import ContractModel
import Foundation
import Testing

/// What is left of a document when a contract asks for some of its operations.
@Suite("An operation filter")
struct OperationFilterTests {
    private func load(_ text: String, keeping operations: Set<String>) throws -> Contract {
        let folder = FileManager.default.temporaryDirectory.appending(path: "filter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "a.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("a.yaml", root: folder.path, operations: operations)
        #expect(found.filter { $0.severity == .error }.map(\.text) == [])
        return try #require(set.contracts.first)
    }

    private static let api = """
        openapi: 3.1.0
        info: {title: A, version: 1.0.0}
        paths:
          /things:
            get:
              operationId: listThings
              parameters: [{name: order, in: query, schema: {$ref: '#/components/schemas/Order'}}]
              responses:
                '200':
                  description: Things.
                  headers: {X-Rest: {schema: {$ref: '#/components/schemas/Rest'}}}
                  content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
            post:
              operationId: makeThing
              requestBody:
                content: {application/json: {schema: {$ref: '#/components/schemas/Draft'}}}
              callbacks:
                made:
                  '{$request.body#/url}':
                    post:
                      requestBody:
                        content: {application/json: {schema: {$ref: '#/components/schemas/Made'}}}
                      responses: {'204': {description: Taken.}}
              responses: {'204': {description: Made.}}
        components:
          schemas:
            Order: {type: string}
            Rest: {type: integer}
            Thing: {type: object, properties: {part: {$ref: '#/components/schemas/Part'}}}
            Part: {type: object, properties: {whole: {$ref: '#/components/schemas/Thing'}}}
            Draft: {type: object, additionalProperties: {$ref: '#/components/schemas/Value'}}
            Value: {type: string}
            Made: {type: string}
            Unused: {type: string}
        """

    private func names(_ contract: Contract) throws -> (operations: [String], schemas: [String]) {
        guard case .api(let document) = contract.document else { throw CocoaError(.featureUnsupported) }
        return (document.operations.map(\.id), document.schemas.map(\.name))
    }

    @Test(
        "keeps the schemas that its operations lead to, through parameters, headers, bodies, callbacks and each other")
    func api() throws {
        let list = try names(try load(Self.api, keeping: ["listThings"]))
        #expect(list.operations == ["listThings"])
        #expect(list.schemas == ["Order", "Rest", "Thing", "Part"])
        let make = try names(try load(Self.api, keeping: ["makeThing"]))
        #expect(make.schemas == ["Draft", "Value", "Made"])
    }

    @Test("that is not there leaves everything, with schemas that nothing uses")
    func none() throws {
        let all = try names(try load(Self.api, keeping: []))
        #expect(all.operations == ["listThings", "makeThing"])
        #expect(all.schemas.count == 8)
    }

    @Test("keeps channels, messages and schemas of messaging operations")
    func messaging() throws {
        let contract = try load(
            """
            asyncapi: 3.0.0
            info: {title: A, version: 1.0.0}
            channels:
              a: {address: a, messages: {one: {$ref: '#/components/messages/One'}}}
              b: {address: b, messages: {two: {$ref: '#/components/messages/Two'}}}
            operations:
              sendA: {action: send, channel: {$ref: '#/channels/a'}}
              sendB: {action: send, channel: {$ref: '#/channels/b'}}
            components:
              messages:
                One: {payload: {$ref: '#/components/schemas/First'}}
                Two: {payload: {$ref: '#/components/schemas/Second'}}
              schemas:
                First: {type: string}
                Second: {type: string}
            """, keeping: ["sendB"])
        guard case .messaging(let document) = contract.document else { throw CocoaError(.featureUnsupported) }
        #expect(document.operations.map(\.name) == ["sendB"])
        #expect(document.channels.map(\.name) == ["b"])
        #expect(document.messages.map(\.name) == ["Two"])
        #expect(document.schemas.map(\.name) == ["Second"])
    }
}
