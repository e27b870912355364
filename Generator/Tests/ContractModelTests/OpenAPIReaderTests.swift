import ContractJSON
import ContractModel
import Foundation
import Testing

/// OpenAPI documents as models.
@Suite("An OpenAPI document")
struct OpenAPIReaderTests {
    private func read(_ text: String) throws -> (APIDocument, SchemaGraph, [Diagnostic]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "openapi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "api.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("api.yaml", root: folder.path)
        guard case .api(let document)? = set.contracts.first?.document else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: "\(found.map(\.text))"])
        }
        return (document, set.graph, found)
    }

    @Test("merges path parameters, own ones first in force, and fills in styles")
    func parameters() throws {
        let (document, graph, found) = try read(
            """
            openapi: 3.1.0
            info: {title: A, version: 1.0.0}
            paths:
              /things/{id}:
                parameters:
                  - {name: id, in: path, required: true, description: Shared., schema: {type: string}}
                  - {name: page, in: query, schema: {type: integer}}
                get:
                  operationId: getThing
                  parameters:
                    - {name: page, in: query, required: true, explode: false, schema: {type: integer, minimum: 1}}
                    - {name: tags, in: query, style: pipeDelimited, schema: {type: array}}
                  responses: {'204': {description: Nothing.}}
            """
        )
        #expect(found.isEmpty)
        let parameters = try #require(document.operations.first).parameters
        #expect(parameters.map(\.name) == ["id", "page", "tags"])
        #expect(parameters.map(\.style) == ["simple", "form", "pipeDelimited"])
        #expect(parameters.map(\.explodes) == [false, false, false])
        #expect(parameters[1].isRequired)
        #expect(graph[parameters[1].schema].minimum == JSONNumber(1))
    }

    @Test("names operations by method and path where the document does not")
    func names() throws {
        let (document, _, _) = try read(
            """
            openapi: 3.1.0
            info: {title: A, version: 1.0.0}
            paths:
              /tenants/{tenantId}/api-keys:
                parameters: [{name: tenantId, in: path, required: true, schema: {type: string}}]
                get: {responses: {'200': {description: Keys.}}}
            webhooks:
              thing-made:
                post: {responses: {'200': {description: Seen.}}}
            """
        )
        #expect(document.operations.map(\.id) == ["getTenantsByTenantIdApiKeys"])
        #expect(document.webhooks.map(\.id) == ["postThingMade"])
    }

    @Test("takes security from the root, from the operation, and knows none and optional apart")
    func security() throws {
        let (document, _, found) = try read(
            """
            openapi: 3.1.0
            info: {title: A, version: 1.0.0}
            security: [{key: []}, {basic: [], bearer: [read]}]
            paths:
              /a:
                get: {operationId: inherits, responses: {'200': {description: A.}}}
                put: {operationId: isOpen, security: [], responses: {'200': {description: A.}}}
                post: {operationId: isOptional, security: [{}, {key: []}], responses: {'200': {description: A.}}}
            components:
              securitySchemes:
                key: {type: apiKey, name: X-Key, in: header}
                basic: {type: http, scheme: Basic}
                bearer: {type: http, scheme: bearer}
            """
        )
        #expect(found.isEmpty)
        let security = Dictionary(
            uniqueKeysWithValues: document.operations.map { operation in
                (operation.id, operation.security.map { $0.map(\.scheme) })
            }
        )
        #expect(security == ["inherits": [["key"], ["basic", "bearer"]], "isOpen": [], "isOptional": [[], ["key"]]])
        #expect(
            document.securitySchemes.map(\.scheme.kind) == [
                .apiKey(name: "X-Key", place: .header), .httpBasic, .httpBearer,
            ]
        )
    }

    @Test("resolves bodies, responses, headers and callbacks by reference")
    func references() throws {
        let (document, graph, found) = try read(
            """
            openapi: 3.1.0
            info: {title: A, version: 1.0.0}
            paths:
              /a:
                post:
                  operationId: makeThing
                  requestBody: {$ref: '#/components/requestBodies/Thing', description: Another one.}
                  responses:
                    '201': {$ref: '#/components/responses/Made'}
                  callbacks:
                    done:
                      '{$request.body#/url}':
                        post: {operationId: thingDone, responses: {'200': {description: Seen.}}}
            components:
              schemas:
                Thing: {type: object, description: A thing.}
              requestBodies:
                Thing:
                  required: true
                  content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}, example: {}}}
              responses:
                Made:
                  description: It was made.
                  headers: {Location: {$ref: '#/components/headers/Location'}}
                  content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
              headers:
                Location: {required: true, schema: {type: string}}
            """
        )
        #expect(found.isEmpty)
        let operation = try #require(document.operations.first)
        let body = try #require(operation.requestBody)
        #expect(body.isRequired && body.summary == "Another one.")
        #expect(body.contents.first?.examples == [[:]])
        let schema = try #require(body.contents.first?.schema)
        #expect(graph[schema].reference == document.schemas.first?.schema)
        #expect(operation.responses.map(\.status) == ["201"])
        #expect(operation.responses.first?.response.headers.map(\.name) == ["Location"])
        #expect(operation.callbacks.first?.operations.map(\.id) == ["thingDone"])
    }
}
