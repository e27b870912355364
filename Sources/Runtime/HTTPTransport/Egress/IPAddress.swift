#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An IP address in canonical form: a v4-mapped v6 address (`::ffff:10.0.0.1`) is the v4 address it stands for.
enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Parses the numeric text form; nil for anything else (no name is resolved, no shorthand accepted).
    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self = withUnsafeBytes(of: &v6) { IPAddress(v6Bytes: $0) }
        } else {
            return nil
        }
    }

    /// Reads the address of a socket address, whose memory is `length` bytes from `pointer` on.
    init?(socketAddress pointer: UnsafeRawPointer, length: Int) {
        guard length >= MemoryLayout<sockaddr>.size else { return nil }
        switch Int32(pointer.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            self = .v4(UInt32(bigEndian: pointer.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            var address = pointer.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self = withUnsafeBytes(of: &address) { IPAddress(v6Bytes: $0) }
        default:
            return nil
        }
    }

    private init(v6Bytes bytes: UnsafeRawBufferPointer) {
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        self = value >> 32 == 0xffff ? .v4(UInt32(truncatingIfNeeded: value)) : .v6(value)
    }

    /// Whether the address is reachable from the whole Internet and from nowhere else: not private, not this machine,
    /// not a tunnel into either.
    var isPublic: Bool {
        switch self {
        case .v4(let value): !Self.closedV4.contains { value >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        case .v6(let value): !Self.closedV6.contains { value >> (128 - $0.length) == $0.prefix >> (128 - $0.length) }
        }
    }

    /// IANA IPv4 Special-Purpose Address Registry (RFC 6890 and successors), as of 2025.
    private static let closedV4: [(prefix: UInt32, length: UInt32)] = [
        (0x0000_0000, 8),  // this network
        (0x0a00_0000, 8),  // private
        (0x6440_0000, 10),  // carrier-grade NAT, RFC 6598
        (0x7f00_0000, 8),  // loopback
        (0xa9fe_0000, 16),  // link-local, cloud metadata services among them
        (0xac10_0000, 12),  // private
        (0xc000_0000, 24),  // IETF protocol assignments
        (0xc000_0200, 24),  // documentation
        (0xc058_6300, 24),  // 6to4 relays
        (0xc0a8_0000, 16),  // private
        (0xc612_0000, 15),  // benchmarks
        (0xc633_6400, 24),  // documentation
        (0xcb00_7100, 24),  // documentation
        (0xe000_0000, 4),  // multicast
        (0xf000_0000, 4),  // reserved, broadcast
    ]

    /// IANA IPv6 Special-Purpose Address Registry (RFC 6890 and successors), as of 2025.
    private static let closedV6: [(prefix: UInt128, length: UInt128)] = [
        (0, 96),  // unspecified, loopback, v4-compatible
        (0x0064_ff9b << 96, 96),  // NAT64, RFC 6052
        (0x0064_ff9b_0001 << 80, 48),  // local NAT64, RFC 8215
        (0x0100 << 112, 64),  // discard
        (0x2001_0000 << 96, 23),  // IETF protocol assignments, Teredo among them
        (0x2001_0db8 << 96, 32),  // documentation
        (0x2002 << 112, 16),  // 6to4
        (0x3fff << 112, 20),  // documentation
        (0x5f00 << 112, 16),  // segment routing
        (0xfc00 << 112, 7),  // unique local
        (0xfe80 << 112, 10),  // link-local
        (0xfec0 << 112, 10),  // site-local
        (0xff00 << 112, 8),  // multicast
    ]
}
