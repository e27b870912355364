import Foundation
import Testing

@testable import ContractJSON

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("every character is written so that another parser reads it back, wherever it stands")
    func escapes() throws {
        for scalar in (0..<0x180).compactMap(Unicode.Scalar.init) {
            for offset in 0..<17 {
                let text = String(repeating: "x", count: offset) + String(scalar) + String(repeating: "y", count: 9)
                var writer = JSONWriter(capacity: 16)
                writer.string(text)
                let read = try JSONSerialization.jsonObject(with: Data(writer.bytes), options: .fragmentsAllowed)
                #expect(read as? String == text, "U+\(String(scalar.value, radix: 16)) at \(offset)")
            }
        }
    }

    @Test("only what must be escaped is")
    func fewestEscapes() {
        var writer = JSONWriter()
        writer.string("\"\\/\n\r\t\u{01}\u{7F}é🥖")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #""\"\\/\n\r\t\u0001"# + "\u{7F}é🥖\"")
    }

    @Test("commas stand between values and nowhere else, however small the buffer")
    func structure() {
        var writer = JSONWriter(capacity: 0)
        writer.beginArray()
        writer.beginObject()
        writer.name("first")
        writer.integer(-7)
        writer.name(dynamic: "se\"cond")
        writer.beginArray()
        writer.endArray()
        writer.name("third")
        writer.null()
        writer.endObject()
        writer.bool(true)
        writer.double(0.5)
        writer.string(String(repeating: "long", count: 100))
        writer.endArray()
        let long = String(repeating: "long", count: 100)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"[{"first":-7,"se\"cond":[],"third":null},true,0.5,""# + long + #""]"#)
    }
}
