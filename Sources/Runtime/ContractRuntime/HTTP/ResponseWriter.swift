public import ContractJSON
import HTTPTypes

/// Builds one response; what generated routes call.
public struct ResponseWriter {
    private var response: ContractResponse

    /// - Parameter status: HTTP status.
    public init(status: Int) { response = ContractResponse(status: status) }

    /// Sets a header field; an absent value sets nothing. Cookies get a field each.
    public mutating func header(
        _ name: String, _ value: (some ContractValue)?, _ style: ParameterForm.Style = .simple, explodes: Bool = false
    ) {
        guard let value, let field = HTTPField.Name(name) else { return }
        if field == .setCookie, case .array(let cookies) = value.jsonValue {
            response.headers[values: field] = cookies.compactMap(\.string)
            return
        }
        response.headers[field] = ParameterEncoding(name: name, form: ParameterForm(style, explodes: explodes)).header(
            value.jsonValue)
    }

    /// Sets a JSON body after validating it as the client will.
    /// - Throws: ``ContractDecodingError``: a fault of the handler, which the caller sees as 500.
    public mutating func json(
        _ value: some ContractValue, contentType: String, _ check: (JSONNode, inout DecodingContext) -> Void
    ) throws {
        let bytes = value.jsonBytes
        let document = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
        let violations = document.withRoot { DecodingContext.read($0) { check($0, &$1) }.violations }
        if !violations.isEmpty { throw ContractDecodingError.violations(violations) }
        response.headers[.contentType] = contentType
        response.body = .bytes(bytes)
    }

    /// Sets a text body.
    public mutating func text(_ value: String, contentType: String) {
        response.headers[.contentType] = contentType.hasPrefix("text/") ? contentType + "; charset=utf-8" : contentType
        response.body = .bytes(Array(value.utf8))
    }

    /// Sets any body.
    public mutating func raw(_ value: ContractBody, contentType: String) {
        response.headers[.contentType] = contentType
        response.body = value
    }

    /// The response.
    public func finish() -> ContractResponse { response }
}

/// Base64 of RFC 4648 §4, with padding.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Encodes bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for offset in 0..<3 { word = word << 8 | UInt32(offset < group.count ? bytes[start + offset] : 0) }
            for offset in 0..<4 {
                result.append(
                    offset <= group.count ? alphabet[Int(word >> UInt32(18 - 6 * offset) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Decodes a text; nil if it has another length, character or padding than RFC 4648 §4 allows.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count.isMultiple(of: 4) else { return nil }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var result: [UInt8] = []
        var word: UInt32 = 0
        for (index, byte) in bytes.dropLast(padding).enumerated() {
            guard let value = value(byte) else { return nil }
            word = word << 6 | UInt32(value)
            if index % 4 == 3 { result += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)] }
        }
        switch padding {
        case 1: result += [UInt8(word >> 10 & 255), UInt8(word >> 2 & 255)]
        case 2: result.append(UInt8(word >> 4 & 255))
        default: break
        }
        return result
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 65...90: byte - 65
        case 97...122: byte - 71
        case 48...57: byte + 4
        case 43: 62
        case 47: 63
        default: nil
        }
    }
}
