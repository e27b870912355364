import ContractRuntime
import Database

extension Row {
    /// A document that the database made of a row, validated against its contract.
    func document<Document: ContractValue>(_ column: String, _ type: Document.Type = Document.self) throws -> Document {
        try Document(json: Array(try json(column).utf8))
    }

    /// A document, or nil for null.
    func documentOptional<Document: ContractValue>(
        _ column: String,
        _ type: Document.Type = Document.self
    ) throws -> Document? {
        guard let text = try jsonOptional(column) else { return nil }
        return try Document(json: Array(text.utf8))
    }
}

extension Parameter {
    /// A value as `jsonb`. NUL characters, which PostgreSQL's text can't hold, are left out.
    static func document(_ value: some ContractValue) -> Parameter { .jsonb(storable(value.jsonBytes)) }

    /// A value as JSON text that the server may keep as it is.
    static func jsonText(_ value: some ContractValue) -> Parameter {
        .text(String(decoding: value.jsonBytes, as: UTF8.self))
    }

    /// Removes `\u0000` from the strings of a JSON text.
    static func storable(_ json: [UInt8]) -> String {
        let null = Array("u0000".utf8)
        guard json.contains(UInt8(ascii: "\\")) else { return String(decoding: json, as: UTF8.self) }
        var kept: [UInt8] = []
        kept.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            guard json[index] == UInt8(ascii: "\\") else {
                kept.append(json[index])
                index += 1
                continue
            }
            if json[(index + 1)...].starts(with: null) {
                index += 6
            } else {
                kept += json[index..<min(index + 2, json.count)]
                index += 2
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}

extension DatabasePool {
    /// Attempts at a batch that lost a race against another one.
    private static let maximumAttempts = 5

    /// Runs a batch in one statement and returns one result an item, in the items' order.
    ///
    /// The statement gets the batch as `$1` and returns the items' places as `n`. Batches that meet at a row can refuse
    /// each other (deadlock, two who create the same customer); nothing of the batch has happened then, so it is
    /// repeated.
    func batch<Result>(
        _ sql: StaticString,
        _ body: some ContractValue,
        _ decode: (Row) throws -> Result
    ) async throws -> [Result] {
        let statement = Statement(sql, [.document(body)])
        var attempt = 1
        while true {
            let rows: QueryResult
            do {
                rows = try await query(statement)
            } catch {
                guard error.isLostRace, attempt < Self.maximumAttempts else { throw error }
                attempt += 1
                continue
            }
            return try rows.map { (place: try $0.int("n"), result: try decode($0)) }
                .sorted { $0.place < $1.place }.map(\.result)
        }
    }
}

extension DatabaseError {
    /// Whether another statement was in the way and this one had no effect.
    fileprivate var isLostRace: Bool {
        switch code {
        case .deadlock, .serializationFailure, .uniqueViolation: true
        default: false
        }
    }
}
