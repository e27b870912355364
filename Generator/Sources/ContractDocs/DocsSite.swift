import ContractJSON
public import ContractModel

/// The reference of all contracts as static files: no server, no network, no external assets.
public struct DocsSite {
    private let set: ContractSet
    private let index: DocsIndex
    private let schemas: SchemaHTML
    private let frame: PageFrame
    private var search: [SearchEntry] = []

    /// The files of the reference.
    public static func pages(of set: ContractSet) -> [DocsPage] {
        var site = DocsSite(set: set)
        return site.pages()
    }

    private init(set: ContractSet) {
        self.set = set
        index = DocsIndex(set: set)
        schemas = SchemaHTML(index: index)
        let groups = ["APIs", "Queues", "Cache", "Schemas"]
        var navigation: [(group: String, title: String, path: String)] = [
            ("Overview", "Start", "index.html"), ("Overview", "Services", "services.html"),
        ]
        for group in groups {
            for contract in set.contracts where Self.group(contract) == group {
                navigation.append((group, Self.title(contract), DocsIndex.page(contract)))
            }
        }
        if !index.entries(on: DocsIndex.sharedPage).isEmpty {
            navigation.append(("Schemas", "Shared files", DocsIndex.sharedPage))
        }
        if set.contracts.contains(where: { !BucketsHTML.buckets($0).isEmpty }) {
            navigation.append(("Storage", "Buckets", "buckets.html"))
        }
        frame = PageFrame(navigation: navigation)
    }

    static func group(_ contract: Contract) -> String {
        switch contract.document {
        case .api: "APIs"
        case .messaging: "Queues"
        case .cache: "Cache"
        case .schemas: "Schemas"
        }
    }

    static func title(_ contract: Contract) -> String {
        switch contract.document {
        case .api(let document): document.title
        case .messaging(let document): document.title
        case .cache: "Cache entries"
        case .schemas: contract.module
        }
    }

    private mutating func pages() -> [DocsPage] {
        var pages: [DocsPage] = []
        for contract in set.contracts { pages.append(page(contract)) }
        let shared = index.entries(on: DocsIndex.sharedPage)
        if !shared.isEmpty {
            pages.append(frame.page(DocsIndex.sharedPage, title: "Shared files", content: sections(shared)))
        }
        pages.append(servicesPage())
        let buckets = BucketsHTML(schemas: schemas, set: set)
        if !buckets.all.isEmpty {
            for bucket in buckets.all { note(bucket.name, "bucket", "buckets.html#bucket-\(HTML.anchor(bucket.name))") }
            pages.append(frame.page("buckets.html", title: "Buckets", content: buckets.content))
        }
        pages.append(frame.page("index.html", title: "Contract reference", content: overview()))
        pages.append(DocsPage(path: "style.css", text: "/* \(DocsFolder.mark) */\n" + PageAssets.style))
        pages.append(DocsPage(path: "reference.js", text: "// \(DocsFolder.mark)\n" + PageAssets.script(search)))
        return pages
    }

    private mutating func note(_ title: String, _ kind: String, _ href: String) {
        search.append(SearchEntry(title: title, kind: kind, href: href))
    }

    // MARK: Contracts

    private mutating func page(_ contract: Contract) -> DocsPage {
        let path = DocsIndex.page(contract)
        var content = "<p class=\"quiet\">\(HTML.escape(contract.module)) · \(contract.attitude.rawValue) · "
        content += contract.files.map { HTML.escape($0) }.joined(separator: ", ") + "</p>\n"
        switch contract.document {
        case .api(let document): content += api(document, path)
        case .messaging(let document): content += messaging(document, path)
        case .cache(let named): content += cache(named)
        case .schemas: break
        }
        let entries = index.entries(on: path)
        if !entries.isEmpty { content += "<h2 id=\"schemas\">Schemas</h2>\n\(sections(entries))" }
        return frame.page(path, title: Self.title(contract), content: content)
    }

    private mutating func sections(_ entries: [DocsIndex.Entry]) -> String {
        entries.map { entry in
            note(entry.name, "schema", entry.href)
            return schemas.section(entry)
        }.joined(separator: "\n")
    }

    private mutating func api(_ document: APIDocument, _ path: String) -> String {
        let operations = OperationHTML(schemas: schemas)
        var content = HTML.prose(document.summary)
        let all = document.operations.map { ($0, false) } + document.webhooks.map { ($0, true) }
        let rows = all.map { operation, _ in
            "<tr><td><span class=\"method \(operation.method)\">\(operation.method.uppercased())</span></td><td>"
                + HTML.link("#\(OperationHTML.anchor(operation))", HTML.code(operation.path))
                + "</td><td>\(HTML.inline(operation.title ?? operation.id))</td></tr>"
        }
        content +=
            "<h2 id=\"operations\">Operations</h2><div class=\"scroll\"><table><thead><tr><th>Method</th><th>Path</th>"
            + "<th>What it does</th></tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\n"
        for (operation, isWebhook) in all {
            note(
                "\(operation.method.uppercased()) \(operation.path)", operation.id,
                "\(path)#\(OperationHTML.anchor(operation))")
            content += operations.section(operation, isWebhook: isWebhook) + "\n"
        }
        return content
    }

    private mutating func messaging(_ document: MessagingDocument, _ path: String) -> String {
        let html = MessagingHTML(schemas: schemas, document: document)
        var content = "<h2 id=\"channels\">Channels</h2>\n"
        for channel in document.channels {
            note(channel.name, "channel", "\(path)#\(MessagingHTML.anchor(channel: channel.name))")
            content += html.section(channel) + "\n"
        }
        content += "<h2 id=\"messages\">Messages</h2>\n"
        for message in document.messages {
            note(message.name, "message", "\(path)#\(MessagingHTML.anchor(message: message.name))")
            content += html.section(message) + "\n"
        }
        return content
    }

    private mutating func cache(_ named: [(name: String, schema: SchemaID)]) -> String {
        let rows = named.compactMap { name, id -> String? in
            guard let redis = set.graph[id].extensions["x-redis"], let entry = index.entry(id) else { return nil }
            let key = redis["key"]?.string ?? ""
            note(key, "cache key", entry.href)
            let time = redis["ttlSeconds"]?.int.map { "\($0) s" } ?? "for ever"
            return """
                <tr><th scope="row">\(HTML.code(key))</th><td>\(HTML.link(entry.href, HTML.escape(name)))</td>\
                <td>\(HTML.escape(redis["kind"]?.string ?? ""))\(redis["field"]?.string.map { ", field \(HTML.code($0))" } ?? "")</td>\
                <td>\(time)</td></tr>
                """
        }
        return """
            <h2 id="keys">Keys</h2><div class="scroll"><table><thead><tr><th>Key</th><th>Value</th><th>Kind</th><th>Lives</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            """
    }

    // MARK: Overview

    private static func count(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    private func overview() -> String {
        let rows = set.contracts.map { contract -> String in
            let count: String
            switch contract.document {
            case .api(let document):
                count = Self.count(document.operations.count + document.webhooks.count, "operation", "operations")
            case .messaging(let document):
                count =
                    Self.count(document.channels.count, "channel", "channels") + ", "
                    + Self.count(document.messages.count, "message", "messages")
            case .cache(let named): count = Self.count(named.count, "entry", "entries")
            case .schemas(let named): count = Self.count(named.count, "schema", "schemas")
            }
            return """
                <tr><th scope="row">\(HTML.link(DocsIndex.page(contract), HTML.escape(Self.title(contract))))</th>\
                <td>\(Self.group(contract))</td><td>\(count)</td><td>\(contract.attitude.rawValue)</td></tr>
                """
        }
        return """
            <p>What passes between the services, the two platforms, the queues and the cache: written in the contracts, \
            from which the code is generated. Press <kbd>/</kbd> to search, <kbd>t</kbd> to switch colours.</p>
            <div class="scroll"><table><thead><tr><th>Contract</th><th>Kind</th><th>Has</th><th>Attitude</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            """
    }

    /// Services with what they produce and consume, and the API of the same name.
    private mutating func servicesPage() -> DocsPage {
        var names: [String] = []
        var lines: [String: [String]] = [:]
        func add(_ name: String, _ line: String) {
            if !names.contains(name) { names.append(name) }
            lines[name, default: []].append(line)
        }
        for contract in set.contracts {
            guard case .api(let document) = contract.document, contract.attitude == .closed else { continue }
            add(document.title, "<p>Serves \(HTML.link(DocsIndex.page(contract), HTML.escape(contract.module)))</p>")
        }
        for contract in set.contracts {
            guard case .messaging(let document) = contract.document else { continue }
            for operation in document.operations {
                for service in MessagingHTML.services(operation) {
                    let href = "\(DocsIndex.page(contract))#\(MessagingHTML.anchor(channel: operation.channel))"
                    let verb = operation.action == .send ? "Produces" : "Consumes"
                    add(
                        service,
                        "<p>\(verb) \(HTML.link(href, HTML.escape(operation.channel))): \(HTML.inline(operation.summary ?? ""))</p>"
                    )
                }
            }
        }
        for name in names { note(name, "service", "services.html#service-\(HTML.anchor(name))") }
        let sections = names.map { name in
            "<section class=\"card\" id=\"service-\(HTML.anchor(name))\" data-name=\"\(HTML.escape(name))\"><h3>\(HTML.escape(name))</h3>"
                + "\((lines[name] ?? []).joined(separator: "\n"))</section>"
        }
        return frame.page("services.html", title: "Services", content: sections.joined(separator: "\n"))
    }
}
