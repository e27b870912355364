public import ContractJSON
public import ContractModel

/// Replaces what may be about people or secrets by pseudonyms: names, texts, phone numbers, identifiers, tokens, addresses.
///
/// The same value becomes the same pseudonym wherever it stands, with and without `+` before a phone number, so that documents
/// stay related. A pseudonym has the length and the kinds of characters of what it replaces, so that documents stay valid.
/// What the contract itself says (constants, listed and known values, types, times) is kept.
public struct Scrubber: Sendable {
    private let vocabulary: Set<String>
    private let seed: UInt64

    /// - Parameters:
    ///   - graph: Contracts whose words are kept.
    ///   - seed: What pseudonyms depend on. Keep it secret if the originals are guessable.
    public init(graph: SchemaGraph, seed: UInt64) {
        var words: Set<String> = []
        for schema in graph.schemas {
            if let text = schema.constant?.string { words.insert(text) }
            for value in schema.enumeration ?? [] { if let text = value.string { words.insert(text) } }
            for value in schema.extensions["x-known-values"]?.array ?? [] {
                if let text = value.string { words.insert(text) }
            }
        }
        vocabulary = words
        self.seed = seed
    }

    /// The document without personal data.
    public func scrubbed(_ value: JSONValue) -> JSONValue { scrubbed(value, name: "") }

    private func scrubbed(_ value: JSONValue, name: String) -> JSONValue {
        switch value {
        case .null, .bool: value
        case .number(let number): scrubbed(number, name: name)
        case .string(let text): .string(scrubbed(text, name: name))
        case .array(let elements): .array(elements.map { scrubbed($0, name: name) })
        case .object(let object):
            .object(JSONObject(object.map { (scrubbed(key: $0.name), scrubbed($0.value, name: $0.name)) }))
        }
    }

    /// The keys of a map may be phone numbers, identifiers or mail addresses.
    private func scrubbed(key: String) -> String {
        let isPersonal = key.contains("@") || key.unicodeScalars.count { ("0"..."9").contains($0) } >= 7
        return isPersonal && !vocabulary.contains(key) ? scrubbed(key, name: "") : key
    }

    /// Long integers are identifiers or phone numbers, unless they are times; coordinates say where somebody is.
    private func scrubbed(_ number: JSONNumber, name: String) -> JSONValue {
        if PersonalData.isCoordinate(name) { return JSONNumber(coordinate(number.text)).map(JSONValue.number) ?? .null }
        guard number.isInteger, number.text.count >= 7, !Self.isTime(name),
            !number.text.contains(where: { "eE.".contains($0) })
        else { return .number(number) }
        return .number(JSONNumber(shaped(number.text)) ?? number)
    }

    private func scrubbed(_ text: String, name: String) -> String {
        if text.isEmpty { return text }
        if PersonalData.isCoordinate(name), Double(text) != nil { return coordinate(text) }
        if PersonalData.isBirthday(name), let date = birthday(text) { return date }
        if isKept(text, name) { return text }
        if let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
            let inner = try? JSONValue(parsing: text)
        {
            return scrubbed(inner, name: name).jsonText
        }
        switch PersonalData.kind(of: name, text) {
        case .name: return pseudonym(text, from: PersonalData.names)
        case .text: return filler(text)
        case .mail: return "user-\(String(number(text), radix: 36).prefix(8))@example.com"
        case .network: return "192.0.2.\(number(text) % 254 + 1)"
        case .address: return address(text)
        case .other: return shaped(text)
        }
    }

    /// Whether a text is the contract's or a platform's, and no person's.
    private func isKept(_ text: String, _ name: String) -> Bool {
        // Where people's words stand, only what no person writes: `unknownNumber`, `send_location`.
        let isCoined = text.contains { "_-".contains($0) } || text.contains(#/[a-z][A-Z]/#)
        let isWord = isCoined || !PersonalData.isPersonal(name)
        if isWord, vocabulary.contains(text) { return true }
        // `idType`, `token_type`: kinds, in whatever case the platform writes them.
        if name.lowercased().hasSuffix("type"), text.allSatisfy(\.isLetter) { return true }
        if Self.isTime(name), text.allSatisfy({ $0.isNumber }) { return true }
        return PersonalData.isTechnical(text)
    }

    private static func isTime(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["timestamp", "time", "expires", "expiration", "ttl", "size", "created", "updated", "offset"].contains {
            name.contains($0)
        }
    }

    // MARK: Pseudonyms

    /// Character for character: digits become digits, letters letters of the same case, everything else stays.
    private func shaped(_ text: String) -> String {
        let prefix = ["wamid.", "Bearer ", "sha256=", "+"].first { text.hasPrefix($0) } ?? ""
        let rest = text.dropFirst(prefix.count)
        let isHexadecimal =
            rest.count >= 8 && rest.allSatisfy { $0.isHexDigit || $0 == "-" } && rest.contains { $0.isLetter }
        var random = SeededNumbers(seed, String(rest))
        var result = prefix
        for (index, scalar) in rest.unicodeScalars.enumerated() {
            switch scalar {
            case "0"..."9":
                // A number does not start with 0; version and variant of a UUID stay.
                let isFixed = scalar == "0" && index == 0 || isHexadecimal && Self.isUUIDMark(index, rest)
                result.unicodeScalars.append(
                    isFixed ? scalar : Self.pick(index == 0 ? "123456789" : "0123456789", &random))
            case "a"..."z":
                result.unicodeScalars.append(
                    isHexadecimal && Self.isUUIDMark(index, rest)
                        ? scalar : Self.pick(isHexadecimal ? "abcdef" : "abcdefghijklmnopqrstuvwxyz", &random))
            case "A"..."Z":
                result.unicodeScalars.append(
                    isHexadecimal && Self.isUUIDMark(index, rest)
                        ? scalar : Self.pick(isHexadecimal ? "ABCDEF" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ", &random))
            case _ where scalar.value > 127 && scalar.properties.isAlphabetic: result.unicodeScalars.append("x")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isUUIDMark(_ index: Int, _ text: Substring) -> Bool {
        text.count == 36 && (index == 14 || index == 19)
    }

    private static func pick(_ alphabet: String, _ random: inout SeededNumbers) -> Unicode.Scalar {
        let scalars = Array(alphabet.unicodeScalars)
        return scalars[Int(random.next() % UInt64(scalars.count))]
    }

    private func pseudonym(_ text: String, from list: [String]) -> String {
        list[Int(number(text) % UInt64(list.count))]
    }

    /// Words of nobody, as many characters as before.
    private func filler(_ text: String) -> String {
        let count = text.unicodeScalars.count
        var random = SeededNumbers(seed, text)
        var result = ""
        while result.unicodeScalars.count < count {
            if !result.isEmpty { result += " " }
            result += PersonalData.words[Int(random.next() % UInt64(PersonalData.words.count))]
        }
        let cut = String(result.prefix(count))
        return cut.hasSuffix(" ") ? cut.dropLast() + "." : cut
    }

    /// An address keeps its scheme and, if it is a platform's or the bucket of a stored object, its host.
    private func address(_ text: String) -> String {
        guard let scheme = text.range(of: "://") else { return shaped(text) }
        let rest = text[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isPublic =
            text.hasPrefix("s3://")
            || PersonalData.platformHosts.contains { host == $0 || host.hasSuffix("." + $0) }
        return text[..<scheme.upperBound] + (isPublic ? String(host) : "example.com")
            + shaped(String(rest.dropFirst(host.count)))
    }

    /// Degrees that are both a latitude and a longitude.
    private func coordinate(_ text: String) -> String {
        let hundredths = number(text) % 8_000
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }

    /// Another day, for a day written `1990-12-31`; nil for anything else.
    private func birthday(_ text: String) -> String? {
        guard text.count == 10, PersonalData.isTechnical(text) else { return nil }
        let number = number(text)
        let (month, day) = (number / 50 % 12 + 1, number / 600 % 28 + 1)
        return "\(1950 + number % 50)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    private func number(_ text: String) -> UInt64 {
        var random = SeededNumbers(seed, text)
        return random.next()
    }
}

/// Numbers that depend on a seed and a text alone.
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64, _ text: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = hash
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
