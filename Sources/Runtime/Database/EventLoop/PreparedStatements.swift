/// Which statements a connection has prepared, the 256 used last.
struct PreparedStatements {
    static let limit = 256

    private struct Entry {
        var name: String
        var lastUse: Int
    }

    private var entries: [PreparedKey: Entry] = [:]
    private var evicted: [String] = []
    private var uses = 0
    private var namesMade = 0

    /// The statement's name at the server, if it is prepared. Counts as a use.
    mutating func name(for key: PreparedKey) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name that this connection has not used before.
    mutating func makeName() -> String {
        namesMade += 1
        return "s\(namesMade)"
    }

    /// Notes that the server has prepared a statement; the one not used for longest may have to go.
    mutating func insert(_ key: PreparedKey, name: String) {
        uses += 1
        if let old = entries.updateValue(Entry(name: name, lastUse: uses), forKey: key) { evicted.append(old.name) }
        if entries.count > Self.limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            if let entry = entries.removeValue(forKey: oldest) { evicted.append(entry.name) }
        }
    }

    /// Forgets all.
    mutating func evictAll() {
        evicted.append(contentsOf: entries.values.map(\.name))
        entries = [:]
    }

    /// Names that the server still knows and nobody will use.
    mutating func takeEvicted() -> [String] {
        defer { evicted = [] }
        return evicted
    }
}
