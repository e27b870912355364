import ContractConversion
import ContractJSON
import ContractModel
import ContractSource
import Foundation
import Testing

@Suite("An older document")
struct DocumentConversionTests {
    private func convert(_ text: String) throws -> DocumentConversion {
        try #require(DocumentConversion(try SourceStore.read(Array(text.utf8), file: "old.yaml")))
    }

    private func json(_ text: String) throws -> JSONValue {
        try SourceStore.read(Array(text.utf8), file: "expected.yaml").value
    }

    @Test(
        "of OpenAPI 3.0 gets schemas of JSON Schema 2020-12",
        arguments: [
            ("{type: string, nullable: true}", "{type: [string, 'null']}"),
            ("{type: string, nullable: true, enum: [a, null]}", "{type: [string, 'null'], enum: [a, null]}"),
            (
                "{description: D., nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}",
                "{description: D., anyOf: [{allOf: [{$ref: '#/components/schemas/T'}]}, {type: 'null'}]}"
            ),
            (
                "{type: string, nullable: true, enum: [a]}", "{anyOf: [{type: string, enum: [a]}, {type: 'null'}]}"
            ),
            ("{type: number, minimum: 1, exclusiveMinimum: true}", "{type: number, exclusiveMinimum: 1}"),
            ("{type: number, maximum: 1, exclusiveMaximum: false}", "{type: number, maximum: 1}"),
            ("{type: string, example: x}", "{type: string, examples: [x]}"),
            ("{type: string, format: byte}", "{type: string, contentEncoding: base64}"),
            ("{type: string, format: binary}", "{type: string, contentMediaType: application/octet-stream}"),
            ("{$ref: '#/components/schemas/T', nullable: true}", "{$ref: '#/components/schemas/T'}"),
            (
                "{type: array, items: {type: object, properties: {a: {type: integer, nullable: true}}}}",
                "{type: array, items: {type: object, properties: {a: {type: [integer, 'null']}}}}"
            ),
        ])
    func schemas(written: String, expected: String) throws {
        let document = try convert(
            "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    S: \(written)\n"
        ).document
        #expect(document["components"]?["schemas"]?["S"]?.value == (try json(expected)))
        #expect(document["openapi"]?.string == "3.1.0")
    }

    @Test("requires readOnly members in responses only and writeOnly ones in requests only")
    func directions() throws {
        func required(
            _ operation: String, version: String = "openapi: 3.0.3", section: String = "components: {schemas: "
        ) throws -> (list: JSONValue?, notes: [String]) {
            let end = section.hasPrefix("components") ? "}}" : "}"
            let conversion = try convert(
                """
                \(version)
                info: {title: A, version: '1'}
                paths: {/a: {post: \(operation)}}
                \(section){S: {type: object, required: [id, secret, name], properties: {
                  id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}}}\(end)
                """)
            let schema = conversion.document["components"]?["schemas"]?["S"]
            return (schema?["required"]?.value, conversion.notes.map(\.message))
        }
        let use = "content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}"
        let request = try required("{requestBody: {\(use)}, responses: {'204': {description: Done.}}}")
        #expect(request.list == ["secret", "name"] && request.notes == [])
        let response = try required("{responses: {'200': {description: Done., \(use)}}}")
        #expect(response.list == ["id", "name"] && response.notes == [])
        let both = try required("{requestBody: {\(use)}, responses: {'200': {description: Done., \(use)}}}")
        #expect(both.list == ["name"])
        #expect(both.notes == ["id is not required any more.", "secret is not required any more."])
        let old = try required(
            "{parameters: [{in: body, name: b, schema: {$ref: '#/definitions/S'}}], responses: {'200': {description: Done., schema: {$ref: '#/definitions/S'}}}}",
            version: "swagger: '2.0'", section: "definitions: ")
        #expect(old.list == ["secret", "name"], "Swagger 2.0 knows readOnly alone")
    }

    private static let swagger = """
        swagger: '2.0'
        info: {title: Pets, version: '1'}
        host: pets.example.com
        basePath: /v1
        schemes: [https, http]
        produces: [application/json, application/xml]
        securityDefinitions:
          login: {type: basic}
          token: {type: oauth2, flow: accessCode, authorizationUrl: 'https://a', tokenUrl: 'https://t', scopes: {r: Read.}}
        parameters:
          limit: {name: limit, in: query, type: integer, format: int32, maximum: 10, exclusiveMaximum: true}
          payload: {name: payload, in: body, required: true, schema: {$ref: '#/definitions/Pet list'}}
        responses:
          Gone: {description: Gone., schema: {$ref: '#/definitions/Pet list'}}
        paths:
          /pets:
            parameters: [{$ref: '#/parameters/limit'}]
            get:
              operationId: listPets
              parameters:
                - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: pipes}
                - {name: ids, in: query, type: array, items: {type: string}}
              responses:
                '200': {description: All., schema: {type: array, items: {type: file}}, headers: {X-Rate: {type: integer}}}
                '410': {$ref: '#/responses/Gone'}
            post:
              consumes: [application/json]
              parameters: [{$ref: '#/parameters/payload'}]
              responses: {'201': {description: Made.}}
          /pets/photo:
            post:
              consumes: [multipart/form-data]
              parameters:
                - {name: photo, in: formData, type: file, required: true, description: The photo.}
                - {name: labels, in: formData, type: array, items: {type: string}, collectionFormat: multi}
              responses: {'204': {description: Kept.}}
        definitions:
          Pet list: {type: array, items: {type: object, x-nullable: true, discriminator: kind}}
        """

    private static let expected = """
        openapi: 3.1.0
        info: {title: Pets, version: '1'}
        paths:
          /pets:
            parameters: [{$ref: '#/components/parameters/limit'}]
            get:
              operationId: listPets
              parameters:
                - {name: tags, in: query, schema: {type: array, items: {type: string}}, style: pipeDelimited, explode: false}
                - {name: ids, in: query, schema: {type: array, items: {type: string}}, explode: false}
              responses:
                '200':
                  description: All.
                  headers: {X-Rate: {schema: {type: integer}}}
                  content:
                    application/json: &files
                      schema: {type: array, items: {type: string, contentMediaType: application/octet-stream}}
                    application/xml: *files
                '410': {$ref: '#/components/responses/Gone'}
            post:
              parameters: []
              responses: {'201': {description: Made.}}
              requestBody:
                required: true
                content: {application/json: {schema: {$ref: '#/components/schemas/Pet_list'}}}
          /pets/photo:
            post:
              parameters: []
              responses: {'204': {description: Kept.}}
              requestBody:
                required: true
                content:
                  multipart/form-data:
                    encoding: {labels: {explode: true}}
                    schema:
                      type: object
                      required: [photo]
                      properties:
                        photo: {description: The photo., type: string, contentMediaType: application/octet-stream}
                        labels: {type: array, items: {type: string}}
        servers: [{url: 'https://pets.example.com/v1'}, {url: 'http://pets.example.com/v1'}]
        components:
          schemas: {Pet_list: {type: array, items: {type: [object, 'null'], discriminator: {propertyName: kind}}}}
          parameters: {limit: {name: limit, in: query, schema: {type: integer, format: int32, exclusiveMaximum: 10}}}
          responses:
            Gone:
              description: Gone.
              content:
                application/json: {schema: {$ref: '#/components/schemas/Pet_list'}}
                application/xml: {schema: {$ref: '#/components/schemas/Pet_list'}}
          securitySchemes:
            login: {type: http, scheme: basic}
            token: {type: oauth2, flows: {authorizationCode: {authorizationUrl: 'https://a', tokenUrl: 'https://t', scopes: {r: Read.}}}}
        """

    @Test("of Swagger 2.0 says the same in OpenAPI 3.1")
    func swagger() throws {
        let conversion = try convert(Self.swagger)
        let expected = try json(Self.expected)
        for name in expected.object?.names ?? [] {
            #expect(
                conversion.document.value[name] == expected[name],
                "\(name): \(conversion.document.value[name]?.jsonText ?? "")")
        }
        #expect(conversion.document.value.object?.count == expected.object?.count)
        #expect(conversion.notes.map(\.message) == ["The name Pet list becomes Pet_list."])
    }

    @Test("is reported on where it was written")
    func provenance() throws {
        let document = try convert(Self.swagger).document
        let limit = try #require(document["components"]?["parameters"]?["limit"]?["schema"]?["exclusiveMaximum"])
        #expect(limit.pointer == "/components/parameters/limit/schema/exclusiveMaximum")
        #expect(limit.writtenPointer == "/parameters/limit/maximum")
        #expect(limit.file == "old.yaml" && limit.line == 11)
        let schema = try #require(document["components"]?["schemas"]?["Pet_list"]?["items"])
        #expect(schema.location.pointer == "/definitions/Pet list/items")
        let field = document["paths"]?["/pets/photo"]?["post"]?["requestBody"]?["content"]?["multipart/form-data"]
        #expect(field?["schema"]?["properties"]?["photo"]?.writtenPointer == "/paths/~1pets~1photo/post/parameters/0")
    }

    @Test("is read like a 3.1 document")
    func loading() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conversion-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.swagger.utf8).write(to: folder.appending(path: "pets.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("pets.yaml", root: folder.path, attitude: .open)
        #expect(found.filter { $0.severity == .error }.map(\.text) == [])
        guard case .api(let api)? = set.contracts.first?.document else { throw CocoaError(.featureUnsupported) }
        #expect(api.operations.map(\.id) == ["listPets", "postPets", "postPetsPhoto"])
        let list = try #require(api.operations.first)
        #expect(
            list.parameters.map { "\($0.name) \($0.style) \($0.explodes)" } == [
                "limit form true", "tags pipeDelimited false", "ids form false",
            ])
        #expect(list.location.pointer == "/paths/~1pets/get")
    }
}
