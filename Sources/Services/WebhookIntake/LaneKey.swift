/// Keys of lanes: what has the same key is handled in order.
public enum LaneKey {
    /// Most bytes of a routing key (AMQP 0-9-1 short string).
    private static let maximumBytes = 255

    /// `{addressee}:{customer}`, without a customer the addressee alone.
    ///
    /// Ids come from outside; one that no routing key can hold is replaced by an identifier derived from it, which keeps
    /// the order just as well.
    /// - Parameters:
    ///   - addressee: The business number, account or integration.
    ///   - customer: The customer's id there.
    public static func key(_ addressee: String, customer: String?) -> String {
        let key = customer.map { "\(addressee):\($0)" } ?? addressee
        guard isUsable(key) else { return StableIdentifier.derived(from: addressee, customer ?? "") }
        return key
    }

    private static func isUsable(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= maximumBytes && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
