import ContractModel

/// HTTP operations as HTML.
struct OperationHTML {
    let schemas: SchemaHTML

    static func anchor(_ operation: APIOperation) -> String { "operation-\(HTML.anchor(operation.id))" }

    /// Schemas of an operation with the part that they describe.
    static func schemas(_ operation: APIOperation) -> [(part: String, schema: SchemaID)] {
        var found = operation.parameters.map { ("\($0.place.rawValue) parameter \($0.name)", $0.schema) }
        for content in operation.requestBody?.contents ?? [] {
            if let schema = content.schema { found.append(("request", schema)) }
        }
        for (status, response) in operation.responses {
            for header in response.headers { found.append(("response \(status)", header.schema)) }
            for content in response.contents {
                if let schema = content.schema { found.append(("response \(status)", schema)) }
            }
        }
        return found
    }

    func section(_ operation: APIOperation, isWebhook: Bool) -> String {
        """
        <section class="card operation" id="\(Self.anchor(operation))" data-name="\(HTML.escape(operation.id))">
        <h3><span class="method \(operation.method)">\(operation.method.uppercased())</span> \
        <a class="self" href="#\(Self.anchor(operation))">\(HTML.code(operation.path))</a> \(badges(operation, isWebhook))</h3>
        <p><strong>\(HTML.escape(operation.title ?? operation.id))</strong> <span class="quiet">\(HTML.escape(operation.id))</span></p>
        \(HTML.prose(operation.summary))
        \(security(operation))
        \(parameters(operation.parameters, "Parameters"))
        \(requestBody(operation.requestBody))
        <h4>Responses</h4>
        \(operation.responses.map(response).joined(separator: "\n"))
        \(callbacks(operation))
        <p class="source">\(HTML.escape(operation.location.file)):\(operation.location.line)</p>
        </section>
        """
    }

    private func badges(_ operation: APIOperation, _ isWebhook: Bool) -> String {
        var found = isWebhook ? HTML.badge("webhook") : ""
        if let audience = operation.extensions["x-audience"]?.string { found += HTML.badge(audience) }
        if operation.isDeprecated { found += HTML.badge("deprecated", "warn") }
        return found
    }

    private func security(_ operation: APIOperation) -> String {
        let alternatives = operation.security.map { alternative in
            alternative.isEmpty
                ? "nothing" : alternative.map { HTML.code($0.scheme) }.joined(separator: " and ")
        }
        return alternatives.isEmpty
            ? "" : "<p class=\"quiet\">Credentials: \(alternatives.joined(separator: " or "))</p>"
    }

    private func parameters(_ parameters: [APIParameter], _ title: String) -> String {
        guard !parameters.isEmpty else { return "" }
        let rows = parameters.map { parameter in
            """
            <tr><th scope="row">\(HTML.code(parameter.name))\(parameter.isRequired ? "" : " <span class=\"quiet\">optional</span>")</th>\
            <td>\(HTML.badge(parameter.place.rawValue)) \(schemas.summary(parameter.schema))\
            \(parameter.isDeprecated ? HTML.badge("deprecated", "warn") : "")\
            \(HTML.prose(parameter.summary ?? schemas.index.graph[parameter.schema].summary))</td></tr>
            """
        }
        return """
            <h4>\(title)</h4><div class="scroll"><table><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody>
            \(rows.joined(separator: "\n"))</tbody></table></div>
            """
    }

    private func requestBody(_ body: APIRequestBody?) -> String {
        guard let body else { return "" }
        return "<h4>Request body\(body.isRequired ? "" : " <span class=\"quiet\">optional</span>")</h4>"
            + HTML.prose(body.summary) + contents(body.contents)
    }

    private func contents(_ contents: [APIContent]) -> String {
        contents.map { content in
            let type = content.schema.map { schemas.summary($0) } ?? "bytes"
            let members = content.schema.map { schemas.inner($0, depth: 0) } ?? ""
            return "<p>\(HTML.code(content.mediaType)) \(type)</p>\(members)\(schemas.examples(content.examples))"
        }.joined(separator: "\n")
    }

    private func response(_ status: String, _ response: APIResponse) -> String {
        let links = response.links.names.map { HTML.code($0) }.joined(separator: ", ")
        return """
            <div class="response"><p><span class="status s\(status.prefix(1))">\(HTML.escape(status))</span> \
            \(HTML.inline(response.summary))</p>\(contents(response.contents))\(headers(response.headers))\
            \(links.isEmpty ? "" : "<p class=\"quiet\">Links: \(links)</p>")</div>
            """
    }

    private func headers(_ headers: [APIParameter]) -> String {
        headers.isEmpty ? "" : "<details><summary>Headers</summary>\(parameters(headers, "Headers"))</details>"
    }

    private func callbacks(_ operation: APIOperation) -> String {
        operation.callbacks.map { name, operations in
            "<h4>Callback \(HTML.code(name))</h4>"
                + operations.map {
                    "<p>\($0.method.uppercased()) \(HTML.code($0.path)) \(HTML.inline($0.summary ?? ""))</p>"
                }
                .joined()
        }.joined()
    }
}
