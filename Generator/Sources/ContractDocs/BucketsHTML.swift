import ContractJSON
import ContractModel

/// Buckets and the documents in them, from `x-buckets` of a messaging document.
struct BucketsHTML {
    let schemas: SchemaHTML
    let set: ContractSet

    /// Name and description of the buckets that a contract lists.
    static func buckets(_ contract: Contract) -> [(name: String, value: JSONValue)] {
        guard case .messaging(let document) = contract.document else { return [] }
        return document.extensions["x-buckets"]?.object?.members ?? []
    }

    var all: [(name: String, value: JSONValue)] { self.set.contracts.flatMap(Self.buckets) }

    var content: String {
        all.map { name, bucket in
            let documents = bucket["documents"]?.array?.compactMap(\.string) ?? []
            let links = documents.map { place in
                schemas.index.entry(at: place).map { HTML.link($0.href, HTML.escape($0.name)) } ?? HTML.code(place)
            }
            let services = bucket["x-services"]?.array?.compactMap(\.string) ?? []
            let who = services.map { HTML.link("services.html#service-\(HTML.anchor($0))", HTML.escape($0)) }
            return """
                <section class="card" id="bucket-\(HTML.anchor(name))" data-name="\(HTML.escape(name))">
                <h3>\(HTML.escape(name))</h3>
                \(HTML.prose(bucket["description"]?.string))
                <p>Key: \(HTML.code(bucket["key"]?.string ?? ""))</p>
                \(links.isEmpty ? "" : "<p>Documents: \(links.joined(separator: ", "))</p>")
                \(who.isEmpty ? "" : "<p><strong>Written by</strong> \(who.joined(separator: ", "))</p>")
                </section>
                """
        }.joined(separator: "\n")
    }
}
