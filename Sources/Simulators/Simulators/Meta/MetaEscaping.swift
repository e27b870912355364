/// The form in which Meta sends and signs JSON: "an escaped unicode version of the payload, with lowercase hex digits"
/// (Graph API webhooks, "Getting started", read 2026). Recorded bodies also escape the slash.
enum MetaEscaping {
    /// Escapes characters outside ASCII as `\uXXXX`, those beyond the basic plane as two surrogates, and `/` as `\/`.
    /// - Parameter json: A JSON text in UTF-8 that escapes no slash itself.
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "/") }) else { return json }
        var result: [UInt8] = []
        result.reserveCapacity(json.count + json.count / 4)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x2F: result += [UInt8(ascii: "\\"), UInt8(ascii: "/")]
            case ..<0x80: result.append(UInt8(scalar.value))
            default:
                for unit in UTF16.encode(scalar) ?? Unicode.UTF16.encodedReplacementCharacter {
                    append(unit, to: &result)
                }
            }
        }
        return result
    }

    private static func append(_ unit: UInt16, to result: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        result += "\\u".utf8
        result += String(repeating: "0", count: 4 - digits.count).utf8
        result += digits.utf8
    }
}
