import ArgumentParser
import ContractJSON
import ContractSource

/// The nearest name for a typo in a verb or in the value of an option; ArgumentParser has one for options only.
struct CommandLineAdvice {
    private let root: any ParsableCommand.Type

    init(root: any ParsableCommand.Type) { self.root = root }

    /// What was probably meant; nil if nothing is near.
    /// - Parameters:
    ///   - message: What ArgumentParser says of the command line.
    ///   - arguments: The command line with the program's name first.
    func advice(on message: String, arguments: [String]) -> String? {
        if let value = value(in: message) { return value }
        guard message.lowercased().contains("unexpected argument") else { return nil }
        var command = root
        var path = [root._commandName]
        for word in arguments.dropFirst() {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty else { return nil }
            guard let known = verbs.first(where: { $0._commandName == word }) else {
                return NearestName.of(word, among: verbs.map { $0._commandName })
                    .map { "Did you mean '\((path + [$0]).joined(separator: " "))'?" }
            }
            command = known
            path.append(word)
        }
        return nil
    }

    /// The nearest value, where the message lists the ones that an option takes.
    private func value(in message: String) -> String? {
        guard
            let match = message.firstMatch(
                of: /The value '(?<value>[^']*)' is invalid.*Please provide one of (?<known>.*)\./)
        else { return nil }
        let known = match.known.matches(of: /'([^']*)'/).map { String($0.1) }
        return NearestName.of(String(match.value), among: known).map { "Did you mean '\($0)'?" }
    }
}
