import ContractJSON

/// Reads a JSON document into nodes with positions. Strict by RFC 8259; duplicate names are refused.
struct JSONReader {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    private var lineStart = 0

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// Reads `bytes`.
    static func read(_ bytes: [UInt8], file: String) throws(SourceError) -> SourceNode {
        let limits = JSONLimits(maximumBytes: SourceStore.maximumBytes, maximumDepth: YAMLReader.maximumDepth)
        do throws(JSONSyntaxError) {
            _ = try JSONDocument(parsing: bytes, limits: limits)
        } catch {
            let place = TextPosition(of: error.offset, in: bytes)
            throw SourceError(
                file: file,
                line: place.line,
                column: place.column,
                message: "Not JSON: \(error.reason).",
                remedy: remedy(for: error, in: bytes)
            )
        }
        var reader = JSONReader(bytes: bytes, file: file)
        return reader.value(pointer: "")
    }

    private static func remedy(for error: JSONSyntaxError, in bytes: [UInt8]) -> String? {
        if error.code == .duplicateName { return "Remove or rename one of the two members." }
        if error.offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "Save it without a byte order mark." }
        let before = bytes.prefix(error.offset).last { $0 > 0x20 }
        let here = error.offset < bytes.count ? bytes[error.offset] : 0
        let closes = here == UInt8(ascii: "}") || here == UInt8(ascii: "]")
        return closes && before == UInt8(ascii: ",") ? "Remove the comma before it." : nil
    }

    // The text is known to be valid here, so that reading needs no checks of its own.

    private mutating func value(pointer: String) -> SourceNode {
        skipSpace()
        let line = line
        let column = position - lineStart + 1
        let content: SourceNode.Content
        switch bytes[position] {
        case UInt8(ascii: "{"): content = .mapping(members(pointer: pointer))
        case UInt8(ascii: "["): content = .sequence(elements(pointer: pointer))
        case UInt8(ascii: "\""): content = .scalar(.string(string()))
        case UInt8(ascii: "t"): content = literal(.bool(true), length: 4)
        case UInt8(ascii: "f"): content = literal(.bool(false), length: 5)
        case UInt8(ascii: "n"): content = literal(.null, length: 4)
        default: content = .scalar(number())
        }
        return SourceNode(content, file: file, line: line, column: column, pointer: pointer)
    }

    private mutating func literal(_ value: JSONValue, length: Int) -> SourceNode.Content {
        position += length
        return .scalar(value)
    }

    private mutating func number() -> JSONValue {
        let start = position
        while position < bytes.count, !Self.endsNumber(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return JSONNumber(text).map(JSONValue.number) ?? .null
    }

    private static func endsNumber(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }

    private mutating func string() -> String {
        let start = position
        var hasEscape = false
        position += 1
        while bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
            }
            position += 1
        }
        position += 1
        guard hasEscape else { return String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self) }
        return (try? JSONValue(parsing: Array(bytes[start..<position])))?.string ?? ""
    }

    private mutating func elements(pointer: String) -> [SourceNode] {
        var elements: [SourceNode] = []
        position += 1
        skipSpace()
        while bytes[position] != UInt8(ascii: "]") {
            elements.append(value(pointer: "\(pointer)/\(elements.count)"))
            skipSeparator()
        }
        position += 1
        return elements
    }

    private mutating func members(pointer: String) -> [SourceNode.Member] {
        var members: [SourceNode.Member] = []
        position += 1
        skipSpace()
        while bytes[position] != UInt8(ascii: "}") {
            let line = line
            let column = position - lineStart + 1
            let name = string()
            skipSpace()
            position += 1
            let node = value(pointer: "\(pointer)/\(JSONPointer.escape(name))")
            members.append(SourceNode.Member(name: name, line: line, column: column, node: node))
            skipSeparator()
        }
        position += 1
        return members
    }

    private mutating func skipSeparator() {
        skipSpace()
        if bytes[position] == UInt8(ascii: ",") {
            position += 1
            skipSpace()
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 {
            if bytes[position] == 0x0A {
                line += 1
                lineStart = position + 1
            }
            position += 1
        }
    }
}

/// A place in a text as people count it.
public struct TextPosition: Sendable, Hashable {
    /// Line from 1.
    public let line: Int
    /// Column from 1, in bytes.
    public let column: Int

    /// - Parameters:
    ///   - offset: Byte offset from 0.
    ///   - bytes: The text.
    public init(of offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(max(0, offset))
        line = before.count { $0 == 0x0A } + 1
        let lastBreak = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        column = before.count - lastBreak + 1
    }
}
