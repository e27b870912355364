import Foundation

/// A piece of emitted code on one line, and where its brackets are.
struct CodeText {
    private let bytes: ArraySlice<UInt8>
    /// Brackets that are inside no others, in order.
    private(set) var groups: [Group] = []
    /// Commas that are inside no brackets.
    private var commas: [Int] = []
    /// Other places that are inside no brackets and no strings, where something may be looked for.
    private var marks: [Int] = []

    /// A pair of brackets: the places of both.
    struct Group {
        let lowerBound: Int
        let upperBound: Int
        let isBraces: Bool

        /// What is between them.
        var inside: Range<Int> { lowerBound + 1..<upperBound }
    }

    init(_ text: some Sequence<UInt8>) { self.init(Array(text)[...]) }

    init(_ text: String) { self.init(Array(text.utf8)[...]) }

    private init(_ slice: ArraySlice<UInt8>) {
        bytes = slice
        var depth = 0
        var start = 0
        var isInText = false
        var place = slice.startIndex
        while place < slice.endIndex {
            let byte = slice[place]
            let offset = place - slice.startIndex
            switch byte {
            case UInt8(ascii: "\\") where isInText: place += 1
            case UInt8(ascii: "\""): isInText.toggle()
            case _ where isInText: break
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth == 0 { start = offset }
                depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 {
                    groups.append(
                        Group(lowerBound: start, upperBound: offset, isBraces: byte == UInt8(ascii: "}")))
                }
            case UInt8(ascii: ",") where depth == 0: commas.append(offset)
            case UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "."):
                if depth == 0 { marks.append(offset) }
            default: break
            }
            place += 1
        }
    }

    /// How many bytes there are.
    var count: Int { bytes.count }
    /// Whether there is nothing.
    var isEmpty: Bool { bytes.isEmpty }
    /// The code.
    var string: String { String(decoding: bytes, as: UTF8.self) }
    /// How many characters there are.
    var width: Int { count <= CodeLayout.width ? count : string.count }
    /// Whether there may be an array or a dictionary.
    var hasList: Bool { bytes.contains(UInt8(ascii: "[")) }
    /// Whether this is a comment.
    var isComment: Bool { hasPrefix("//") }

    /// A part, by the places of its bytes.
    subscript(range: Range<Int>) -> CodeText {
        CodeText(bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound])
    }

    func hasPrefix(_ text: String) -> Bool { bytes.starts(with: text.utf8) }

    func hasSuffix(_ text: String) -> Bool { bytes.suffix(text.utf8.count).elementsEqual(text.utf8) }

    /// Without the spaces at both ends.
    var trimmed: CodeText {
        let start = bytes.firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.endIndex
        let end = bytes.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? start
        return CodeText(bytes[start..<max(start, end)])
    }

    /// What the commas separate.
    var parts: [CodeText] {
        var parts: [CodeText] = []
        var start = 0
        for comma in commas + [count] {
            parts.append(self[start..<comma].trimmed)
            start = comma + 1
        }
        return parts.filter { !$0.isEmpty }
    }

    /// The last place outside brackets of a text that ends in an opening brace.
    func outermost(_ text: String) -> Int? {
        if hasSuffix(text) { return count - text.utf8.count }
        let group = groups.last { $0.isBraces && self[0..<$0.lowerBound + 1].hasSuffix(text) }
        return group.map { $0.lowerBound + 1 - text.utf8.count }
    }

    /// The first place of `text`, which begins with a space, a colon or a full stop, outside brackets and strings.
    func first(_ text: String) -> Int? { marks.first { bytes.dropFirst($0).starts(with: text.utf8) } }

    /// The last such place.
    func last(_ text: String) -> Int? { marks.last { bytes.dropFirst($0).starts(with: text.utf8) } }

    /// Where the body of braces begins: behind the parameters of a closure, if it has any.
    func parameters(after brace: Int) -> Int {
        let names = self[brace + 1..<count].bytes.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: " "):
                true
            default: false
            }
        }
        let words = String(decoding: names, as: UTF8.self).components(separatedBy: " in ")
        return words.count < 2 ? brace + 1 : brace + 1 + words[0].utf8.count + 4
    }

    /// Whether brackets hold the elements of an array or a dictionary.
    func isLiteral(_ group: Group) -> Bool {
        guard bytes[bytes.startIndex + group.lowerBound] == UInt8(ascii: "[") else { return false }
        guard group.lowerBound > 0 else { return true }
        return " ([".utf8.contains(bytes[bytes.startIndex + group.lowerBound - 1])
    }
}
