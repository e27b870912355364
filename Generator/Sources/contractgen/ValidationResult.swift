import ContractJSON
import ContractRuntime
import ContractSource

/// What `validate` found in one file.
struct ValidationResult {
    var file: String
    var violations: [ContractViolation] = []
    /// Why the file is no JSON, and where.
    var syntax: (error: JSONSyntaxError, place: TextPosition)?

    var isValid: Bool { violations.isEmpty && syntax == nil }

    /// One line a violation.
    var text: String {
        if let syntax {
            return "\(file):\(syntax.place.line):\(syntax.place.column): not JSON: \(syntax.error.reason)"
        }
        guard !violations.isEmpty else { return "\(file): valid" }
        let lines = violations.map { violation in
            let place = violation.instancePointer.isEmpty ? "the whole value" : violation.instancePointer
            return "  \(place): \(violation.keyword): \(violation.message)\n    by \(violation.schemaPointer)"
        }
        return "\(file): refused, \(violations.count) violation\(violations.count == 1 ? "" : "s")\n"
            + lines.joined(separator: "\n")
    }

    /// The same for programs.
    var json: JSONValue {
        var object = JSONObject()
        object["file"] = .string(file)
        object["valid"] = .bool(isValid)
        object["violations"] = .array(
            violations.map { violation in
                [
                    "instancePointer": .string(violation.instancePointer), "keyword": .string(violation.keyword),
                    "schemaPointer": .string(violation.schemaPointer), "message": .string(violation.message),
                ]
            }
        )
        if let syntax {
            object["syntaxError"] = [
                "code": .string(syntax.error.code.rawValue), "line": .number(JSONNumber(syntax.place.line)),
                "column": .number(JSONNumber(syntax.place.column)), "message": .string(syntax.error.reason),
            ]
        }
        return .object(object)
    }
}
