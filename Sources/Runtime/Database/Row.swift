import CPQ

/// One row of a result. Columns are read by name; of two columns with one name the first counts.
///
/// Every accessor throws `invalidRow` where the column is missing or holds another type, and the ones without
/// `Optional` also where it holds null. The error names the column and never its value.
public struct Row: Sendable {
    let storage: ResultStorage
    let index: Int32

    /// Text of any type, in the server's notation.
    public func text(_ column: String) throws(DatabaseError) -> String {
        try required(column, try textOptional(column))
    }

    /// Text of any type, or nil for null.
    public func textOptional(_ column: String) throws(DatabaseError) -> String? {
        try value(column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number.
    public func int(_ column: String) throws(DatabaseError) -> Int {
        try required(column, try intOptional(column))
    }

    /// A whole number, or nil for null.
    public func intOptional(_ column: String) throws(DatabaseError) -> Int? {
        try parsed(column, "whole number") { Int($0) }
    }

    /// A floating-point number.
    public func double(_ column: String) throws(DatabaseError) -> Double {
        try required(column, try doubleOptional(column))
    }

    /// A floating-point number, or nil for null.
    public func doubleOptional(_ column: String) throws(DatabaseError) -> Double? {
        try parsed(column, "number") { Double($0) }
    }

    /// A boolean.
    public func bool(_ column: String) throws(DatabaseError) -> Bool {
        try required(column, try boolOptional(column))
    }

    /// A boolean, or nil for null.
    public func boolOptional(_ column: String) throws(DatabaseError) -> Bool? {
        try parsed(column, "boolean") { $0 == "t" ? true : $0 == "f" ? false : nil }
    }

    /// A UUID in lower case with hyphens.
    public func uuid(_ column: String) throws(DatabaseError) -> String {
        try required(column, try uuidOptional(column))
    }

    /// A UUID in lower case with hyphens, or nil for null.
    public func uuidOptional(_ column: String) throws(DatabaseError) -> String? {
        try typed(column, "uuid", [2950]) { $0 }
    }

    /// A `timestamptz`, or a `timestamp` taken as UTC, or the beginning of a `date`.
    public func timestamp(_ column: String) throws(DatabaseError) -> Timestamp {
        try required(column, try timestampOptional(column))
    }

    /// A point in time, or nil for null.
    public func timestampOptional(_ column: String) throws(DatabaseError) -> Timestamp? {
        try typed(column, "timestamp", [1184, 1114, 1082]) { Timestamp(serverText: $0) }
    }

    /// The text of a `json` or `jsonb`.
    public func json(_ column: String) throws(DatabaseError) -> String {
        try required(column, try jsonOptional(column))
    }

    /// The text of a `json` or `jsonb`, or nil for SQL null.
    public func jsonOptional(_ column: String) throws(DatabaseError) -> String? {
        try typed(column, "json", [114, 3802]) { $0 }
    }

    /// The bytes of a `bytea`.
    public func bytes(_ column: String) throws(DatabaseError) -> [UInt8] {
        try required(column, try bytesOptional(column))
    }

    /// The bytes of a `bytea`, or nil for null.
    public func bytesOptional(_ column: String) throws(DatabaseError) -> [UInt8]? {
        guard PQftype(storage.handle, try position(of: column)) == 17 else {
            throw DatabaseError(.invalidRow, reason: "column \(column) is of another type than bytea")
        }
        guard let text = try value(column) else { return nil }
        guard let bytes = ServerText.bytes(text) else {
            throw DatabaseError(.invalidRow, reason: "column \(column) holds no bytea in hex notation")
        }
        return bytes
    }

    /// The elements of a `text[]`.
    public func textArray(_ column: String) throws(DatabaseError) -> [String] {
        try required(column, try textArrayOptional(column))
    }

    /// The elements of a `text[]`, or nil for null.
    public func textArrayOptional(_ column: String) throws(DatabaseError) -> [String]? {
        try typed(column, "text[]", [1009, 1015]) { ServerText.array($0) }
    }

    /// Whether the column holds null.
    public func isNull(_ column: String) throws(DatabaseError) -> Bool {
        PQgetisnull(storage.handle, index, try position(of: column)) == 1
    }
}

extension Row {
    private func position(of column: String) throws(DatabaseError) -> Int32 {
        for candidate in 0..<PQnfields(storage.handle) {
            if let name = PQfname(storage.handle, candidate), String(cString: name) == column { return candidate }
        }
        throw DatabaseError(.invalidRow, reason: "the result has no column \(column)")
    }

    private func value(_ column: String) throws(DatabaseError) -> UnsafeRawBufferPointer? {
        let position = try position(of: column)
        guard PQgetisnull(storage.handle, index, position) == 0 else { return nil }
        let length = Int(PQgetlength(storage.handle, index, position))
        return UnsafeRawBufferPointer(start: PQgetvalue(storage.handle, index, position), count: length)
    }

    private func required<Value>(_ column: String, _ value: Value?) throws(DatabaseError) -> Value {
        guard let value else { throw DatabaseError(.invalidRow, reason: "column \(column) is null") }
        return value
    }

    private func parsed<Value>(
        _ column: String,
        _ type: String,
        _ parse: (String) -> Value?
    ) throws(DatabaseError) -> Value? {
        guard let text = try textOptional(column) else { return nil }
        guard let value = parse(text) else {
            throw DatabaseError(.invalidRow, reason: "column \(column) holds no \(type)")
        }
        return value
    }

    private func typed<Value>(
        _ column: String,
        _ type: String,
        _ typeIDs: Set<UInt32>,
        _ parse: (String) -> Value?
    ) throws(DatabaseError) -> Value? {
        guard typeIDs.contains(PQftype(storage.handle, try position(of: column))) else {
            throw DatabaseError(.invalidRow, reason: "column \(column) is of another type than \(type)")
        }
        return try parsed(column, type, parse)
    }
}
