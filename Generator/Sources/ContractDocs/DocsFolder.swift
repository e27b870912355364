import Foundation

/// The folder that the reference is written to; only files that an earlier run wrote are overwritten or removed.
///
/// Each file says in its first lines who wrote it, so a folder can hold other files too and a lost list does no harm.
public struct DocsFolder {
    /// What each file says of its origin.
    static let mark = "Written by contractgen docs"
    /// What files of versions without the mark have.
    private static let earlierMarks = [
        "<a class=\"home\" href=\"index.html\">Contract reference</a>",
        ":root { color-scheme: light; --back: #fff; --card: #fff; --text: #1c2330;",
        "document.getElementById(\"theme\").addEventListener(\"click\", switchTheme);",
    ]

    /// Files that the reference needs to write and that somebody else wrote.
    public struct ForeignFiles: Error, Sendable, Hashable {
        /// Names inside the folder, in order.
        public let names: [String]
    }

    private let folder: URL

    /// - Parameter path: The folder; made if it is not there.
    public init(_ path: String) { folder = URL(fileURLWithPath: path, isDirectory: true) }

    /// Writes the pages and removes those of an earlier run that are not written any more.
    /// - Throws: ``ForeignFiles`` if a page has the name of a file that is not ours, before anything is changed.
    public func write(_ pages: [DocsPage]) throws {
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        let present = try files.contentsOfDirectory(atPath: folder.path).sorted()
        let names = Set(pages.map(\.path))
        let foreign = present.filter { names.contains($0) && !isOurs($0) }
        guard foreign.isEmpty else { throw ForeignFiles(names: foreign) }
        for name in present where !names.contains(name) && isOurs(name) {
            try files.removeItem(at: folder.appendingPathComponent(name))
        }
        for page in pages { try Data(page.text.utf8).write(to: folder.appendingPathComponent(page.path)) }
    }

    private func isOurs(_ name: String) -> Bool {
        guard ["html", "css", "js"].contains((name as NSString).pathExtension),
            let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
        else { return false }
        let text = String(decoding: data, as: UTF8.self)
        return text.prefix(400).contains(Self.mark) || Self.earlierMarks.contains { text.contains($0) }
    }
}
