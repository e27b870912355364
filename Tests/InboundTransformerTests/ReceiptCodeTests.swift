import ContractRuntime
import Foundation
import SharedContract
import Testing

@testable import InboundTransformer

@Suite("The codes of Failed receipts")
struct ReceiptCodeTests {
    private static func lines(of path: String, from start: String) throws -> [Substring] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        return Array(text.split(separator: "\n").drop { !$0.hasSuffix(start) }.dropFirst())
    }

    @Test("are those of x-error-codes for every code of WhatsApp, neither more nor fewer")
    func whatsApp() throws {
        var expected: [Int: String] = [:]
        for line in try Self.lines(of: "Specs/whatsapp/graph.yaml", from: "x-error-codes:") {
            func value(_ name: String) -> String? {
                guard let start = line.firstRange(of: " \(name): ")?.upperBound else { return nil }
                return String(line[start...].prefix { $0.isLetter || $0.isNumber })
            }
            guard line.hasPrefix("  - {"), let code = value("code").flatMap({ Int($0) }) else { continue }
            expected[code] = value("receipt")
        }
        #expect(expected.count > 70)
        for (code, receipt) in expected {
            #expect(GenesysReceiptCode(whatsAppCode: code).rawValue == receipt, "code \(code)")
        }
        #expect(Set(GenesysReceiptCode.ofWhatsApp.keys).isSubset(of: expected.keys))
        #expect(GenesysReceiptCode(whatsAppCode: 299) == .messageNotAllowed)
        #expect(GenesysReceiptCode(whatsAppCode: 999_999) == .generalError)
    }

    @Test("are those of x-own-codes for the relay's own codes")
    func own() throws {
        var expected: [String: String] = [:]
        for line in try Self.lines(of: "Specs/schemas/genesys-message.yaml", from: "x-own-codes:") {
            guard line.hasPrefix("      ") else { break }
            let parts = line.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
            expected[parts[0]] = parts[1]
        }
        #expect(expected.count >= 5)
        #expect(expected == GenesysReceiptCode.ofRelay.mapValues(\.rawValue))
    }
}
