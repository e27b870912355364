import Testing

@testable import MediaFiles

@Suite("File signature")
struct FileSignatureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let mime: String
        let head: [UInt8]
        var testDescription: String { mime }
    }

    private static func text(_ text: String, _ before: [UInt8] = []) -> [UInt8] { before + Array(text.utf8) }

    static let cases: [Case] = [
        .init(mime: "image/jpeg", head: [0xFF, 0xD8, 0xFF, 0xE0]),
        .init(mime: "image/png", head: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        .init(mime: "image/gif", head: text("GIF89a..")),
        .init(mime: "image/webp", head: text("RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8 ")),
        .init(mime: "audio/wav", head: text("RIFF\u{1}\u{1}\u{1}\u{1}WAVE")),
        .init(mime: "audio/ogg", head: text("OggS")),
        .init(mime: "audio/amr", head: text("#!AMR\n")),
        .init(mime: "audio/mpeg", head: text("ID3\u{3}")),
        .init(mime: "audio/mpeg", head: [0xFF, 0xFB, 0x90, 0x44]),
        .init(mime: "audio/aac", head: [0xFF, 0xF1, 0x50, 0x80]),
        .init(mime: "application/pdf", head: text("%PDF-1.7")),
        .init(mime: "video/mp4", head: text("ftypisom", [0, 0, 0, 32])),
        .init(mime: "video/3gpp", head: text("ftyp3gp4", [0, 0, 0, 32])),
        .init(mime: "audio/mp4", head: text("ftypM4A ", [0, 0, 0, 32])),
        .init(mime: "application/vnd.microsoft.portable-executable", head: text("MZ\u{10}\u{0}\u{3}\u{0}")),
        .init(mime: "application/x-executable", head: text("ELF", [0x7F])),
    ]

    @Test("known formats are known by their first bytes", arguments: cases)
    func knows(_ example: Case) {
        #expect(FileSignature(example.head)?.mime == example.mime)
    }

    @Test(
        "what has no signature is nothing in particular",
        arguments: [[], [0x50, 0x4B, 3, 4], Array("Hello".utf8), Array("MZ is a word.".utf8)])
    func unknown(_ head: [UInt8]) {
        #expect(FileSignature(head) == nil)
    }

    @Test("Opus in Ogg and moving WebP are told from others")
    func details() throws {
        let page = Array("OggS".utf8) + [UInt8](repeating: 0, count: 24)
        #expect(try #require(FileSignature(page + Array("OpusHead".utf8))).isOpus)
        #expect(try !#require(FileSignature(page + Array("\u{1}vorbis".utf8))).isOpus)
        let webP = Array("RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8X\u{A}\u{0}\u{0}\u{0}".utf8)
        #expect(try #require(FileSignature(webP + [0x02])).isAnimated)
        #expect(try !#require(FileSignature(webP + [0x10])).isAnimated)
    }

    @Test("the bytes outrank the declaration, unless that is a narrower word for the same container")
    func declared() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        #expect(FileSignature.mime(declared: MIMEType("image/jpeg"), head: png) == "image/png")
        let mp4 = Self.text("ftypmp42", [0, 0, 0, 32])
        #expect(FileSignature.mime(declared: MIMEType("audio/mp4"), head: mp4) == "audio/mp4")
        #expect(FileSignature.mime(declared: MIMEType("image/png"), head: mp4) == "video/mp4")
        #expect(FileSignature.mime(declared: MIMEType("text/csv"), head: Array("a;b".utf8)) == "text/csv")
        #expect(FileSignature.mime(declared: nil, head: []) == "application/octet-stream")
    }

    @Test("what only says that it is a picture is none")
    func disguised() {
        for declared in ["image/png", "image/jpeg", "image/webp", "image/gif"] {
            for head in [Self.text("<html>"), [], [0x50, 0x4B, 3, 4]] {
                #expect(FileSignature.mime(declared: MIMEType(declared), head: head) == "application/octet-stream")
            }
            let program = FileSignature.mime(declared: MIMEType(declared), head: Self.text("MZ\u{0}"))
            #expect(program == "application/vnd.microsoft.portable-executable")
        }
    }

    @Test("media types are read with their parameters, and nothing else is one")
    func types() throws {
        let type = try #require(MIMEType(" Audio/OGG ; codecs=\"opus\""))
        #expect(type.essence == "audio/ogg")
        #expect(type.parameters == ["codecs": "opus"])
        #expect(type.fileExtension == "ogg")
        for text in ["", "image", "image/", "/png", "image/p ng", "a/b/c", "image/p\nng"] {
            #expect(MIMEType(text) == nil)
        }
    }
}
