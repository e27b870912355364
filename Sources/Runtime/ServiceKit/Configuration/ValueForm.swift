import ContractRuntime

/// The form that the value of a variable must have.
public struct ValueForm: Sendable {
    /// The form in words, as help texts and refusals show it.
    public let text: String
    /// What is wrong with a value; nil if nothing is. Must not repeat the value.
    let problem: @Sendable (String) -> String?

    /// Creates a form.
    /// - Parameters:
    ///   - text: The form in words.
    ///   - problem: Says what is wrong with a value without repeating it.
    public init(_ text: String, problem: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.text = text
        self.problem = problem
    }

    /// Anything.
    static let text = ValueForm("text")

    /// A URL with one of the schemes, a host and perhaps a port.
    /// - Parameter isBase: Whether paths are appended to it, so that it may have no query and fragment.
    static func url(_ schemes: [String], example: String, isBase: Bool = false) -> ValueForm {
        ValueForm(example) { URLShape.problem($0, schemes: schemes, isBase: isBase) }
    }

    /// What is wrong with a web address that paths are appended to; nil if nothing is. Does not repeat the address.
    public static func problemOfBaseAddress(_ text: String) -> String? {
        URLShape.problem(text, schemes: ["https", "http"], isBase: true)
    }

    /// A whole number.
    static func number(_ range: ClosedRange<Int>) -> ValueForm {
        ValueForm("a number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).map(range.contains) == true ? nil : "is no number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// One of some words.
    static func oneOf(_ words: [String]) -> ValueForm {
        ValueForm(words.joined(separator: " | ")) {
            words.contains($0) ? nil : "is none of \(words.joined(separator: ", "))"
        }
    }

    /// A text matched by a test.
    static func matching(_ text: String, _ isValid: @escaping @Sendable (String) -> Bool) -> ValueForm {
        ValueForm(text) { isValid($0) ? nil : "does not have the form \(text)" }
    }

    /// Secrets separated by commas, each strong enough: the first is used, all are accepted.
    static func secrets(minimumLength: Int) -> ValueForm {
        ValueForm("at least \(minimumLength) characters; several separated by commas while rotating") { value in
            let parts = value.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
            return parts.compactMap { strengthProblem($0, minimumLength: minimumLength) }.first
        }
    }

    /// One secret.
    static func secret(minimumLength: Int) -> ValueForm {
        ValueForm("at least \(minimumLength) characters") { strengthProblem($0, minimumLength: minimumLength) }
    }

    private static func strengthProblem(_ secret: String, minimumLength: Int) -> String? {
        if secret.utf8.count < minimumLength { return "is too short: it needs at least \(minimumLength) characters" }
        if Set(secret.utf8).count < 5 { return "is too simple: it needs at least 5 different characters" }
        return nil
    }

    /// AES-256 keys with ids.
    static let encryptionKeys = ValueForm("id:base64 of 32 bytes; several separated by commas, the first encrypts") {
        do throws(EnvelopeError) {
            _ = try EncryptionKeys(parsing: $0)
            return nil
        } catch {
            return error.reason
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// As much of RFC 3986 as telling a usable address from a typing error needs.
enum URLShape {
    static func problem(_ text: String, schemes: [String], isBase: Bool) -> String? {
        guard let colon = text.firstRange(of: "://") else { return "has no scheme" }
        guard schemes.contains(text[..<colon.lowerBound].lowercased()) else {
            return "does not begin with \(schemes.map { "\($0)://" }.joined(separator: " or "))"
        }
        let rest = text[colon.upperBound...]
        if rest.contains(where: { $0.isWhitespace || $0.isNewline }) { return "contains white space" }
        if isBase, rest.contains(where: { $0 == "?" || $0 == "#" }) { return "may have no query or fragment" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if isBase, authority.contains("@") { return "may have no user or password" }
        let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return hostProblem(hostAndPort)
    }

    private static func hostProblem(_ text: Substring) -> String? {
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[...end]
            let after = text[text.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { return "has no usable host" }
                port = after.dropFirst()
            }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if host.isEmpty || host == "[]" { return "has no host" }
        if let port, Int(port).map((1...65_535).contains) != true { return "has no usable port" }
        return nil
    }
}
