/// A file of the reference.
public struct DocsPage: Sendable, Hashable {
    /// Path inside the reference.
    public let path: String
    /// Its text.
    public let text: String
}

/// One entry of the search list.
struct SearchEntry: Hashable {
    var title: String
    var kind: String
    var href: String
}

/// What all pages have around their content.
struct PageFrame {
    /// Pages in the navigation: title, file and group.
    let navigation: [(group: String, title: String, path: String)]

    func page(_ path: String, title: String, content: String) -> DocsPage {
        DocsPage(
            path: path,
            text: """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="generator" content="\(DocsFolder.mark)">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>\(HTML.escape(title)) · Contract reference</title>
                <link rel="stylesheet" href="style.css">
                <script src="reference.js" defer></script>
                </head>
                <body>
                <a class="skip" href="#content">Skip to content</a>
                <header><button id="menu" type="button" aria-expanded="false" aria-controls="navigation">Menu</button>\
                <a class="home" href="index.html">Contract reference</a>\
                <div class="search"><input id="search" type="search" placeholder="Search (press /)" aria-label="Search the reference" \
                autocomplete="off" role="combobox" aria-expanded="false" aria-controls="results"><ul id="results" role="listbox" hidden></ul></div>\
                <button id="theme" type="button" aria-label="Switch between light and dark">◐</button></header>
                <div class="columns">
                <nav id="navigation" aria-label="Contracts">
                \(list(current: path))
                </nav>
                <main id="content" tabindex="-1">
                <h1>\(HTML.escape(title))</h1>
                \(content)
                </main>
                </div>
                </body>
                </html>

                """
        )
    }

    private func list(current: String) -> String {
        var text = ""
        var group = ""
        for entry in navigation {
            if entry.group != group {
                text += (group.isEmpty ? "" : "</ul>\n") + "<h2>\(HTML.escape(entry.group))</h2><ul>\n"
                group = entry.group
            }
            let mark = entry.path == current ? " aria-current=\"page\"" : ""
            text += "<li><a href=\"\(entry.path)\"\(mark)>\(HTML.escape(entry.title))</a></li>\n"
        }
        return text + "</ul>"
    }
}
