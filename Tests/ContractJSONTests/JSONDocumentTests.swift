import Testing

@testable import ContractJSON

@Suite("JSON documents")
struct JSONDocumentTests {
    @Test(
        "a document reads and writes back to equal bytes",
        arguments: [
            #"{"a":1,"b":[true,false,null],"c":{"d":"ä\n\"x\\"}}"#, "[]", "{}", "0", "-1.5e+10", #""""#, "null",
            #"[123456789012345678901234567890,0.1,9223372036854775807,18446744073709551615,-9223372036854775808]"#,
        ])
    func roundTrip(text: String) throws {
        #expect(try JSONValue(parsing: text).jsonText == text)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "01", "-", "1.", ".5", "+1", "1e", "tru", "True", "NaN", "Infinity",
            "'a'",
            "\"\u{01}\"", "\"\\x\"", "\"\\u12g4\"", "[1 2]", "{\"a\" 1}", "{a:1}", "1 2", "/* x */ 1", "\"abc", "[1]]",
            "-01",
        ])
    func refusals(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: text) }
    }

    @Test(
        "invalid UTF-8 is refused at its place",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
            [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: bytes) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.offset == 1)
    }

    @Test("depth and size have limits that are exact")
    func limits() throws {
        let limits = JSONLimits(maximumBytes: 20, maximumDepth: 3)
        _ = try JSONDocument(parsing: "[[[1]]]", limits: limits)
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: "[[[[1]]]]", limits: limits) }
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: "\"123456789012345678901\"", limits: limits) }
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: deep) }
        #expect(error?.code == .tooDeep)
    }

    @Test("a name given twice is refused, also among many")
    func duplicateNames() {
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: #"{"a":1,"b":2,"a":3}"#) }
        let many = (0..<40).map { "\"k\($0)\":\($0)" } + ["\"k7\":1"]
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: "{\(many.joined(separator: ","))}") }
    }

    @Test(
        "numbers compare by value",
        arguments: [
            ("1", "1.0"), ("100", "1e2"), ("0", "-0.0"), ("1234567890123456789012", "1234567890123456789012.00"),
        ])
    func numberEquality(first: String, second: String) throws {
        let left = try #require(JSONNumber(first))
        let right = try #require(JSONNumber(second))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.isInteger)
    }

    @Test("multiples are decided in decimal")
    func multiples() throws {
        func multiple(_ value: String, of step: String) throws -> Bool {
            try #require(JSONNumber(value)).isMultiple(of: #require(JSONNumber(step)))
        }
        #expect(try multiple("0.0075", of: "0.0001"))
        #expect(try !multiple("0.00751", of: "0.0001"))
        #expect(try multiple("19.99", of: "0.01"))
        #expect(try multiple("1e308", of: "0.5"))
        #expect(try multiple("1e308", of: "0.0001"))
        #expect(try !multiple("1e-400", of: "0.0001"))
        #expect(try !multiple("1", of: "1e308"))
        #expect(try multiple("3e308", of: "1e308"))
        #expect(try multiple("1e1000000", of: "0.5"))
        #expect(try !multiple("1e1000000", of: "3"))
        #expect(try !multiple("1e308", of: "0.123456789"))
        #expect(try multiple("1234567890123456789012345678901234567e20", of: "1234567890123456789012345678901234567"))
        #expect(try !multiple("1234567890123456789012345678901234568e20", of: "1234567890123456789012345678901234567"))
        #expect(try !multiple("35", of: "1.5"))
    }

    @Test("numbers have an order by value")
    func numberOrder() throws {
        let texts = ["-1e400", "-10", "-9.99", "0", "0.001", "1", "9.99", "10", "123456789012345678901", "1e400"]
        let numbers = try texts.map { try #require(JSONNumber($0)) }
        for index in numbers.indices.dropLast() { #expect(numbers[index] < numbers[index + 1]) }
    }
}
