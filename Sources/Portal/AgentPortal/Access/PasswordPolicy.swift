/// What a new password must be like (NIST SP 800-63B: length counts, composition rules do not).
enum PasswordPolicy {
    /// Fewest characters.
    static let minimumLength = 12
    /// Most characters; more would only cost time.
    static let maximumLength = 200

    /// What is wrong with a new password, for the person who chose it; nil: nothing.
    static func objection(to password: String, repetition: String, name: String) -> String? {
        if password != repetition { return "The two passwords differ." }
        if password.count < minimumLength { return "Choose at least \(minimumLength) characters." }
        if password.count > maximumLength { return "Choose at most \(maximumLength) characters." }
        if password.lowercased().contains(name.lowercased()) { return "The password must not contain the name." }
        if Set(password).count < 5 { return "Choose more than a few different characters." }
        return nil
    }
}
