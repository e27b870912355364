import ContractFixtures
import ContractInterpreter
import ContractJSON
import ContractModel
import Foundation
import Testing

/// The project's own contracts and fixtures.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static let set: ContractSet = ContractSetLoader.load(root: root).0

    static func schema(_ place: String) -> SchemaID? {
        set.graph.schemas.indices.map { SchemaID(index: $0) }.first { SchemaPlace.text($0, in: set.graph) == place }
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))))
    }
}

@Suite("Scrubbing")
struct ScrubberTests {
    private let scrubber = Scrubber(graph: Project.set.graph, seed: 7)

    @Test("keys of maps, places and birthdays are replaced in their form")
    func inconspicuous() throws {
        let before: JSONValue = [
            "4915112345678": [
                "latitude": .number(JSONNumber("52.52")!), "longitude": "13.404954", "birthday": "1984-03-17",
            ],
            "erika@web.invalid": 1, "statuses": 2, "line2": 3,
        ]
        let after = try #require(scrubber.scrubbed(before).object)
        #expect(after.names.suffix(2) == ["statuses", "line2"])
        #expect(after.names[0].count == 13 && after.names[0] != "4915112345678")
        #expect(after.names[1].hasSuffix("@example.com"))
        let inner = try #require(after[after.names[0]])
        #expect(inner["latitude"]?.number.map { $0.double >= 0 && $0.double < 80 && $0.double != 52.52 } == true)
        #expect(inner["longitude"]?.string.flatMap(Double.init).map { $0 >= 0 && $0 < 80 } == true)
        #expect(inner["birthday"]?.string?.wholeMatch(of: #/19[5-9]\d-[01]\d-[0-2]\d/#) != nil)
        #expect(inner["birthday"] != "1984-03-17")
    }

    @Test(
        "phone numbers, names, texts, tokens, ids and addresses are replaced; the contract's words and times are kept")
    func kinds() {
        let before: JSONValue = [
            "wa_id": "4915112345678", "from": "+4915112345678", "name": "Erika Mustermann", "mail": "erika@web.invalid",
            "body": "Please call me at home tonight.", "id": "wamid.HBgNNDkxNTExMjM0NTY3OBUC",
            "messaging_product": "whatsapp",
            "timestamp": "1763632000", "time": "2026-11-20T09:15:30.125Z", "mime_type": "image/jpeg",
            "token": "EAAGm0PX4ZCpsBAKZB",
            "url": "https://lookaside.fbsbx.com/whatsapp/?mid=987654321&hash=ATvQ",
            "conversationId": "3f2b9c1e-7a44-4b55-9c66-0d1e2f3a4b5c",
            "ip": "203.0.113.9", "language": "de_DE", "count": 3, "phone_number_id": 106540352242922,
        ]
        let after = scrubber.scrubbed(before)
        for kept in ["messaging_product", "timestamp", "time", "mime_type", "language", "count"] {
            #expect(after[kept] == before[kept], "\(kept)")
        }
        for name in before.object?.names ?? []
        where !["messaging_product", "timestamp", "time", "mime_type", "language", "count"].contains(name) {
            #expect(after[name] != before[name], "\(name)")
        }
        let text = after.jsonText
        for secret in [
            "Mustermann", "15112345678", "erika", "HBgNNDkx", "EAAGm0PX", "987654321", "3f2b9c1e", "203.0.113",
            "tonight",
        ] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(after["url"]?.string?.hasPrefix("https://lookaside.fbsbx.com/") == true)
        #expect(after["id"]?.string?.hasPrefix("wamid.") == true)
        #expect(after["body"]?.string?.count == before["body"]?.string?.count)
    }

    @Test("the same value becomes the same pseudonym, with and without the plus of a phone number")
    func consistency() throws {
        let after = scrubber.scrubbed([
            "a": ["wa_id": "4915112345678"], "b": [["from": "+4915112345678"]], "c": "4915112345678",
        ])
        let number = try #require(after["a"]?["wa_id"]?.string)
        #expect(after["b"]?[0]?["from"]?.string == "+" + number)
        #expect(after["c"]?.string == number)
        #expect(
            Scrubber(graph: Project.set.graph, seed: 8).scrubbed(["wa_id": "4915112345678"])["wa_id"]?.string != number)
    }

    @Test("JSON inside a string is scrubbed as well")
    func embedded() throws {
        let after = scrubber.scrubbed(["body": #"{"from":"4915112345678","type":"text"}"#])
        let inner = try JSONValue(parsing: try #require(after["body"]?.string))
        #expect(inner["type"] == "text")
        #expect(inner["from"] != "4915112345678")
        #expect(inner["from"]?.string?.count == 13)
    }

    @Test("scrubbed fixtures of ours stay valid")
    func validity() throws {
        let interpreter = SchemaInterpreter(graph: Project.set.graph)
        let folders = FixtureFolders(root: Project.root)
        #expect(folders.diagnostics.isEmpty)
        var broken: [String] = []
        var count = 0
        for entry in folders.entries {
            // Schemas that no contract reaches have no place in the graph.
            guard let schema = Project.schema(entry.schema) else { continue }
            for name in folders.documents(in: entry.folder) {
                let value = try Project.json("\(entry.folder)/\(name)")
                guard interpreter.isValid(value, against: schema) else { continue }
                count += 1
                let violations = interpreter.violations(of: scrubber.scrubbed(value), against: schema)
                if let first = violations.first {
                    broken.append("\(entry.folder)/\(name): \(first.instancePointer): \(first.message)")
                }
            }
        }
        #expect(count > 300)
        #expect(broken == [])
    }
}
