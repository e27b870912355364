import Glibc
import Testing

/// Ports that a process can be started on again and again.
enum FreePort {
    /// A free port below the ephemeral range, so that no outgoing connection holds it while its process is away.
    static func find(except taken: some Collection<Int>) throws -> Int {
        let candidates = (20_000..<30_000).shuffled().lazy.filter { !taken.contains($0) && isFree($0) }
        return try #require(candidates.first, "there is no free port")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
