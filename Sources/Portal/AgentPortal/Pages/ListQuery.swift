import ContractRuntime

/// The query of an address that leads to a list: what is filtered by, and where the list goes on.
struct ListQuery {
    private var parts: [String] = []

    /// Adds a field; an empty one is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        parts.append("\(name)=\(PercentCoding.encode(value))")
    }

    /// Without question mark; empty if nothing was added.
    var text: String { parts.joined(separator: "&") }

    /// An address with the query.
    func address(_ path: String) -> String { parts.isEmpty ? path : "\(path)?\(text)" }
}
