/// What a user may do in the portal; each role includes the ones before.
public enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
    /// May look at everything but people and the audit log.
    case viewer
    /// May also change tenants and replay messages.
    case `operator`
    /// May also manage people and read the audit log.
    case owner

    /// Less power before more.
    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .owner: 2
        }
    }
}
