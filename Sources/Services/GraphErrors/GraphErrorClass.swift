public import SharedContract

import SharedContract

/// What an error code of the Graph API asks for. The table is the one of `x-error-codes` in `Specs/whatsapp/graph.yaml`
/// (with sources there); a test holds the two together.
public enum GraphErrorClass: String, Sendable, Hashable {
    /// Refused before processing: repeat after a wait.
    case throttle
    /// Temporary at Meta: repeat.
    case transient
    /// Nothing is known about what was done.
    case unknownOutcome
    /// The token is bad or lacks a permission: every message of the tenant meets the same.
    case authentication
    /// Repeating never helps.
    case permanent

    /// The class of a code; nil for one that the table does not know.
    public init?(code: Int) {
        if let known = Self.table[code] {
            self = known
        } else if (200...299).contains(code) {
            self = .authentication
        } else {
            return nil
        }
    }

    /// The class of an answer other than a success. Meta says to decide by code (error codes, September 2026); where the
    /// table does not know it or there is none, what the answer says of itself and its status have to do.
    /// - Parameters:
    ///   - code: nil: the body was no error body, for example a gateway's page.
    ///   - isTransient: `is_transient`, where it is said.
    public init(status: Int, code: Int?, isTransient: Bool = false) {
        if let code, let known = Self(code: code) {
            self = known
        } else if isTransient {
            self = .transient
        } else {
            self =
                switch status {
                case 401: .authentication
                case 429: .throttle
                // The request did not arrive in time.
                case 408, 425: .transient
                case 400..<500: .permanent
                default: .unknownOutcome
                }
        }
    }

    /// Whom a code of class ``throttle`` stops (`scope` of the table): the tenant, whose token, account and app all its
    /// numbers share, one number, or one recipient or template only. Without a code it was HTTP 429, which counts calls.
    public static func scope(code: Int?) -> SendThrottled.Scope {
        guard let code else { return .tenant }
        return tenantWide.contains(code) ? .tenant : numberWide.contains(code) ? .number : .recipient
    }

    /// Codes of class ``throttle`` whose `scope` is app or account.
    static let tenantWide: Set<Int> = [4, 17, 613, 80_007]
    /// Codes of class ``throttle`` whose `scope` is number.
    static let numberWide: Set<Int> = [429, 130_429, 133_015, 133_016]

    /// Seconds to wait before the next attempt, for codes of class ``throttle``.
    /// - Parameter attempt: Which attempt was refused, from 1.
    public static func waitSeconds(code: Int, attempt: Int) -> Double {
        guard code != 131_056 else {
            // The pair limit asks for 4^n seconds (Meta, about the platform); past 4^5 it is 17 minutes, longer than
            // any lane waits.
            return (0..<min(max(attempt - 1, 0), 5)).reduce(1) { wait, _ in wait * 4 }
        }
        return waits[code] ?? defaultWaitSeconds
    }

    /// Where Meta names no wait.
    static let defaultWaitSeconds = 5.0

    /// `waitSeconds` of the table.
    static let waits: [Int: Double] = [
        131_049: 86_400, 131_056: 1, 131_057: 60, 133_015: 300, 133_016: 259_200, 134_101: 600,
    ]

    static let table: [Int: GraphErrorClass] = {
        let codes: [GraphErrorClass: [Int]] = [
            .throttle: [4, 17, 429, 613, 80_007, 130_429, 131_049, 131_056, 133_015, 133_016, 134_101],
            .transient: [2, 408, 131_016, 131_053, 131_057, 133_004, 2_494_100],
            .unknownOutcome: [1, 500, 131_000],
            .authentication: [0, 3, 10, 104, 190, 131_005],
            .permanent: [
                33, 100, 368, 400, 402, 410, 430, 432, 470, 471, 472, 501, 803, 130_403, 130_472, 130_497, 131_008,
                131_009, 131_021, 131_026, 131_030, 131_031, 131_037, 131_042, 131_045, 131_047, 131_048, 131_050,
                131_051, 131_052, 131_055, 131_060, 131_062, 131_063, 131_064, 132_000, 132_001, 132_005, 132_007,
                132_012, 132_015, 132_016, 132_018, 132_068, 132_069, 133_000, 133_005, 133_006, 133_008, 133_009,
                133_010, 134_011, 134_100, 134_102, 135_000, 136_024, 136_025, 137_000, 138_006, 139_100, 2_593_107,
                2_593_108, 2_593_109,
            ],
        ]
        return Dictionary(uniqueKeysWithValues: codes.flatMap { entry in entry.value.map { ($0, entry.key) } })
    }()
}
