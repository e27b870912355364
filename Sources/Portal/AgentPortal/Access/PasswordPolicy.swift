/// What a new password must be like (NIST SP 800-63B: length and a list of bad ones count, composition rules do not).
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
        let plain = password.lowercased()
        if plain.contains(name.lowercased()) { return "The password must not contain the name." }
        if Set(password).count < 5 { return "Choose more than a few different characters." }
        if isRun(plain) { return "The password only repeats or counts; choose one that can't be guessed." }
        if isCommon(plain) { return "That password is one of the first that are tried; choose another." }
        return nil
    }

    /// Whether it is a common word with figures and signs around it, or such words in a row.
    private static func isCommon(_ plain: String) -> Bool {
        var letters = plain.filter(\.isLetter)
        let (others, whole) = (plain.count - letters.count, letters.count)
        for word in commonWords { while let place = letters.firstRange(of: word) { letters.removeSubrange(place) } }
        // What is left beside common words must be worth something itself.
        return letters.count < whole && letters.count + (others > 6 ? 1 : 0) < 3
    }

    /// Whether it goes on as it begins: `abcdabcdabcd`, `123456789012`, `qwertyuiop[]`.
    private static func isRun(_ plain: String) -> Bool {
        let text = Array(plain)
        for period in 1...(text.count / 2) where (period..<text.count).allSatisfy({ text[$0] == text[$0 - period] }) {
            return true
        }
        return rows.contains { row in
            let twice = row + row
            return twice.contains(plain) || String(twice.reversed()).contains(plain)
        }
    }

    private static let rows = [
        "1234567890", "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]asdfghjkl;zxcvbnm,./",
    ]

    /// Longer words first, so that none is left in pieces by a shorter one.
    private static let commonWords = [
        "correcthorsebatterystaple", "administrator", "basketball", "chocolate", "superman", "sunshine", "princess",
        "football", "baseball", "password", "passwort", "computer", "whatsapp", "iloveyou", "trustno", "internet",
        "starwars", "changeme", "mustang", "genesys", "welcome", "letmein", "dragon", "monkey", "master", "shadow",
        "qwertz", "qwerty", "azerty", "secret", "portal", "login", "hello", "admin", "abcdef", "owner", "asdf", "zxcv",
        "pass", "test", "user", "root", "waba", "abc",
    ]
}
