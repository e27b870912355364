/// Reads a whole XML 1.0 document in UTF-8 into elements.
///
/// Strict where it matters for answers of a server: well-formed nesting, known entities, one root. Document types, and
/// with them all entity tricks, are refused; attributes are checked for form and skipped.
struct XMLReader {
    /// Deepest nesting accepted; S3's answers need five.
    static let depthLimit = 32

    private let bytes: [UInt8]
    private var position = 0

    /// Reads a document.
    static func read(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw XMLError(reason: "not UTF-8", position: 0) }
        var reader = XMLReader(bytes: bytes)
        try reader.skipMiscellaneous()
        guard reader.take("<") else { throw reader.error("no root element") }
        let root = try reader.element(depth: 1)
        try reader.skipMiscellaneous()
        guard reader.position == bytes.count else { throw reader.error("text after the root element") }
        return root
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark may stand first.
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    // MARK: Elements

    /// Reads from behind the `<` of a start tag to behind its end tag.
    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth <= Self.depthLimit else { throw error("nested too deeply") }
        let fullName = try name()
        var element = XMLElement(name: String(fullName.split(separator: ":").last ?? ""))
        if try skipAttributes() { return element }
        var text: [UInt8] = []
        while true {
            guard let byte = current else { throw error("<\(fullName)> is not closed") }
            if byte == UInt8(ascii: "&") {
                text += try reference()
            } else if byte != UInt8(ascii: "<") {
                text.append(byte)
                position += 1
            } else if take("<![CDATA[") {
                text += try skip(to: "]]>")
            } else if try skipCommentOrInstruction() {
                continue
            } else if take("</") {
                guard try name() == fullName else { throw error("<\(fullName)> is closed by another name") }
                skipSpace()
                guard take(">") else { throw error("broken end tag") }
                element.text = String(decoding: text, as: UTF8.self)
                return element
            } else {
                position += 1
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    /// Skips what follows the name in a start tag; true if the tag closes itself.
    private mutating func skipAttributes() throws(XMLError) -> Bool {
        while true {
            let hadSpace = skipSpace()
            if take("/>") { return true }
            if take(">") { return false }
            guard hadSpace else { throw error("broken start tag") }
            _ = try name()
            skipSpace()
            guard take("=") else { throw error("an attribute without a value") }
            skipSpace()
            guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw error("an attribute's value without quotes")
            }
            position += 1
            let value = try skip(to: String(UnicodeScalar(quote)))
            guard !value.contains(UInt8(ascii: "<")) else { throw error("< in an attribute") }
        }
    }

    private mutating func name() throws(XMLError) -> String {
        let start = position
        while let byte = current, Self.isNameByte(byte) { position += 1 }
        let name = bytes[start..<position]
        guard let first = name.first, !(0x2d...0x39).contains(first) else {
            throw error("no name where one must stand")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3a, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x80...: true
        default: false
        }
    }

    // MARK: Character data

    /// Reads `&…;`.
    private mutating func reference() throws(XMLError) -> [UInt8] {
        let start = position
        position += 1
        let name = String(decoding: try skip(to: ";"), as: UTF8.self)
        switch name {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let number, number != 0, let scalar = UnicodeScalar(number) else {
            position = start
            throw error("an unknown reference")
        }
        return Array(String(scalar).utf8)
    }

    // MARK: What is skipped

    private mutating func skipMiscellaneous() throws(XMLError) {
        repeat { skipSpace() } while try skipCommentOrInstruction()
    }

    private mutating func skipCommentOrInstruction() throws(XMLError) -> Bool {
        if take("<!--") {
            _ = try skip(to: "-->")
        } else if take("<?") {
            _ = try skip(to: "?>")
        } else if isAt("<!") {
            throw error("a document type is not accepted")
        } else {
            return false
        }
        return true
    }

    /// Moves behind the next occurrence of an end mark and returns what was before it.
    private mutating func skip(to end: String) throws(XMLError) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count {
            if take(end) { return bytes[start..<position - end.utf8.count] }
            position += 1
        }
        position = start
        throw error("\(end) is missing")
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while let byte = current, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
        return position > start
    }

    // MARK: Position

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isAt(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func take(_ text: String) -> Bool {
        guard isAt(text) else { return false }
        position += text.utf8.count
        return true
    }

    private func error(_ reason: String) -> XMLError { XMLError(reason: reason, position: position) }
}
