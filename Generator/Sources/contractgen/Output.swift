import ArgumentParser
import ContractModel
import Foundation

/// How a verb writes its findings.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// One JSON value, for programs.
    case json
}

/// Where lines for people go.
enum Output {
    /// Writes a line to standard error.
    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Writes a line to standard output at once, for programs that wait for it.
    static func line(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    /// A number with the word that goes with it.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// Colours of standard output.
    static let style = TextStyle(descriptor: 1)
    /// Colours of standard error.
    static let errorStyle = TextStyle(descriptor: 2)
}

/// Colours on a terminal, plain text elsewhere and where `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
struct TextStyle {
    let isColoured: Bool

    /// - Parameter descriptor: Where the text goes.
    init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        isColoured = !isRefused && isatty(descriptor) == 1
    }

    func red(_ text: String) -> String { wrapped(text, 31) }
    func yellow(_ text: String) -> String { wrapped(text, 33) }
    func green(_ text: String) -> String { wrapped(text, 32) }
    func bold(_ text: String) -> String { wrapped(text, 1) }

    private func wrapped(_ text: String, _ code: Int) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension Diagnostic {
    /// The diagnostic with its severity in colour.
    func text(_ style: TextStyle) -> String {
        guard style.isColoured else { return text }
        let word = severity == .error ? style.red("error") : style.yellow("warning")
        guard let range = text.range(of: " \(severity.rawValue): ") else { return text }
        return text.replacingCharacters(in: range, with: " \(word): ")
    }
}
