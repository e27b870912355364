import ContractModel
import Foundation
import Testing

/// AsyncAPI documents as models.
@Suite("An AsyncAPI document")
struct AsyncAPIReaderTests {
    @Test("gives channels, messages and operations with traits merged")
    func model() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "asyncapi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = """
            asyncapi: 3.0.0
            info: {title: A, version: 1.0.0}
            defaultContentType: application/json
            channels:
              things:
                address: things.{lane}
                description: All things.
                messages:
                  made: {$ref: '#/components/messages/thingMade'}
                  inline-thing: {payload: {type: string}}
                parameters: {lane: {description: The lane.}}
                bindings: {amqp: {is: queue, queue: {name: things}}}
                x-relay-topology: {exchange: {name: things}}
            operations:
              publishThing:
                action: send
                channel: {$ref: '#/channels/things'}
                messages: [{$ref: '#/channels/things/messages/made'}]
                traits: [{bindings: {amqp: {ack: true, priority: 1}}}, {bindings: {amqp: {priority: 2}}}]
                bindings: {amqp: {mandatory: true}}
              consumeThings:
                action: receive
                channel: {$ref: '#/channels/things'}
                reply: {channel: {$ref: '#/channels/things'}}
            components:
              messages:
                thingMade:
                  summary: A thing was made.
                  traits: [{headers: {type: object}, contentType: text/plain, summary: From the trait.}]
                  correlationId: {location: $message.header#/id}
                  payload:
                    schemaFormat: application/schema+json;version=draft-2020-12
                    schema: {$ref: '#/components/schemas/Thing'}
              schemas:
                Thing: {type: object}
            """
        try Data(text.utf8).write(to: folder.appending(path: "queue.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("queue.yaml", root: folder.path)
        #expect(found.isEmpty)
        guard case .messaging(let document)? = set.contracts.first?.document else { return #expect(Bool(false)) }
        #expect(document.messages.map(\.name) == ["ThingMade", "InlineThing"])
        #expect(document.channels.first?.messages == ["ThingMade", "InlineThing"])
        #expect(document.channels.first?.amqp["is"] == "queue")
        #expect(document.channels.first?.extensions["x-relay-topology"] != nil)
        let made = try #require(document.messages.first)
        #expect(made.summary == "A thing was made." && made.contentType == "text/plain" && made.headers != nil)
        #expect(made.correlationID == "$message.header#/id")
        let payload = try #require(made.payload)
        #expect(set.graph[payload].reference == document.schemas.first?.schema)
        let publish = try #require(document.operations.first)
        #expect(publish.messages == ["ThingMade"])
        #expect(publish.amqp == .init([("ack", true), ("priority", 2), ("mandatory", true)]))
        #expect(document.operations.last?.messages == ["ThingMade", "InlineThing"])
        #expect(document.operations.last?.replyChannel == "things")
    }
}
