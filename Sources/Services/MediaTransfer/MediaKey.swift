public import ContractRuntime

/// Keys of stored files.
public enum MediaKey {
    /// `{tenant}/{yyyy}/{mm}/{dd}/{id}`, without extension. The same file gets the same key, so that fetching it again
    /// replaces it.
    public static func key(tenantID: String, at time: DateTime, id: String) -> String {
        let day = DateTime(millisecondsSinceEpoch: time.millisecondsSinceEpoch).text.prefix(10)
        return "\(tenantID)/\(day.split(separator: "-").joined(separator: "/"))/\(id)"
    }
}
