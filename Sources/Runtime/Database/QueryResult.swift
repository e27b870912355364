import CPQ

/// The rows that a statement returned, or the number of rows that it changed.
///
/// Rows are read where libpq stored them; the memory is freed with the last row or result that refers to it.
public struct QueryResult: Sendable, RandomAccessCollection {
    private let storage: ResultStorage
    /// Rows inserted, updated, deleted or selected; 0 for commands that count none.
    public let affectedRows: Int
    /// The first row's position.
    public var startIndex: Int { 0 }
    /// The number of rows.
    public let endIndex: Int

    init(_ storage: ResultStorage) {
        self.storage = storage
        endIndex = Int(PQntuples(storage.handle))
        affectedRows = PQcmdTuples(storage.handle).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// A row by position.
    public subscript(position: Int) -> Row {
        precondition(indices.contains(position), "no such row")
        return Row(storage: storage, index: Int32(position))
    }

    /// The columns' names, in order.
    public var columns: [String] {
        (0..<PQnfields(storage.handle)).map { PQfname(storage.handle, $0).map { String(cString: $0) } ?? "" }
    }

    /// The server's tag of the command, such as `INSERT 0 1`, `COMMIT` or `ROLLBACK`.
    var commandTag: String {
        PQcmdStatus(storage.handle).map { String(cString: $0) } ?? ""
    }
}

/// Owns one PGresult and frees it.
///
/// Unchecked because the handle is a pointer; safe because libpq treats a PGresult as read-only after PQgetResult
/// ("can be passed around freely between threads", libpq 34.20), only reading functions are called on it, and the
/// only call that changes it is in deinit.
final class ResultStorage: @unchecked Sendable {
    let handle: OpaquePointer

    /// Takes the ownership of `handle`.
    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }
}
