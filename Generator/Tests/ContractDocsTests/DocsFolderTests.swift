import ContractDocs
import ContractModel
import Foundation
import Testing

@Suite("The reference's folder")
struct DocsFolderTests {
    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func pages(of document: String, in folder: URL) throws -> [DocsPage] {
        let file = folder.appending(path: document)
        let text = "{openapi: 3.1.0, info: {title: \(document), version: '1'}, paths: {}}"
        try Data(text.utf8).write(to: file)
        let (set, found) = ContractSetLoader.loadDocuments([file.path], root: "/", attitude: .open)
        try #require(!found.contains { $0.severity == .error }, "\(found.map(\.text))")
        return DocsSite.pages(of: set)
    }

    private static func names(_ folder: URL) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    @Test("pages of an earlier run go, files of others stay as they are")
    func removal() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["precious.html", "a.css"] { try Data("mine".utf8).write(to: folder.appending(path: name)) }
        let output = DocsFolder(folder.path)
        try output.write(try Self.pages(of: "first.yaml", in: folder))
        #expect(try Self.names(folder).isSuperset(of: ["First.html", "index.html", "style.css", "reference.js"]))
        try output.write(try Self.pages(of: "second.yaml", in: folder))
        let names = try Self.names(folder)
        #expect(names.contains("Second.html") && !names.contains("First.html"))
        for name in ["precious.html", "a.css"] {
            #expect(try String(contentsOf: folder.appending(path: name), encoding: .utf8) == "mine")
        }
    }

    @Test("a file of somebody else with the name of a page is not overwritten, and nothing is changed")
    func collision() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("mine".utf8).write(to: folder.appending(path: "index.html"))
        let pages = try Self.pages(of: "first.yaml", in: folder)
        let foreign = #expect(throws: DocsFolder.ForeignFiles.self) { try DocsFolder(folder.path).write(pages) }
        #expect(foreign?.names == ["index.html"])
        #expect(try Self.names(folder) == ["index.html", "first.yaml"])
    }
}
