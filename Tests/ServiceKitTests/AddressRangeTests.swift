import ServiceKit
import Testing

@Suite("Ranges of addresses")
struct AddressRangeTests {
    @Test(
        "hold what begins with the same bits",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("192.0.2.6/31", "192.0.2.7", true), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::/0", "10.1.1.1", true), ("10.0.0.0/8", "ten", false),
        ])
    func contains(_ range: String, _ address: String, _ isIn: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isIn)
    }

    @Test(
        "what is none is refused",
        arguments: ["", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "fd00::/129", "host", "10.0.0.0/8/8"])
    func refused(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test("a neighbourhood is an IPv4 address or 64 bits of IPv6")
    func neighbourhoods() {
        #expect(AddressRange.neighbourhood(of: "192.0.2.7") == "192.0.2.7")
        #expect(AddressRange.neighbourhood(of: "::ffff:192.0.2.7") == "192.0.2.7")
        #expect(AddressRange.neighbourhood(of: "2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64")
        #expect(
            AddressRange.neighbourhood(of: "2001:db8:1:2::1") == AddressRange.neighbourhood(of: "2001:db8:1:2:ffff::"))
        #expect(AddressRange.neighbourhood(of: "unknown") == "unknown")
    }
}
