/// The values of `format` that JSON Schema 2020-12 §7.3 defines, checked exactly by their RFCs.
public enum ContractFormat {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Whether a string has a format; nil if the format is not one of JSON Schema.
    /// - Parameters:
    ///   - format: Value of the `format` keyword, `date-time`.
    ///   - value: The string.
    public static func isValid(_ format: String, _ value: String) -> Bool? {
        guard let check = checks[format] else { return nil }
        var value = value
        return value.withUTF8(check)
    }

    /// Whether a format is one that ``isValid(_:_:)`` checks.
    public static func isKnown(_ format: String) -> Bool { checks[format] != nil }

    /// The formats that are checked, sorted.
    public static var names: [String] { checks.keys.sorted() }

    private static let checks: [String: @Sendable (Bytes) -> Bool] = [
        "date-time": { isDateTime($0) },
        "date": { isDate($0) },
        "time": { isTime($0) },
        "duration": { isDuration($0) },
        "email": { isEmail($0, isInternational: false) },
        "idn-email": { isEmail($0, isInternational: true) },
        "hostname": { isHostname($0) },
        "idn-hostname": { isInternationalHostname($0) },
        "ipv4": { isIPv4($0[...]) },
        "ipv6": { isIPv6($0[...]) },
        "uri": { isURI($0, isInternational: false, needsScheme: true) },
        "uri-reference": { isURI($0, isInternational: false, needsScheme: false) },
        "iri": { isURI($0, isInternational: true, needsScheme: true) },
        "iri-reference": { isURI($0, isInternational: true, needsScheme: false) },
        "uri-template": { isURITemplate($0) },
        "uuid": { isUUID($0) },
        "json-pointer": { isJSONPointer($0[...]) },
        "relative-json-pointer": { isRelativeJSONPointer($0) },
        "regex": { isRegularExpression($0) },
    ]

    // MARK: Letters

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }

    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 32) &- 97 < 6 }

    // MARK: Short formats

    /// RFC 4122 §3, any version and variant.
    static func isUUID(_ bytes: Bytes) -> Bool {
        guard bytes.count == 36 else { return false }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
            default: if !isHexadecimal(byte) { return false }
            }
        }
        return true
    }

    /// RFC 6901 §3.
    static func isJSONPointer(_ bytes: Slice<Bytes>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: "/") else { return false }
        var isEscape = false
        for byte in bytes {
            if isEscape {
                guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return false }
                isEscape = false
            } else {
                isEscape = byte == UInt8(ascii: "~")
            }
        }
        return !isEscape
    }

    /// draft-bhutton-relative-json-pointer-00 §3.
    static func isRelativeJSONPointer(_ bytes: Bytes) -> Bool {
        var rest = bytes[...]
        guard takeNumber(&rest) else { return false }
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest = rest.dropFirst()
            guard rest.first != UInt8(ascii: "0"), takeNumber(&rest) else { return false }
        }
        if rest.count == 1, rest.first == UInt8(ascii: "#") { return true }
        return isJSONPointer(rest)
    }

    /// A number without leading zeros.
    private static func takeNumber(_ rest: inout Slice<Bytes>) -> Bool {
        let digits = rest.prefix(while: isDigit)
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return false }
        rest = rest[digits.endIndex...]
        return true
    }

    /// ECMA-262 §22.2.1 with the `u` flag.
    static func isRegularExpression(_ bytes: Bytes) -> Bool {
        (try? ContractPattern.validated(String(decoding: bytes, as: UTF8.self))) != nil
    }
}
