import HTTPTypes
import ServiceKit
import Testing

@testable import HTTPServer

@Suite("Whom a request comes from")
struct ClientAddressTests {
    private static let trusted = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) }

    private static func client(_ peer: String?, _ forwarded: [String], trusted: [AddressRange] = trusted) -> String? {
        var headers = HTTPFields()
        for value in forwarded {
            if let name = HTTPField.Name("X-Forwarded-For") { headers.append(HTTPField(name: name, value: value)) }
        }
        return ClientAddress.of(peer: peer, headers, trusted: trusted)
    }

    @Test("the peer is the client where no proxy is trusted, or it is none of them")
    func untrusted() {
        #expect(Self.client("10.0.0.1", ["192.0.2.1"], trusted: []) == "10.0.0.1")
        #expect(Self.client("203.0.113.5", ["192.0.2.1"]) == "203.0.113.5")
        #expect(Self.client(nil, ["192.0.2.1"]) == nil)
    }

    @Test("of a trusted proxy the last address counts that is no proxy's; what a client wrote before it does not")
    func trusted() {
        #expect(Self.client("10.0.0.1", ["192.0.2.1"]) == "192.0.2.1")
        #expect(Self.client("10.0.0.1", ["6.6.6.6, 192.0.2.1, 10.0.0.2"]) == "192.0.2.1")
        #expect(Self.client("10.0.0.1", ["6.6.6.6", "192.0.2.1"]) == "192.0.2.1")
        #expect(Self.client("10.0.0.1", ["10.0.0.3"]) == "10.0.0.3")
        #expect(Self.client("10.0.0.1", []) == "10.0.0.1")
        #expect(Self.client("fd00::1", ["2001:db8::7"]) == "2001:db8::7")
    }

    @Test("what is no address is not believed", arguments: ["unknown", "192.0.2.1:80", "<script>", "10.0.0.0/8", ""])
    func garbage(_ text: String) {
        #expect(Self.client("10.0.0.1", ["6.6.6.6, \(text)"]) == (text.isEmpty ? "6.6.6.6" : "10.0.0.1"))
    }
}
