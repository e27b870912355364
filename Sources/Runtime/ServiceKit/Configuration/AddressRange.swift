#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An IP address, or all that begin with the same bits: `10.0.0.0/8`, `fd00::/8`, `192.0.2.7`.
public struct AddressRange: Sendable, Hashable {
    /// 16 bytes; those of IPv4 are mapped into IPv6 (RFC 4291 §2.5.5.2).
    private let bytes: [UInt8]
    /// How many bits count, from 0 to 128.
    private let length: Int

    /// Reads an address, with or without a length.
    /// - Returns: nil if it is none.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.bytes(of: String(first)) else { return nil }
        let isV4 = !first.contains(":")
        var length = 128
        if parts.count > 1 {
            guard let number = Int(parts[1]), (0...(isV4 ? 32 : 128)).contains(number) else { return nil }
            length = isV4 ? 96 + number : number
        }
        self.bytes = bytes
        self.length = length
    }

    /// Whether an address is one of them; what is no address is none.
    public func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address) else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other[bit / 8] & mask
        }
    }

    /// What belongs to one customer of a network provider: an IPv4 address, or the first 64 bits of an IPv6 one, of which
    /// everybody has 2⁶⁴ (RFC 6177). For counting what comes from one place; text that is no address is answered as it is.
    public static func neighbourhood(of address: String) -> String {
        guard let bytes = bytes(of: address) else { return address }
        if bytes.prefix(12) == mapped[...] { return bytes.suffix(4).map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }

    private static let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// The 16 bytes of a numeric address; no name is resolved, no shorthand taken.
    private static func bytes(of text: String) -> [UInt8]? {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return mapped + withUnsafeBytes(of: &v4) { Array($0) } }
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: &v6) { Array($0) } }
        return nil
    }
}

extension ValueForm {
    /// Addresses and ranges of addresses, separated by commas.
    static let addressRanges = ValueForm("IP addresses or ranges as 10.0.0.0/8, separated by commas") { value in
        value.split(separator: ",").allSatisfy { AddressRange($0.trimmed) != nil }
            ? nil : "holds something that is no IP address or range"
    }
}
