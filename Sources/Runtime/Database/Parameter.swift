/// A value for a `$n` of a statement. It travels beside the SQL text in PostgreSQL's binary format, with its type, and
/// is never part of the text; so nothing in it can be taken for SQL.
public enum Parameter: Sendable, Hashable {
    /// `text`. A NUL character is refused by the server.
    case text(String)
    /// `bigint`; assignable to the smaller integers where it fits.
    case int(Int)
    /// `double precision`.
    case double(Double)
    /// `boolean`.
    case bool(Bool)
    /// `uuid`, as 32 hexadecimal digits with or without hyphens.
    case uuid(String)
    /// `timestamptz`.
    case timestamp(Timestamp)
    /// `jsonb`, as JSON text.
    case jsonb(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `text[]`, for `= ANY($n)` and `unnest($n)`.
    case textArray([String])
    /// `bigint[]`.
    case intArray([Int])
    /// `uuid[]`.
    case uuidArray([String])
    /// Null of the type that the statement asks for.
    case null

    /// `make(value)`, or null where there is no value: `.optional(name, Parameter.text)`.
    public static func optional<Value>(_ value: Value?, _ make: (Value) -> Parameter) -> Parameter {
        value.map(make) ?? .null
    }
}

extension Parameter {
    /// The type's object id in PostgreSQL (pg_type.dat); 0 lets the server infer it.
    var typeID: UInt32 {
        switch self {
        case .text: 25
        case .int: 20
        case .double: 701
        case .bool: 16
        case .uuid: 2950
        case .timestamp: 1184
        case .jsonb: 3802
        case .bytes: 17
        case .textArray: 1009
        case .intArray: 1016
        case .uuidArray: 2951
        case .null: 0
        }
    }

    /// Appends the value in the server's binary format. Returns false for null.
    func append(to buffer: inout [UInt8]) throws(DatabaseError) -> Bool {
        switch self {
        case .text(let text): buffer.append(contentsOf: text.utf8)
        case .int(let number): buffer.append(bigEndian: Int64(number))
        case .double(let number): buffer.append(bigEndian: number.bitPattern)
        case .bool(let flag): buffer.append(flag ? 1 : 0)
        case .uuid(let text): try buffer.append(uuid: text)
        case .timestamp(let timestamp):
            let (shifted, overflow) = timestamp.microsecondsSinceEpoch
                .subtractingReportingOverflow(Timestamp.postgresEpochMicroseconds)
            guard !overflow else { throw DatabaseError(.invalidValue, reason: "a timestamp is out of range") }
            buffer.append(bigEndian: shifted)
        case .jsonb(let text):
            // Version 1 of the binary format is JSON text behind this byte.
            buffer.append(1)
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        case .textArray(let texts):
            try buffer.append(array: texts, elementTypeID: 25) { (buffer, text) throws(DatabaseError) in
                buffer.append(contentsOf: text.utf8)
            }
        case .intArray(let numbers):
            try buffer.append(array: numbers, elementTypeID: 20) { (buffer, number) throws(DatabaseError) in
                buffer.append(bigEndian: Int64(number))
            }
        case .uuidArray(let texts):
            try buffer.append(array: texts, elementTypeID: 2950) { (buffer, text) throws(DatabaseError) in
                try buffer.append(uuid: text)
            }
        case .null: return false
        }
        return true
    }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(uuid text: String) throws(DatabaseError) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }.compactMap {
            Character(Unicode.Scalar($0)).hexDigitValue
        }
        guard digits.count == 32, text.utf8.count == 32 || text.utf8.count == 36 else {
            throw DatabaseError(.invalidValue, reason: "a parameter is no UUID")
        }
        for index in stride(from: 0, to: 32, by: 2) { append(UInt8(digits[index] << 4 | digits[index + 1])) }
    }

    /// One dimension, no nulls, lower bound 1; each element with its length in front.
    fileprivate mutating func append<Item>(
        array elements: [Item],
        elementTypeID: UInt32,
        _ appendElement: (inout [UInt8], Item) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        append(bigEndian: Int32(0))
        append(bigEndian: elementTypeID)
        guard !elements.isEmpty else { return }
        append(bigEndian: Int32(truncatingIfNeeded: elements.count))
        append(bigEndian: Int32(1))
        for element in elements {
            let start = count
            append(bigEndian: Int32(0))
            try appendElement(&self, element)
            let length = Int32(truncatingIfNeeded: count - start - 4)
            Swift.withUnsafeBytes(of: length.bigEndian) { replaceSubrange(start..<start + 4, with: $0) }
        }
    }
}
