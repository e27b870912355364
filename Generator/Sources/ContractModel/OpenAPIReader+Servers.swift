import ContractJSON
import ContractSource

extension OpenAPIReader {
    /// Addresses of servers, with the defaults of their variables filled in.
    func servers(_ cursor: DocumentCursor) -> [String] {
        reader.checkList(cursor, "servers")
        return cursor.elements.compactMap { server -> String? in
            reader.checkFields(server, of: "Server Object", ["url", "description", "variables"])
            let variables = server["variables"]?.freeEntries ?? []
            for variable in variables { check(variable: variable.name, variable.value) }
            guard let url = reader.required("url", of: server, "Server Object") else { return nil }
            let known = variables.map(\.name)
            for name in Self.braced(url) where !known.contains(name) {
                reader.lapse(
                    server,
                    "The variable \(name) of the server \(url) is not described.",
                    reason: "Every name in braces needs an entry in variables (OpenAPI 3.1, 4.8.5).",
                    remedy: NearestName.of(name, among: known).map { "Did you mean \($0)?" }
                )
            }
            return variables.reduce(url) { url, variable in
                guard let usual = variable.value.node["default"]?.string else { return url }
                return url.replacing("{\(variable.name)}", with: usual)
            }
        }
    }

    private func check(variable name: String, _ cursor: DocumentCursor) {
        reader.checkFields(cursor, of: "Server Variable Object", ["enum", "default", "description"])
        let usual = reader.required("default", of: cursor, "Server Variable Object")
        guard let values = cursor.node["enum"] else { return }
        if values.elements?.isEmpty ?? true {
            log.error(values, "enum of a server variable is empty.", remedy: "List the values, or remove enum.")
        } else if let usual, !(values.elements ?? []).contains(where: { $0.string == usual }) {
            reader.lapse(
                cursor,
                "The default \(usual) of the server variable \(name) is not in its enum.",
                reason: "The default is one of the values (OpenAPI 3.1, 4.8.6).",
                remedy: NearestName.of(usual, among: (values.elements ?? []).compactMap(\.string))
                    .map { "Did you mean \($0)?" }
            )
        }
    }

    /// Names in braces.
    private static func braced(_ text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    // MARK: Callbacks

    /// Operations that a callback lists by runtime expression.
    func callback(_ cursor: DocumentCursor) -> [APIOperation] {
        guard let target = reader.dereference(cursor) else { return [] }
        return target.entries.flatMap { entry in
            check(expressions: entry.name, at: entry.value)
            return operations(of: entry.value, path: entry.name, isTemplate: false)
        }
    }

    /// Reports braces that hold no runtime expression (OpenAPI 3.1, 4.8.20.4).
    private func check(expressions text: String, at cursor: DocumentCursor) {
        let opened = text.count { $0 == "{" }
        let expressions = Self.braced(text)
        if expressions.count != opened {
            reader.lapse(
                cursor,
                "A brace of the callback \(text) is not closed.",
                reason: "Expressions stand in braces: {$request.body#/url}.",
                remedy: "Add the closing brace."
            )
        }
        let whole = text.hasPrefix("$") ? [text] : expressions
        for expression in whole where !Self.isRuntimeExpression(expression) {
            reader.lapse(
                cursor,
                "\(expression) is no runtime expression.",
                reason:
                    "There are $url, $method, $statusCode, and header, query, path and body of $request and $response.",
                remedy: "Write {$request.body#/url}, for example."
            )
        }
    }

    private static func isRuntimeExpression(_ text: String) -> Bool {
        if ["$url", "$method", "$statusCode"].contains(text) { return true }
        guard text.hasPrefix("$request.") || text.hasPrefix("$response."), let dot = text.firstIndex(of: ".") else {
            return false
        }
        let source = text[text.index(after: dot)...]
        if source == "body" || source.hasPrefix("body#/") { return true }
        return ["header.", "query.", "path."].contains { source.hasPrefix($0) && source.count > $0.count }
    }
}
