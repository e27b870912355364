import ContractJSON
import ContractModel

/// One part of a multipart body.
struct FormPart {
    var name: String
    var contentType: String?
    var fileName: String?
    var bytes: [UInt8]
}

extension ParameterDecoder {
    /// The object of an URL-encoded form; fields that the schema does not know stay texts.
    func form(_ schema: SchemaID, _ pairs: [(name: String, value: String)]) -> JSONValue {
        var object = exploded(schema, pairs)?.object ?? JSONObject()
        for (name, value) in pairs where object[name] == nil {
            object[name] = .string(WireText.decoded(value, plusIsSpace: true))
        }
        return .object(object)
    }

    /// The object of a multipart form. Files are texts of their bytes: only their presence and size can be judged.
    func form(_ schema: SchemaID, parts: [FormPart]) -> JSONValue {
        var object = JSONObject()
        for part in parts {
            let text = String(decoding: part.bytes, as: UTF8.self)
            let value: JSONValue
            if let type = part.contentType, MediaType.isJSON(type), let json = try? JSONValue(parsing: text) {
                value = json
            } else if part.fileName != nil {
                value = .string(text)
            } else {
                let pair = [(name: part.name, value: Self.encoded(text))]
                value = exploded(schema, pair)?[part.name] ?? .string(text)
            }
            if let earlier = object[part.name] {
                object[part.name] = .array((earlier.array ?? [earlier]) + (value.array ?? [value]))
            } else if value.array == nil, isList(part.name, of: schema) {
                object[part.name] = .array([value])
            } else {
                object[part.name] = value
            }
        }
        return .object(object)
    }

    /// Whether each part of a name is an element of a list.
    private func isList(_ name: String, of schema: SchemaID) -> Bool {
        member(name, of: schema).map { shape($0) == [.array] } ?? false
    }

    private static func encoded(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("+", with: "%2B")
    }
}

/// Multipart bodies (RFC 2046, 5.1; RFC 7578).
enum Multipart {
    /// Most parts that are read.
    private static let maximumParts = 1_000

    /// The parts of a form; nil if the body is none.
    static func parts(of body: [UInt8], _ contentType: String) -> [FormPart]? {
        guard let boundary = parameter("boundary", of: contentType), !boundary.isEmpty else { return nil }
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [FormPart] = []
        var starts = positions(of: delimiter, in: body)
        guard starts.count >= 2 else { return nil }
        let last = starts.removeLast()
        guard body[(last + delimiter.count)...].starts(with: Array("--".utf8)) else { return nil }
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : last
            let content = body[(start + delimiter.count)..<end]
            guard let part = part(content), parts.count < maximumParts else { return nil }
            parts.append(part)
        }
        return parts
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> FormPart? {
        let blank = Array("\r\n\r\n".utf8)
        guard bytes.starts(with: Array("\r\n".utf8)), let split = positions(of: blank, in: Array(bytes)).first else {
            return nil
        }
        let head = String(decoding: bytes[bytes.startIndex..<(bytes.startIndex + split)], as: UTF8.self)
        let content = bytes[(bytes.startIndex + split + 4)...].dropLast(2)
        var part = FormPart(name: "", bytes: Array(content))
        for line in head.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = WireText.trimmed(pair[1])
            switch pair[0].lowercased() {
            case "content-disposition":
                part.name = parameter("name", of: value) ?? ""
                part.fileName = parameter("filename", of: value)
            case "content-type": part.contentType = value
            default: break
            }
        }
        return part.name.isEmpty ? nil : part
    }

    private static func parameter(_ name: String, of value: String) -> String? {
        for part in value.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, WireText.trimmed(pair[0]).lowercased() == name else { continue }
            let text = WireText.trimmed(pair[1])
            return text.hasPrefix("\"") && text.hasSuffix("\"") && text.count >= 2
                ? String(text.dropFirst().dropLast()) : text
        }
        return nil
    }

    private static func positions(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard !needle.isEmpty, bytes.count >= needle.count else { return [] }
        var found: [Int] = []
        var index = 0
        while index <= bytes.count - needle.count {
            if bytes[index] == needle[0], bytes[index..<(index + needle.count)].elementsEqual(needle) {
                found.append(index)
                index += needle.count
            } else {
                index += 1
            }
        }
        return found
    }
}
