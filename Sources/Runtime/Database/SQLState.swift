/// What the server says about a failure, without anything that could hold a value.
struct ServerDiagnosis {
    var sqlState: String
    /// The primary message; used only for the classes of failure whose messages speak of the SQL text alone.
    var message = ""
    var constraint = ""
    var table = ""
    var column = ""
}

extension DatabaseError {
    /// Classifies by SQLSTATE (PostgreSQL 15, appendix A).
    init(_ diagnosis: ServerDiagnosis) {
        let state = diagnosis.sqlState
        let code: Code =
            switch state {
            case "23505", "23P01": .uniqueViolation(constraint: diagnosis.constraint)
            case "23503": .foreignKeyViolation(constraint: diagnosis.constraint)
            case "23514": .checkViolation(constraint: diagnosis.constraint)
            case "23502": .notNullViolation(column: diagnosis.column)
            case "40001": .serializationFailure
            case "40P01": .deadlock
            case "42P01": .undefinedTable
            case "42703": .undefinedColumn
            case "42501": .misconfigured
            case "57014": .cancelled
            case "55P03": .timedOut
            case "25P02": .transactionEnded
            // Administrator shutdown, crash, starting up, idle sessions that were ended.
            case "57P01", "57P02", "57P03", "57P05", "25P03": .unavailable
            default: Code(sqlStateClass: state)
            }
        self.init(code, reason: Self.reason(for: diagnosis))
    }

    /// Messages of these classes quote the SQL text at most; SQL text holds no values, they travel as parameters.
    private static let classesWithSafeMessages: Set<String> = ["0A", "25", "28", "3D", "3F", "40", "42", "53", "57"]

    private static func reason(for diagnosis: ServerDiagnosis) -> String {
        var parts = ["SQLSTATE \(diagnosis.sqlState)"]
        if classesWithSafeMessages.contains(String(diagnosis.sqlState.prefix(2))), !diagnosis.message.isEmpty {
            parts.append(diagnosis.message)
        }
        if !diagnosis.table.isEmpty { parts.append("table \(diagnosis.table)") }
        if !diagnosis.column.isEmpty { parts.append("column \(diagnosis.column)") }
        if !diagnosis.constraint.isEmpty { parts.append("constraint \(diagnosis.constraint)") }
        return parts.joined(separator: ", ")
    }
}

extension DatabaseError.Code {
    /// The code for a SQLSTATE that only its class tells apart.
    fileprivate init(sqlStateClass state: String) {
        switch state.prefix(2) {
        case "08", "53": self = .unavailable
        case "22": self = .invalidValue
        case "28", "3D": self = .misconfigured
        default: self = .other(sqlState: state)
        }
    }
}
