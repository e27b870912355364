import ContractJSON
import ContractRuntime
import SharedContract
import Testing
import WhatsAppAPIServiceContract

@testable import OutboundTransformer

@Suite("Addresses that customers get to see")
struct ShownAddressTests {
    private static let refused = [
        "javascript:alert(1)", "JAVASCRIPT://x/%0aalert(1)", "file:///etc/passwd", "data:text/html,x",
        "ftp://a.example/f",
        "https://a.example/x\r\nX: y", "https://a.example/\u{202E}gpj.exe", "https://bank.example@evil.example/",
        "https://",
        "https:evil.example", "//evil.example/f", "https://a.example/a b", "",
    ]

    @Test("what a customer had better not open is not shown", arguments: refused)
    func refuses(address: String) {
        #expect(ShownAddress.ofFile(address) == nil)
        #expect(ShownAddress.ofLink(address) == nil)
    }

    @Test("files are shown over TLS only, links without it too")
    func shows() {
        #expect(ShownAddress.ofFile("https://files.example/a%20b.pdf?x=1#2") == "https://files.example/a%20b.pdf?x=1#2")
        #expect(ShownAddress.ofFile("http://files.example/a.pdf") == nil)
        #expect(ShownAddress.ofLink("http://shop.example/") == "http://shop.example/")
        #expect(ShownAddress.ofLink("HTTPS://shop.example/ä") == "HTTPS://shop.example/ä")
    }

    @Test(
        "a file that can't be fetched reaches the customer as its label, with the address only where it is safe",
        arguments: [
            ("javascript:alert(document.cookie)", "[File offer.pdf]"), ("file:///etc/passwd", "[File offer.pdf]"),
            ("https://a.example/x\r\nhttps://evil.example", "[File offer.pdf]"),
            ("https://files.example/offer.pdf", "[File offer.pdf] https://files.example/offer.pdf"),
        ])
    func attachments(address: String, expected: String) throws {
        let content: JSONValue = [
            "contentType": "Attachment",
            "attachment": ["id": "a", "mediaType": "File", "url": .string(address), "filename": "offer.pdf"],
        ]
        let message: JSONValue = try JSONValue(
            parsing: try World.message("g1", text: "", content: [content]).body)
        let update = try #require(message["update"]?.object)
        #expect(Fixtures.bodies(Transformed(update: update)) == [expected])
    }
}
