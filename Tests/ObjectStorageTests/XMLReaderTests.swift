import Testing

@testable import ObjectStorage

@Suite("The XML reader")
struct XMLReaderTests {
    @Test("gives names, text and children in order")
    func listing() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- by a server -->
            <s3:List xmlns:s3='http://x/' a = "1>2">
              <Key>a &amp; b&lt;&gt;&quot;&apos;&#233;&#x1F600;</Key><Key><![CDATA[<raw> & ]]]]></Key>
              <Empty/><Owner ><ID>é</ID></Owner >
            </s3:List>\n
            """
        let root = try XMLReader.read(Array(text.utf8))
        #expect(root.name == "List")
        #expect(root.all("Key").map(\.text) == ["a & b<>\"'é😀", "<raw> & ]]"])
        #expect(root["Empty"]?.text == "" && root["Owner"]?["ID"]?.text == "é" && root["None"] == nil)
    }

    @Test(
        "refuses what is not well-formed, and document types",
        arguments: [
            "", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>text", "<a>&nbsp;</a>", "<a>&#0;</a>",
            "<a>&#xD800;</a>", "<a>&amp</a>", "<a b></a>", "<a b=c/>", "<a b=\"c/>", "<a b='<'/>", "<1/>", "< a/>",
            "<a",
            "<a><!-- </a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a><![CDATA[</a>", "<a b='1'c='2'/>",
        ]
    )
    func refused(text: String) {
        #expect(throws: XMLError.self) { try XMLReader.read(Array(text.utf8)) }
    }

    @Test("refuses bytes that are not UTF-8 and depths without end")
    func hostile() {
        #expect(throws: XMLError.self) { try XMLReader.read(Array("<a>".utf8) + [0xff] + Array("</a>".utf8)) }
        let deep = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
        #expect(throws: XMLError.self) { try XMLReader.read(Array(deep.utf8)) }
    }
}
