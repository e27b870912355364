import ContractRuntime
import Testing

@Suite("Regular expressions of ECMA-262")
struct PatternTests {
    @Test(
        "match as the language says",
        arguments: [
            ("^abc$", "abc\n", false), ("b", "abc", true), ("^(?:a|ab)(?:c|bcd)$", "abcd", true),
            ("^a{2,3}$", "aaaa", false), ("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false),
            ("^.$", "😀", true), ("^.$", "\u{2028}", false), ("^[^x]$", "\n", true), ("^[\\s\\S]*$", "a\r\nb", true),
            ("^e\u{301}$", "é", false), ("^..$", "e\u{301}", true), ("(?<=\\$)\\d+", "$42", true),
            ("(?<!\\$)\\b\\d+", "$42", false), ("^(?=.*\\d)(?=.*[a-z]).{3,}$", "a1b", true),
            ("^(?!foo)", "foobar", false),
            ("^(.)\\1$", "aa", true), ("^(.)\\1$", "ab", false), ("^(?<q>['\"]).*\\k<q>$", "'x'", true),
            ("\\1(a)", "a", true), ("^\\u{1F600}$", "😀", true), ("^\\uD83D\\uDE00$", "😀", true),
            ("^\\p{Lu}\\p{Ll}+$", "Élan", true), ("^\\p{Script=Greek}+$", "αβγ", true), ("^\\P{L}+$", "a1", false),
            ("^\\p{sc=Cyrillic}+$", "αβγ", false), ("^[\\p{L}\\d_-]+$", "ñ-7_", true), ("^[^\\W\\d]+$", "ab_", true),
            ("\\Bb", "ab", true), ("\\bb", "ab", false), ("^[\\b]$", "\u{8}", true), ("^\\0$", "\0", true),
            ("^\\x41$", "A", true), ("^\\cA$", "\u{1}", true), ("", "anything", true), ("^$", "", true),
            ("^(?i:ab)c$", "ABc", true), ("^(?i:[^a])$", "A", false), ("x*", "", true), ("^(?:a*)*$", "aab", false),
            ("^(?:(a)|b)*\\1$", "ab", true), ("(?<=a+)b", "aab", true), ("^[a-z0-9]+(?:-[a-z0-9]+)*$", "a-b--c", false),
        ]
    )
    func matching(source: String, text: String, expected: Bool) throws {
        #expect(try ContractPattern.validated(source).matches(text) == expected)
    }

    @Test(
        "are refused where Unicode mode refuses them",
        arguments: [
            "(", ")", "[a", "a**", "*a", "{1}", "a{1", "a{2,1}", "]", "}", "\\", "\\a", "\\-", "\\Z", "(?P<n>a)",
            "(?<n>a)(?<n>b)", "\\k<x>", "(a)\\2", "[b-a]", "[\\d-z]", "(?=a)*", "\\u{110000}", "\\p{Foo}", "\\p{Lu",
            "(?i)a", "(?>a)", "a++", "\\01", "\\c1", "(?<1>a)", "(?ii:a)", "\\p{Script=Klingon}",
        ]
    )
    func refusal(source: String) {
        #expect(throws: PatternError.self) { try ContractPattern.validated(source) }
    }

    @Test(
        "take time linear in the text",
        arguments: ["(x+x+)+y", "^(a|a)*$", "\\s+$", "(.*,){11}P", "^(([a-z])+.)+[A-Z]([a-z])+$", "a*a*a*b"]
    )
    func time(source: String) throws {
        let pattern = try ContractPattern.validated(source)
        for letter in ["x", "a", " ", ","] {
            #expect(!pattern.matches(String(repeating: letter, count: 20_000) + "!"))
        }
    }
}

@Suite("Formats")
struct FormatTests {
    @Test(
        "are checked by their RFCs",
        arguments: [
            ("date-time", "2026-02-29T00:00:00Z", false), ("date-time", "2026-01-31t09:30:00.5+05:30", true),
            ("date-time", "2026-01-31 09:30:00Z", false), ("time", "00:59:60+01:00", true),
            ("time", "24:00:00Z", false),
            ("duration", "P1Y2M3DT4H5M6S", true), ("duration", "P1Y2D", false), ("duration", "P", false),
            ("email", "a.b@c.example", true), ("email", "a@b_c.example", false), ("email", "\"a b\"@c", true),
            ("idn-email", "ö@ö.example", true), ("hostname", "a-b.example", true), ("hostname", "a_b", false),
            ("hostname", "xn--zz", false), ("idn-hostname", "straße.example", true), ("idn-hostname", "a。b", true),
            ("idn-hostname", "☃.example", false), ("ipv4", "1.2.3.04", false), ("ipv6", "1::8:1.2.3.4", true),
            ("ipv6", "1:2:3:4:5:6:7:8::", false), ("ipv6", "1:2:3:4:5:6:7::", true), ("uri", "urn:a:b", true),
            ("uri", "//a/b", false), ("uri", "http://a b", false), ("uri-reference", "../a?b#c", true),
            ("iri", "http://ü/é?\u{E000}", true), ("iri", "http://ü/\u{E000}", false), ("uuid", "not-a-uuid", false),
            ("uri-template", "/a{?b*,c:3}", true), ("uri-template", "/a{b", false), ("json-pointer", "/a~1", true),
            ("json-pointer", "/a~2", false), ("relative-json-pointer", "0+1/a", true), ("regex", "\\a", false),
        ]
    )
    func check(format: String, value: String, expected: Bool) {
        #expect(ContractFormat.isValid(format, value) == expected)
    }

    @Test("that are none have no verdict") func unknown() { #expect(ContractFormat.isValid("colour", "red") == nil) }
}
