import FoundationEssentials

/// Reads variables and collects what is wrong with them.
struct EnvironmentReader {
    let environment: [String: String]
    let readFile: (String) throws -> String
    private(set) var values: [String: String] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []

    init(environment: [String: String], readFile: @escaping (String) throws -> String) {
        self.environment = environment
        self.readFile = readFile
    }

    /// An empty value counts as none, so that manifests may list variables they leave open.
    mutating func read(_ variable: ConfigurationVariable, isNeeded: Bool) {
        guard let value = given(variable) ?? variable.defaultValue else {
            let isReported = problems.contains { $0.variable.hasPrefix(variable.name) }
            if isNeeded, !isReported { problems.append(Self.missing(variable)) }
            return
        }
        if let problem = variable.form.problem(value) {
            problems.append(.init(variable: variable.name, reason: "\(problem); needed: \(variable.form.text)"))
        } else {
            values[variable.name] = value
        }
    }

    private mutating func given(_ variable: ConfigurationVariable) -> String? {
        let direct = environment[variable.name].flatMap { $0.isEmpty ? nil : $0 }
        guard variable.isSecret, let path = environment[variable.fileName], !path.isEmpty else { return direct }
        if direct != nil {
            problems.append(.init(variable: variable.name, reason: "is set twice, also as \(variable.fileName)"))
            return nil
        }
        do {
            let text = try readFile(path).trimmed
            if text.isEmpty { problems.append(.init(variable: variable.fileName, reason: "names an empty file")) }
            return text.isEmpty ? nil : text
        } catch {
            problems.append(.init(variable: variable.fileName, reason: "names a file that can't be read: \(path)"))
            return nil
        }
    }

    static func missing(_ variable: ConfigurationVariable) -> ConfigurationError.Problem {
        let file = variable.isSecret ? " (or \(variable.fileName), the path of a file with it)" : ""
        return .init(
            variable: variable.name,
            reason: "is missing: \(variable.help) Needed: \(variable.form.text)\(file)"
        )
    }
}

/// The environment of this process.
public enum ProcessEnvironment {
    /// All variables.
    public static var variables: [String: String] { ProcessInfo.processInfo.environment }

    /// The text of a file.
    public static func readFile(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
