import ContractDocs
import ContractModel
import Foundation
import Testing

@Suite("The reference")
struct DocsSiteTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The reference of the project's own contracts.
    private static let pages: [String: String] = {
        let (set, found) = ContractSetLoader.load(root: project.path)
        guard !found.contains(where: { $0.severity == .error }) else { return [:] }
        return Dictionary(uniqueKeysWithValues: DocsSite.pages(of: set).map { ($0.path, $0.text) })
    }()

    private static func page(_ name: String) throws -> String { try #require(pages[name], "\(pages.keys.sorted())") }

    @Test("every link leads to a page and a place that exist")
    func links() throws {
        let html = Self.pages.filter { $0.key.hasSuffix(".html") }
        #expect(html.count >= 20)
        var targets: Set<String> = []
        for (name, text) in html {
            targets.insert(name)
            var ids: Set<String> = []
            for match in text.matches(of: /\sid="([^"]+)"/) {
                #expect(ids.insert(String(match.1)).inserted, "\(name) has #\(match.1) twice")
                targets.insert("\(name)#\(match.1)")
            }
        }
        var count = 0
        for (name, text) in html {
            for match in text.matches(of: /href="([^"]+)"/) {
                let href = String(match.1)
                if href == "style.css" { continue }
                let target = href.hasPrefix("#") ? name + href : href
                #expect(targets.contains(target), "\(name) links to \(href)")
                count += 1
            }
        }
        #expect(count > 2_000)
    }

    @Test("nothing is loaded from elsewhere")
    func noExternalAssets() {
        for (name, text) in Self.pages {
            for attribute in ["src=\"http", "href=\"http", "url(http", "@import", "src=\"//", "href=\"//"] {
                #expect(!text.contains(attribute), "\(name) has \(attribute)")
            }
        }
    }

    @Test("an operation leads to its schema and the schema back to the operation")
    func schemasBothWays() throws {
        let page = try Self.page("TenantServiceContract.html")
        #expect(page.contains("href=\"SharedContract.html#schema-Tenant\""))
        let shared = try Self.page("SharedContract.html")
        let start = try #require(shared.range(of: "id=\"schema-Tenant\""))
        let section = shared[start.lowerBound...].prefix { _ in true }.prefix(40_000)
        let end = section.range(of: "</section>")?.lowerBound ?? section.endIndex
        #expect(
            section[..<end].contains("href=\"TenantServiceContract.html#operation-getTenant\"")
                || section[..<end].contains("href=\"TenantServiceContract.html#operation-"))
    }

    @Test("a channel leads to its producers and consumers, and these back to it")
    func channelsBothWays() throws {
        let messaging = try Self.page("RelayMessagingContract.html")
        #expect(
            messaging.contains("<strong>Consumed by</strong> <a href=\"services.html#service-inbound-transformer\""))
        #expect(
            messaging.contains(
                "<strong>Produced by</strong> <a href=\"services.html#service-whatsapp-webhook-service\""))
        let services = try Self.page("services.html")
        #expect(services.contains("Consumes <a href=\"RelayMessagingContract.html#channel-inboundMessages\""))
        #expect(services.contains("Produces <a href=\"RelayMessagingContract.html#channel-inboundMessages\""))
    }

    @Test("keys and buckets lead to their documents")
    func keysAndBuckets() throws {
        let cache = try Self.page("RelayCacheContract.html")
        #expect(cache.contains("<code>mapping:wa:{waId}</code>"))
        #expect(cache.contains("#schema-CustomerMappingEntry"))
        let buckets = try Self.page("buckets.html")
        #expect(buckets.contains("href=\"WhatsAppWebhookContract.html#schema-WebhookNotification\""))
        #expect(buckets.contains("href=\"GenesysWebhookContract.html#schema-OutboundNotification\""))
        for bucket in ["webhooks-inbound", "webhooks-outbound", "media-inbound", "media-outbound"] {
            #expect(buckets.contains("id=\"bucket-\(bucket)\""))
        }
    }

    @Test("what a schema asks for beside types and limits is said in sentences")
    func conditions() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = """
            $schema: https://json-schema.org/draft/2020-12/schema
            $defs:
              Address:
                type: object
                properties: {country: {enum: [US, NL]}, zip: {type: string}, card: {type: string}}
                required: [ghost]
                patternProperties: {'^x-': {type: integer}}
                dependentRequired: {card: [zip]}
                if: {properties: {country: {const: US}}}
                then: {required: [zip]}
                not: {required: [wrong]}
              Pair: {type: array, prefixItems: [{type: string}, {type: integer}], contains: {type: integer}}
            """
        try Data(text.utf8).write(to: folder.appending(path: "address.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("address.yaml", root: folder.path, attitude: .open)
        #expect(!found.contains { $0.severity == .error })
        let pages = DocsSite.pages(of: set).map(\.text).joined()
        for sentence in [
            "Has <code>ghost</code>.", "Members that match <code>^x-</code>: integer.",
            "With <code>card</code> also <code>zip</code>.",
            "If <code>country</code> is <code>&quot;US&quot;</code>, then <code>zip</code> is there.",
            "Not: <code>wrong</code> is there.", "Elements in this order: string, integer.",
            "At least 1 of the elements: integer.",
        ] {
            #expect(pages.contains(sentence), "\(sentence)")
        }
    }

    @Test("an object that its parts close is not called open, and members of an object without a name are shown")
    func inlineObjects() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let body = "type: object, properties: {street: {type: string}}, unevaluatedProperties: false"
        let text = """
            openapi: 3.1.0
            info: {title: A, version: "1"}
            paths:
              /a:
                post:
                  operationId: a
                  requestBody: {content: {application/json: {schema: {\(body)}}}}
                  responses: {'204': {description: Done.}}
            """
        try Data(text.utf8).write(to: folder.appending(path: "api.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("api.yaml", root: folder.path, attitude: .open)
        #expect(!found.contains { $0.severity == .error })
        let pages = DocsSite.pages(of: set).map(\.text).joined()
        #expect(pages.contains("<code>street</code>"))
        #expect(pages.contains("No members besides those that the parts above name."))
        #expect(!pages.contains("Other members may be there."))
    }

    @Test("text of a contract cannot become markup")
    func escaping() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = """
            openapi: 3.1.0
            info: {title: "</title><script>alert(1)</script>", version: "1"}
            paths: {}
            components:
              schemas:
                Thing: {type: string, description: "<img src=x onerror=alert(1)> `<b>` & more", examples: ["</pre><script>"]}
            """
        try Data(text.utf8).write(to: folder.appending(path: "api.yaml"))
        let (set, _) = ContractSetLoader.loadDocument("api.yaml", root: folder.path, attitude: .open)
        for page in DocsSite.pages(of: set) where page.path.hasSuffix(".html") {
            #expect(!page.text.contains("<script>"), "\(page.path)")
            #expect(!page.text.contains("<img"), "\(page.path)")
        }
        let script = try #require(DocsSite.pages(of: set).first { $0.path == "reference.js" })
        #expect(!script.text.contains("</script>"))
    }

    @Test("colours follow the system and can be switched; all can be reached by keyboard")
    func keyboardAndColours() throws {
        let page = try Self.page("index.html")
        for mark in [
            "class=\"skip\"", "role=\"combobox\"", "aria-label=\"Switch between light and dark\"",
            "aria-current=\"page\"", "lang=\"en\"",
        ] {
            #expect(page.contains(mark), "\(mark)")
        }
        let style = try #require(Self.pages["style.css"])
        #expect(style.contains("prefers-color-scheme: dark"))
        #expect(style.contains(":focus-visible"))
    }
}
