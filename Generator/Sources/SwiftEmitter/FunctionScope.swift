import ContractJSON
import ContractModel
import ContractPlan

/// The private functions and constants that one generated file needs besides its types: decoders of constrained inline
/// values, and checks of keywords that no decoder covers. Each schema gets at most one of each.
struct FunctionScope {
    /// Name of the enum that holds them.
    let name: String
    private var names: [Key: String] = [:]
    private var used: Set<String> = []
    /// Finished functions in the order of their first use.
    private(set) var functions: [[String]] = []
    /// Finished constants.
    private(set) var constants: [String] = []
    private var constantNames: [String: String] = [:]

    /// What a function is for.
    enum Key: Hashable {
        case decode(SchemaID, Representation, DynamicScope)
        case check(Residual, DynamicScope)
        case mark(SchemaID, withOwn: Bool, DynamicScope)
    }

    init(name: String) { self.name = name }

    var isEmpty: Bool { functions.isEmpty && constants.isEmpty }

    /// The name of a function that exists or is being made.
    func known(_ key: Key) -> String? { names[key] }

    /// Longest name before a number is added; recursive schemas without names of their own would grow longer ones.
    private static let longestHint = 72

    /// Reserves a name before the body is made, so that recursive schemas end.
    mutating func reserve(_ key: Key, hint: String) -> String {
        let hint = String(hint.prefix(Self.longestHint))
        var candidate = hint
        var number = 2
        while !used.insert(candidate).inserted {
            candidate = hint + String(number)
            number += 1
        }
        names[key] = candidate
        return candidate
    }

    mutating func add(function lines: [String]) { functions.append(lines) }

    /// A static constant for an expression; equal expressions share one.
    mutating func constant(_ type: String, _ expression: String, hint: String) -> String {
        let key = type + "=" + expression
        if let known = constantNames[key] { return known }
        var candidate = hint
        var number = 2
        while !used.insert(candidate).inserted {
            candidate = hint + String(number)
            number += 1
        }
        constantNames[key] = candidate
        constants.append("static let \(candidate): \(type) = \(expression)")
        return candidate
    }

    /// The enum with everything in it, one level deep.
    func emit(into writer: inout CodeWriter) {
        guard !isEmpty else { return }
        writer.line()
        writer.line("/// Decoders and checks of this file.")
        writer.block("private enum \(name)") { writer in
            for constant in constants { writer.line(constant) }
            for (index, function) in functions.enumerated() {
                if index > 0 || !constants.isEmpty { writer.line() }
                for line in function { writer.line(line) }
            }
        }
    }
}
