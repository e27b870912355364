/// SQL text and the values for its `$1`, `$2` …
///
/// The text is a literal: the compiler refuses interpolation, so a value can't get into it by accident. Each
/// connection prepares a text once and keeps it prepared (the 256 used last).
public struct Statement: Sendable {
    /// The SQL text.
    public let sql: String
    /// The values, in the order of their numbers.
    public let parameters: [Parameter]

    /// One SQL command, given as a literal.
    public init(_ sql: StaticString, _ parameters: [Parameter] = []) {
        self.init(verbatim: sql.description, parameters)
    }

    /// One SQL command whose text was put together by the program, which answers for every part of it. Values belong
    /// into `parameters` here too.
    public init(verbatim sql: String, _ parameters: [Parameter] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

/// What tells prepared statements apart. Types belong to it because the server infers the type of a null.
struct PreparedKey: Hashable, Sendable {
    var sql: String
    var typeIDs: [UInt32]
}

/// A statement in the form in which libpq takes it.
struct EncodedStatement: Sendable {
    /// The protocol counts a parameter's bytes in 32 bits and the server takes 1 GB; nothing here comes near this.
    static let maximumParameterBytes = 64 << 20
    /// The protocol counts parameters in 16 bits.
    static let maximumParameterCount = 65_535

    let key: PreparedKey
    /// All values in a row. A leading byte keeps the base address of an empty value from being null, which is SQL null.
    private(set) var values: [UInt8] = [0]
    /// Where each value stands in `values`; nil for null.
    private(set) var ranges: [Range<Int>?] = []

    init(_ statement: Statement) throws(DatabaseError) {
        guard !statement.sql.utf8.contains(0) else {
            throw DatabaseError(.misconfigured, reason: "a statement's text contains a NUL character")
        }
        guard statement.parameters.count <= Self.maximumParameterCount else {
            throw DatabaseError(.misconfigured, reason: "a statement has more than 65,535 parameters")
        }
        key = PreparedKey(sql: statement.sql, typeIDs: statement.parameters.map(\.typeID))
        ranges.reserveCapacity(statement.parameters.count)
        for parameter in statement.parameters {
            let start = values.count
            ranges.append(try parameter.append(to: &values) ? start..<values.count : nil)
        }
        guard values.count <= Self.maximumParameterBytes else {
            throw DatabaseError(.invalidValue, reason: "a statement's parameters are larger than 64 MiB")
        }
    }
}
