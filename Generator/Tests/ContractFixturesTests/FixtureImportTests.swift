import ContractFixtures
import ContractJSON
import ContractModel
import Foundation
import Testing

@Suite("Importing fixtures")
struct FixtureImportTests {
    private func importer(seed: UInt64 = 7, root: String = Project.root) -> FixtureImport {
        FixtureImport(Project.set, root: root, scrubber: Scrubber(graph: Project.set.graph, seed: seed))
    }

    private func entry(
        _ method: String, _ url: String, request: String? = nil, status: Int = 200, response: String = ""
    ) -> JSONValue {
        [
            "log": [
                "entries": [
                    [
                        "request": [
                            "method": .string(method), "url": .string(url),
                            "postData": request.map { ["mimeType": "application/json", "text": .string($0)] } ?? .null,
                        ],
                        "response": [
                            "status": .number(JSONNumber(status)),
                            "content": ["mimeType": "application/json", "text": .string(response)],
                        ],
                    ]
                ]
            ]
        ]
    }

    @Test("finds the operation behind any host and prefix, scrubs, and names the fixture after its content")
    func har() throws {
        let archive = entry(
            "POST", "https://gateway.invalid/relay/api/v1/tenants?x=1",
            request: #"{"name": "Erika Mustermann GmbH", "phoneNumberId": "100200300400500"}"#, status: 400,
            response: #"{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "no"}"#)
        var first = importer()
        let found = first.importHAR(archive)
        let request = try #require(found.first)
        guard case .fixture = request.outcome else { throw Unexpected(text: "\(request)") }
        #expect(
            request.path?.hasPrefix(
                "Contract-Tests/Fixtures/services/tenant-service/createTenant/createTenant.recorded-") == true)
        #expect(request.document?.jsonText.contains("Mustermann") == false)
        #expect(request.document?["phoneNumberId"]?.string?.count == 15)
        var second = importer()
        #expect(second.importHAR(archive).first?.path == request.path)
        #expect(second.importHAR(archive).first.map { if case .known = $0.outcome { true } else { false } } == true)
    }

    @Test("a second import finds what the first wrote, although its pseudonyms are others")
    func twice() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "fixtures-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let archive = entry(
            "POST", "http://localhost:8101/api/v1/tenants",
            request: #"{"name": "Erika Mustermann GmbH", "phoneNumberId": "100200300400500"}"#)
        var first = importer(seed: 1, root: root)
        let written = try #require(first.importHAR(archive).first)
        guard case .fixture = written.outcome else { throw Unexpected(text: "\(written)") }
        let file = URL(fileURLWithPath: "\(root)/\(try #require(written.path))")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((written.document?.jsonText ?? "").utf8).write(to: file)
        var second = importer(seed: 2, root: root)
        let known = try #require(second.importHAR(archive).first)
        guard case .known = known.outcome else { throw Unexpected(text: "\(known)") }
        #expect(known.path == written.path)
        #expect(known.document != written.document)
    }

    @Test("a document that breaks its contract is refused with its violations")
    func refused() throws {
        var importer = importer()
        let found = importer.importHAR(entry("POST", "http://localhost:8101/api/v1/tenants", request: #"{"name": 1}"#))
        guard case .refused(let violations)? = found.first?.outcome else { throw Unexpected(text: "\(found)") }
        #expect(violations.contains { $0.instancePointer == "/name" })
    }

    @Test("what no contract knows is said, not dropped")
    func foreign() {
        var importer = importer()
        let found = importer.importHAR(entry("GET", "https://elsewhere.invalid/robots.txt"))
        #expect(found.map { if case .foreign = $0.outcome { true } else { false } } == [true])
    }

    @Test("an object of an archive bucket is held against what the bucket holds")
    func archived() throws {
        let name = "Contract-Tests/Fixtures/whatsapp/WebhookNotification"
        let file = try #require(FixtureFolders(root: Project.root).documents(in: name).first)
        let text = try Project.json("\(name)/\(file)").jsonText
        var importer = importer()
        let document = importer.importArchived(text, bucket: "webhooks-inbound", source: "x.json")
        guard case .fixture = document.outcome else { throw Unexpected(text: "\(document)") }
        #expect(document.path?.hasPrefix("\(name)/WebhookNotification.recorded-") == true)
        let unknown = importer.importArchived(text, bucket: "somewhere", source: "x.json")
        #expect({ if case .foreign = unknown.outcome { true } else { false } }())
    }

    struct Unexpected: Error { var text: String }
}

@Suite("Coverage by fixtures")
struct CoverageTests {
    @Test("names what has no fixture, and nothing that has one")
    func uncovered() throws {
        let (uncovered, total) = FixtureCoverage.check(Project.set, FixtureFolders(root: Project.root))
        #expect(total > 150)
        #expect(uncovered.count < total / 2, "\(uncovered.count) of \(total)")
        #expect(!uncovered.contains { $0.title.contains("(createTenant)") && $0.kind == .request })
        #expect(!uncovered.contains { $0.kind == .message && $0.title == "DeadLetter" })
    }

    @Test("without fixtures everything is uncovered")
    func empty() {
        let (uncovered, total) = FixtureCoverage.check(Project.set, FixtureFolders(root: "/nowhere"))
        #expect(uncovered.count == total)
    }
}
