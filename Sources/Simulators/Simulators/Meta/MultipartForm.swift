/// The parts of a `multipart/form-data` body (RFC 7578).
struct MultipartForm: Sendable {
    /// One part.
    struct Part: Sendable {
        var name: String
        var fileName: String?
        var contentType: String?
        var bytes: ArraySlice<UInt8>
    }

    private let parts: [Part]

    /// Nil if the type names no boundary or the body is not made of parts.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty else { return nil }
        let delimiter = Array("--\(boundary)".utf8)
        // A line break before the first delimiter is an empty preamble (RFC 2046 §5.1.1).
        let start = body.starts(with: "\r\n".utf8) ? 2 : 0
        guard body[start...].starts(with: delimiter) else { return nil }
        var parts: [Part] = []
        var position = start + delimiter.count
        while true {
            let rest = body[position...]
            if rest.starts(with: "--".utf8) { break }
            guard rest.starts(with: "\r\n".utf8),
                let headEnd = Self.find(Array("\r\n\r\n".utf8), in: body, from: position),
                let end = Self.find(Array("\r\n".utf8) + delimiter, in: body, from: headEnd),
                let part = Self.part(head: body[position..<headEnd], bytes: body[(headEnd + 4)..<max(end, headEnd + 4)])
            else { return nil }
            parts.append(part)
            position = end + 2 + delimiter.count
        }
        self.parts = parts
    }

    func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    func text(_ name: String) -> String? { part(name).map { String(decoding: $0.bytes, as: UTF8.self) } }

    private static func part(head: ArraySlice<UInt8>, bytes: ArraySlice<UInt8>) -> Part? {
        var part: Part?
        var contentType: String?
        for line in String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let value = String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
            switch line.prefix(while: { $0 != ":" }).lowercased() {
            case "content-disposition":
                guard let name = parameter("name", of: value) else { return nil }
                part = Part(name: name, fileName: parameter("filename", of: value), bytes: bytes)
            case "content-type": contentType = value
            default: break
            }
        }
        part?.contentType = contentType
        return part
    }

    /// A parameter of a header field, with or without quotation marks.
    private static func parameter(_ name: String, of field: String) -> String? {
        for piece in field.split(separator: ";").dropFirst() {
            let trimmed = piece.drop { $0 == " " }
            guard trimmed.lowercased().hasPrefix("\(name)=") else { continue }
            let value = trimmed.dropFirst(name.count + 1)
            return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, body.count >= pattern.count else { return nil }
        var position = start
        while let candidate = body[position...].firstIndex(of: first), candidate + pattern.count <= body.count {
            if body[candidate..<candidate + pattern.count].elementsEqual(pattern) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}
