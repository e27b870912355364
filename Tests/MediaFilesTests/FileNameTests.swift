import MediaFiles
import Testing

@Suite("Names of files")
struct FileNameTests {
    @Test(
        "are shown as what they are: without marks of direction, controls, breaks and paths",
        arguments: [
            ("photo_\u{202E}gpj.exe", "photo_gpj.exe"), ("a\u{2066}b\u{2069}c\u{200F}.pdf", "abc.pdf"),
            ("a\u{200B}\u{FEFF}b.pdf", "ab.pdf"), ("a\u{0}\u{7F}\u{85}\u{9B}b\r\n\t.pdf", "ab.pdf"),
            ("a\u{2028}b\u{2029}.pdf", "ab.pdf"), ("../../etc/passwd", "....etcpasswd"),
            (#"C:\plans.pdf"#, "C:plans.pdf"), ("Pläne für Übermorgen 📄.pdf", "Pläne für Übermorgen 📄.pdf"),
            ("عقد.pdf", "عقد.pdf"),
        ])
    func shown(_ name: String, _ seen: String) {
        #expect(FileName.shown(name) == seen)
    }

    @Test("that show nothing are none", arguments: [nil, "", ".", "..", " ", "\u{202E}", "\u{200B}\n", "/"])
    func nothing(_ name: String?) {
        #expect(FileName.shown(name) == nil)
    }

    @Test("are cut between characters")
    func long() {
        #expect(FileName.shown(String(repeating: "ä", count: 300)) == String(repeating: "ä", count: 255))
        let flags = FileName.shown(String(repeating: "🇩🇪", count: 200))
        #expect(flags == String(repeating: "🇩🇪", count: 127))
    }

    @Test("keep the extension by which devices open them, whatever the length")
    func extensions() {
        let name = FileName.shown(String(repeating: "ä", count: 300) + ".pdf")
        #expect(name == String(repeating: "ä", count: 251) + ".pdf")
        let dotted = FileName.shown("a." + String(repeating: "b", count: 300))
        #expect(dotted == "a." + String(repeating: "b", count: 253))
    }
}
