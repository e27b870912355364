import ContractRuntime
import Database

/// A place in a list that is ordered by time and id, newest first; rows added later do not move it.
struct ListPosition: Hashable {
    let microseconds: Int
    let id: String

    init(microseconds: Int, id: String) {
        self.microseconds = microseconds
        self.id = id
    }

    /// Reads a cursor; nil if it is none.
    init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int(parts[0]), UUIDText.isValid(parts[1]) else { return nil }
        self.init(microseconds: microseconds, id: String(parts[1]))
    }

    var cursor: String { "\(microseconds)_\(id)" }
}

/// The form of a UUID.
enum UUIDText {
    /// Whether `text` is 32 hexadecimal digits with hyphens in the usual places.
    static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 36
            && bytes.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index)
                    ? byte == UInt8(ascii: "-") : Character(Unicode.Scalar(byte)).isHexDigit
            }
    }
}

/// One page of a list.
struct ListPage<Item: ContractValue> {
    var items: [Item]
    var nextCursor: String?
}

extension DatabasePool {
    /// Reads one page. The statement gets the position as `$1` (`timestamptz`) and `$2` (`uuid`), null for the
    /// beginning, the number of rows as `$3`, then the filters; it returns `microseconds`, `id` and `document`.
    /// - Returns: The page; nil if the cursor is none.
    func page<Item: ContractValue>(
        _ sql: StaticString,
        cursor: String?,
        limit: Int?,
        filters: [Parameter] = []
    ) async throws -> ListPage<Item>? {
        let position = cursor.flatMap(ListPosition.init(cursor:))
        guard cursor == nil || position != nil else { return nil }
        let limit = limit ?? 50
        let place: [Parameter] = [
            .optional(position) {
                .timestamp(Database.Timestamp(microsecondsSinceEpoch: Int64(clamping: $0.microseconds)))
            },
            .optional(position) { .uuid($0.id) },
            .int(limit + 1),
        ]
        let rows = try await query(Statement(sql, place + filters))
        let items: [Item] = try rows.prefix(limit).map { try $0.document("document") }
        guard rows.count > limit else { return ListPage(items: items) }
        let last = rows[limit - 1]
        let next = ListPosition(microseconds: try last.int("microseconds"), id: try last.uuid("id"))
        return ListPage(items: items, nextCursor: next.cursor)
    }
}
