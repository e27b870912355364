import ContractRuntime

/// Where Redis is and how to log in: `redis://[user[:password]@]host[:port][/database]`, user and password
/// percent-encoded.
struct RedisAddress: Sendable {
    private(set) var host: String
    private(set) var port: Int32 = 6379
    private(set) var user = ""
    private(set) var password = ""
    private(set) var database = 0

    init(url: String) throws(CacheError) {
        let scheme = "redis://"
        guard url.hasPrefix(scheme), !url.utf8.contains(0) else {
            throw Self.malformed("must begin with redis://")
        }
        var rest = url.dropFirst(scheme.count)
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            guard path.isEmpty || Int(path).map({ (0...65_535).contains($0) }) == true else {
                throw Self.malformed("names no database number")
            }
            database = Int(path) ?? 0
            rest = rest[..<slash]
        }
        // The last @ ends the credentials: an unencoded one in a password does no harm.
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = Self.decoded(parts[0]), let password = Self.decoded(parts.count == 2 ? parts[1] : "")
            else {
                throw Self.malformed("has credentials with a broken percent encoding")
            }
            (self.user, self.password) = (user, password)
            rest = rest[rest.index(after: at)...]
        }
        host = String(rest)
        if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
            guard let number = Int32(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else {
                throw Self.malformed("has a wrong port")
            }
            port = number
            host = String(rest[..<colon])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { throw Self.malformed("names no host") }
    }

    /// The commands that log in, choose the database and ask for a sign of life; none may be answered with an error. A
    /// server that hangs or still loads its data accepts connections as well: only an answer shows that it serves.
    var greeting: [RedisCommand] {
        var commands: [RedisCommand] = []
        if !password.isEmpty {
            commands.append(RedisCommand(user.isEmpty ? ["AUTH", password] : ["AUTH", user, password]))
        }
        if database != 0 { commands.append(RedisCommand(["SELECT", String(database)])) }
        return commands + [RedisCommand(["PING"])]
    }

    private static func malformed(_ problem: String) -> CacheError {
        CacheError(.misconfigured, reason: "the cache's address \(problem)")
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
