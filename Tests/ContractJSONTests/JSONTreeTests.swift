import Testing

@testable import ContractJSON

@Suite("The tree of a text")
struct JSONTreeTests {
    @Test(
        "a text that ends anywhere before its end is refused, and nothing behind it is read",
        arguments: [
            #"{"a":[1,-2.5e3,true,{"ü":"x\n\u0041"}],"bcdefghijk":false,"c":null,"d":"0123456789abcdef"}"#,
            #"["12345678","1234567","123456789012345678901234567890",12345678901234567890]"#,
        ])
    func cut(text: String) throws {
        let bytes = Array(text.utf8)
        _ = try JSONDocument(parsing: bytes)
        for length in 0..<bytes.count {
            #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: Array(bytes[..<length])) }
        }
    }

    @Test("a byte that means something is found wherever it stands in a string", arguments: 0..<24)
    func places(before: Int) throws {
        for after in 0..<24 {
            let head = String(repeating: "a", count: before)
            let tail = String(repeating: "b", count: after)
            for (written, meant) in [(#"\""#, "\""), (#"\\"#, "\\"), ("é", "é"), ("🥖", "🥖"), (#"\u00e9"#, "é")] {
                let value = try JSONValue(parsing: "\"\(head)\(written)\(tail)\"")
                #expect(value == .string(head + meant + tail))
            }
            for (byte, code) in [(0x1F, .malformed), (0, .malformed), (0xFF, .invalidUTF8), (0x80, .invalidUTF8)]
                as [(UInt8, JSONSyntaxError.Code)]
            {
                let bytes = [0x22] + Array(head.utf8) + [byte] + Array(tail.utf8) + [0x22]
                let error = #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: bytes) }
                #expect(error?.code == code)
                #expect(error?.offset == 1 + before)
            }
        }
    }

    @Test("what the tokener reads returns to its place, in objects, arrays and alone")
    func unread() throws {
        let text = """
            {"a":"x\\ny","b":[1.5,"\\u00e9",2,"plain",12345678901234567890123,[-0.25e-2]],"c":{"d":3.0,"\\u0065":"\\t"},"f":7}
            """
        let value = try JSONValue(parsing: text)
        #expect(value["a"] == "x\ny")
        #expect(value["b"]?[0]?.number?.text == "1.5")
        #expect(value["b"]?[1] == "é")
        #expect(value["b"]?[2] == 2)
        #expect(value["b"]?[3] == "plain")
        #expect(value["b"]?[4]?.number?.text == "12345678901234567890123")
        #expect(value["b"]?[5]?[0]?.number?.text == "-0.25e-2")
        #expect(value["c"]?["d"]?.number?.text == "3.0")
        #expect(value["c"]?["e"] == "\t")
        #expect(value.object?.names == ["a", "b", "c", "f"])
        #expect(try JSONValue(parsing: "1.50").number?.text == "1.50")
        #expect(try JSONValue(parsing: #""\ud83e\udd56""#) == "🥖")
    }

    @Test("half a surrogate pair is the replacement character, in values and names")
    func loneSurrogates() throws {
        #expect(try JSONValue(parsing: #"["\ud83e","\udd56x","\ud83ex"]"#) == ["\u{FFFD}", "\u{FFFD}x", "\u{FFFD}x"])
        #expect(try JSONValue(parsing: #"{"\ud83e":1}"#).object?.names == ["\u{FFFD}"])
    }

    @Test("integers keep their value at the borders of 18 digits and 64 bits")
    func integers() throws {
        for text in [
            "0", "-1", "999999999999999999", "-999999999999999999", "1000000000000000000", "9223372036854775807",
            "-9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809",
        ] {
            #expect(try JSONValue(parsing: "[\(text)]").jsonText == "[\(text)]")
        }
        for value in [0, -1, 9, 10, 99, 100, Int.max, Int.min, 1_000_000_000_000_000_000, 999_999_999_999_999_999] {
            var writer = JSONWriter(capacity: 0)
            writer.integer(value)
            #expect(String(decoding: writer.bytes, as: UTF8.self) == String(value))
        }
    }

    @Test(
        "a name given twice is found however it is written, at its second place",
        arguments: [
            (#"{"a":1,"\u0061":{"b":2}}"#, 7), (#"{"x":{"\u0000":1,"\u0000":2}}"#, 17), (#"{"":1,"":2}"#, 6),
            (#"{"\uFFFF":1,"￿":2}"#, 12), (#"{"a":"\n","a":1}"#, 10),
        ])
    func duplicates(text: String, offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: text) }
        #expect(error?.code == .duplicateName)
        #expect(error?.offset == offset)
    }

    @Test("names with U+0000 and U+FFFF are themselves and no others")
    func marks() throws {
        let text = #"{"a\u0000":1,"a":2,"a\uFFFF0":3,"￿":4,"￿0":5,"\u0000":6}"#
        let names = ["a\0", "a", "a\u{FFFF}0", "\u{FFFF}", "\u{FFFF}0", "\0"]
        #expect(try JSONValue(parsing: text).object?.names == names)
        let known = JSONTexts("a\0", "a", "a\u{FFFF}0", "\u{FFFF}", "\u{FFFF}0", "\0")
        try JSONDocument(parsing: text).withRoot { root in
            #expect(root.members.map { $0.place(in: known) } == Array(0..<6))
        }
    }

    @Test("each known text is found at its place, and nothing that resembles it")
    func knownTexts() throws {
        let known = JSONTexts(
            "", "a", "b", "ab", "ba", "aba", "abcd", "abce", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefgh_12345678",
            "abcdefgh-12345678", "abcdefgh-_-12345678", "abcdefgh-+-12345678", "K")
        let texts = [
            "", "a", "b", "ab", "ba", "aba", "abcd", "abce", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefgh_12345678",
            "abcdefgh-12345678", "abcdefgh-_-12345678", "abcdefgh-+-12345678", "K", "c", "aab", "abc", "abcdefg",
            "abcdefgh12345678", "abcdefgh-*-12345678", "\u{212A}", "a\0",
        ]
        try JSONDocument(parsing: JSONValue.array(texts.map { .string($0) }).jsonBytes).withRoot { root in
            for (index, _) in texts.enumerated() {
                #expect(root.element(index).place(in: known) == (index < 16 ? index : -1))
            }
        }
        try JSONDocument(parsing: "1").withRoot { #expect($0.place(in: known) == -1) }
    }

    @Test("members of an object keep their order and are found, few or many, also after some are removed")
    func objects() {
        for count in [1, 12, 13, 40] {
            var object = JSONObject((0..<count).map { ("m\($0)", JSONValue.number(JSONNumber($0))) })
            for index in 0..<count { #expect(object["m\(index)"]?.int == index) }
            object["m0"] = nil
            object["new"] = true
            #expect(object["m0"] == nil)
            #expect(object["m\(count - 1)"]?.int == (count > 1 ? count - 1 : nil))
            #expect(object.names == (1..<count).map { "m\($0)" } + ["new"])
        }
    }
}
