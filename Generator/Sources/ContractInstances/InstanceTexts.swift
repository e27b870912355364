import ContractJSON
import ContractModel

extension InstanceConstruction {
    /// A string.
    mutating func text(_ goal: InstanceGoal) -> String {
        if let pattern = goal.patterns.first {
            for _ in 0..<20 {
                guard let sample = PatternSampler.sample(patterns[pattern], &random) else { break }
                let length = sample.unicodeScalars.count
                if length >= goal.minLength, length <= goal.maxLength ?? .max,
                    goal.patterns.dropFirst().allSatisfy({ patterns[$0].matches(sample) })
                {
                    return sample
                }
            }
        }
        if let format = goal.formats.first, let sample = formatted(format) { return sample }
        if goal.contentEncoding == "base64" { return base64(goal) }
        return plain(minLength: goal.minLength, maxLength: goal.maxLength)
    }

    private static let words = [
        "alpha", "Beta", "gamma 7", "Größe", "naïve", "日本", "quote \" here", "back\\slash", "tab\there", "🙂", "/path",
    ]

    private mutating func plain(minLength: Int, maxLength: Int?) -> String {
        var text = Self.words.randomElement(using: &random) ?? ""
        while text.unicodeScalars.count < minLength {
            // Whole blocks, so that a long minimum costs no time.
            text += String(repeating: "x", count: min(4_096, minLength - text.unicodeScalars.count))
        }
        if let maxLength, text.unicodeScalars.count > maxLength {
            text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxLength)))
        }
        return text
    }

    private mutating func base64(_ goal: InstanceGoal) -> String {
        let groups = min((goal.maxLength ?? 12) / 4, 3 + goal.minLength / 4)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<groups * 4).map { _ in letters.randomElement(using: &random) ?? "A" })
    }

    private mutating func two(_ range: ClosedRange<Int>) -> String {
        let number = Int.random(in: range, using: &random)
        return number < 10 ? "0\(number)" : String(number)
    }

    private mutating func hexadecimal(_ count: Int) -> String {
        String((0..<count).map { _ in Array("0123456789abcdef").randomElement(using: &random) ?? "0" })
    }

    private mutating func formatted(_ format: String) -> String? {
        switch format {
        case "date-time":
            let fraction = Bool.random(using: &random) ? "." + two(10...99) : ""
            let offset = Bool.random(using: &random) ? "Z" : "+" + two(0...13) + ":30"
            return
                "20\(two(10...35))-\(two(1...12))-\(two(1...28))T\(two(0...23)):\(two(0...59)):\(two(0...59))\(fraction)\(offset)"
        case "date": return "20\(two(10...35))-\(two(1...12))-\(two(1...28))"
        case "time": return "\(two(0...23)):\(two(0...59)):\(two(0...59))Z"
        case "duration": return "P\(Int.random(in: 1...9, using: &random))DT\(Int.random(in: 1...9, using: &random))H"
        case "email", "idn-email": return "person\(two(10...99))@example.com"
        case "hostname", "idn-hostname": return "host\(two(10...99)).example.com"
        case "ipv4": return "192.0.2.\(Int.random(in: 1...254, using: &random))"
        case "ipv6": return "2001:db8::\(hexadecimal(4))"
        case "uri", "iri", "url": return "https://example.com/items/\(two(10...99))?page=2#part"
        case "uri-reference", "iri-reference": return "../items/\(two(10...99))"
        case "uri-template": return "/items/{id}"
        case "uuid":
            return "\(hexadecimal(8))-\(hexadecimal(4))-4\(hexadecimal(3))-a\(hexadecimal(3))-\(hexadecimal(12))"
        case "json-pointer": return "/a~1b/\(two(10...99))"
        case "relative-json-pointer": return "1/a"
        case "regex": return "^[a-z]+\(two(10...99))$"
        case "byte": return base64(InstanceGoal())
        default: return nil
        }
    }
}
