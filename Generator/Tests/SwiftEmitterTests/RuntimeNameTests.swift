import ContractPlan
import Foundation
import Testing

/// Types of a contract must not hide what generated code means.
@Suite("Names of the runtime")
struct RuntimeNameTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func sources(_ folders: [String]) -> [String] {
        folders.flatMap { folder in
            let url = project.appending(path: folder)
            let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
            return names.filter { $0.hasSuffix(".swift") }
                .compactMap { try? String(contentsOf: url.appending(path: $0), encoding: .utf8) }
        }
    }

    /// Identifiers of code lines that do not follow a dot, apart from comments and string literals.
    private static func identifiers(_ text: String) -> Set<String> {
        var found: Set<String> = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            var word: [UInt8] = []
            var isText = false
            var before: UInt8 = 0
            var last: UInt8 = 0
            for byte in line {
                if last == UInt8(ascii: "/"), byte == last, !isText { break }
                if byte == UInt8(ascii: "\""), last != UInt8(ascii: "\\") { isText.toggle() }
                let isLetter = (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
                if isLetter, !isText {
                    if word.isEmpty { before = last }
                    word.append(byte)
                } else if !word.isEmpty {
                    if before != UInt8(ascii: ".") { found.insert(String(decoding: word, as: UTF8.self)) }
                    word = []
                }
                last = byte
            }
            if !word.isEmpty { found.insert(String(decoding: word, as: UTF8.self)) }
        }
        return found
    }

    /// Names that stand behind a keyword that declares a type for others.
    private static func declared(_ texts: [String]) -> Set<String> {
        let pattern =
            /^(?:@propertyWrapper )?public (?:final |indirect )*(?:struct|enum|protocol|class|actor|typealias) (\w+)/
            .anchorsMatchLineEndings()
        return Set(texts.flatMap { $0.matches(of: pattern).map { String($0.1) } })
    }

    @Test("that generated code spells are not given to types of a contract")
    func reserved() throws {
        let runtime = Self.declared(Self.sources(["Sources/Runtime/ContractJSON", "Sources/Runtime/ContractRuntime"]))
        let generated = Self.sources([
            "Sources/Contracts", "Contract-Tests/HTTP/Sources/Contracts", "Contract-Tests/Messaging/Sources/Contracts",
        ])
        let own = Self.declared(generated)
        let used = generated.reduce(into: Set<String>()) { $0.formUnion(Self.identifiers($1)) }
        // Types that contracts of ours have by the same name; the modules that spell the runtime's do not have them.
        let spelled = runtime.intersection(used).subtracting(own)
        #expect(spelled.count > 40)
        #expect(spelled.subtracting(RuntimeNames.all).sorted() == [])
        for name in spelled.union(["Swift", "Sendable"]) { #expect(SwiftNaming.typeName(name) == name + "Value") }
    }
}
