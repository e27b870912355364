import ContractJSON
import ContractModel
import ContractPlan

/// The client method of an operation.
extension OperationEmitter {
    /// Options of a call that brings none.
    private var defaultOptions: String {
        plan.behaviour.timeoutSeconds == nil ? "RequestOptions()" : "\(own).options"
    }

    private func deprecation(_ writer: inout CodeWriter) {
        guard plan.operation.isDeprecated else { return }
        writer.line("@available(*, deprecated, message: \"deprecated by the contract\")")
    }

    mutating func clientMethod(_ writer: inout CodeWriter) {
        writer.block("extension \(base)Client") { writer in
            writer.documentation(
                plan.operation.title ?? plan.operation.summary, fallback: "Calls `\(plan.operation.id)`.")
            if plan.isCallback {
                writer.line(
                    "/// - Parameter path: Path and query of the receiver, relative to the transport's base URL.")
            }
            if !plan.operation.servers.isEmpty {
                writer.line(
                    "/// - Important: Servers of its own answer it; make a client for one of ``\(own)/servers``.")
            }
            writer.line(
                "/// - Throws: ``ClientError``: no answer, or one that breaks the contract. Documented refusals are outcomes."
            )
            deprecation(&writer)
            writer.line("public func \(plan.methodName)(")
            writer.indented {
                let path = plan.isCallback ? "path: String, " : ""
                $0.line(
                    "_ input: \(own).Input, \(path)credentials: ClientCredentials? = nil, traceparent: String? = nil,")
                $0.line("options: RequestOptions = \(defaultOptions)")
            }
            writer.line(") async throws(ClientError) -> \(own).Output {")
            writer.indented { self.clientBody(&$0) }
            writer.line("}")
            if let pagination = plan.behaviour.pagination {
                writer.line()
                self.pages(pagination, &writer)
            }
        }
    }

    private mutating func clientBody(_ writer: inout CodeWriter) {
        writer.line(
            "\(changesRequest ? "var" : "let") request = RequestWriter(method: \(methodExpression), path: \(pathExpression))"
        )
        parameters(&writer)
        requestBody(&writer)
        if !plan.operation.security.isEmpty {
            writer.line("request.authorize(credentials ?? self.credentials, \(own).security)")
        }
        let events = plan.outcomes.filter { if case .events = $0.body?.kind { true } else { false } }
        if !events.isEmpty {
            writer.line("var options = options")
            writer.line("options.streamsResponse = true")
        }
        writer.line("\(events.isEmpty ? "let" : "var") response = try await RequestSending.send(")
        writer.indented {
            let rule = plan.behaviour.retry == nil ? "" : ", rule: \(own).retryRule, clock: clock"
            $0.line("request.request(traceparent: traceparent), over: transport, options: options\(rule))")
        }
        if !events.isEmpty {
            let condition = events.map { "!(\(pattern($0)) ~= response.status)" }.joined(separator: " && ")
            writer.line("if \(condition) {")
            writer.indented {
                $0.line("response = try await RequestSending.collected(response, limit: options.responseBodyLimit)")
            }
            writer.line("}")
        }
        if plan.outcomes.contains(where: { !self.readsNothing($0) }) {
            writer.line("let reader = ResponseReader(response)")
        }
        responseSwitch(&writer)
    }

    private var changesRequest: Bool {
        plan.body != nil || !plan.operation.security.isEmpty || plan.behaviour.idempotencyHeader != nil
            || plan.parameters.contains { $0.parameter.place != .path }
    }

    private func readsNothing(_ outcome: OutcomePlan) -> Bool {
        if !outcome.headers.isEmpty { return false }
        switch outcome.body?.kind {
        case nil, .stream, .bytes, .events, .multipart: return true
        default: return false
        }
    }

    private var pathExpression: String {
        if plan.isCallback { return "path" }
        var expression = plan.operation.path
        for parameter in plan.parameters where parameter.parameter.place == .path {
            let name = parameter.parameter.name
            expression = expression.replacing(
                "{\(name)}",
                with:
                    "\u{1}(RequestWriter.segment(\u{2}\(name)\u{2}, input.\(parameter.swiftName)\(parameter.writingStyle)))"
            )
        }
        return expression.literal.replacing("\\u{1}", with: "\\").replacing("\\u{2}", with: "\"")
    }

    private func parameters(_ writer: inout CodeWriter) {
        let keyHeader = plan.behaviour.idempotencyHeader
        var hasKey = false
        for parameter in plan.parameters {
            let name = parameter.parameter.name.literal
            let style = parameter.writingStyle
            let value = "input.\(parameter.swiftName)"
            switch parameter.parameter.place {
            case .query:
                let reserved = parameter.parameter.allowsReserved ? ", allowsReserved: true" : ""
                writer.line("request.query(\(name), \(value)\(style)\(reserved))")
            case .header:
                let isKey = parameter.parameter.name.lowercased() == keyHeader?.lowercased()
                hasKey = hasKey || isKey
                let fallback = isKey && !parameter.parameter.isRequired ? " ?? RequestSending.idempotencyKey()" : ""
                writer.line("request.header(\(name), \(value)\(fallback)\(style))")
            case .cookie: writer.line("request.cookie(\(name), \(value)\(style))")
            case .path: break
            }
        }
        if let keyHeader, !hasKey {
            writer.line("request.header(\(keyHeader.literal), RequestSending.idempotencyKey())")
        }
    }

    private mutating func requestBody(_ writer: inout CodeWriter) {
        guard let body = plan.body else { return }
        let contentType = (body.contentTypes.first ?? "application/octet-stream").literal
        let member = body.isRequired ? "input.body" : "body"
        var statements: [String]
        switch body.kind {
        case .json(let schema, _):
            statements = [
                "try request.json(\(member), contentType: \(contentType)) { node, context in \(check(schema)) }"
            ]
        case .form(let schema, _, let form):
            let forms = form.fields.filter { !$0.isDefault }.map { "\($0.name.literal): \($0.form)" }
            let list = forms.isEmpty ? "" : ", fields: [\(forms.joined(separator: ", "))]"
            statements = ["try request.form(\(member)\(list)) { node, context in \(check(schema)) }"]
        case .multipart(let multipart): statements = writeParts(multipart, member)
        case .events: statements = ["request.raw(\(member).body, contentType: \(contentType))"]
        case .text: statements = ["request.raw(.bytes(Array(\(member).utf8)), contentType: \(contentType))"]
        case .bytes: statements = ["request.raw(.bytes(\(member)), contentType: \(contentType))"]
        case .stream: statements = ["request.raw(\(member), contentType: input.contentType)"]
        }
        if body.isRequired {
            for statement in statements { lines(statement, &writer) }
        } else if statements.count == 1 {
            writer.line("if let body = input.body { \(statements[0]) }")
        } else {
            writer.block("if let body = input.body") { for statement in statements { lines(statement, &$0) } }
        }
    }

    private func lines(_ statement: String, _ writer: inout CodeWriter) {
        for line in statement.split(separator: "\n") { writer.line(String(line)) }
    }

    private func pattern(_ outcome: OutcomePlan) -> String {
        switch outcome.status {
        case "default": "100...599"
        case let status where Int(status) != nil: status
        case let status: "\(status.prefix(1))00...\(status.prefix(1))99"
        }
    }

    private mutating func responseSwitch(_ writer: inout CodeWriter) {
        let exact = plan.outcomes.filter { Int($0.status) != nil }
        let ranges = plan.outcomes.filter { Int($0.status) == nil }
        writer.line("switch response.status {")
        for outcome in exact + ranges.filter({ $0.status != "default" }) {
            writer.line("case \(pattern(outcome)):")
            writer.indented { $0.line("return " + self.read(outcome)) }
        }
        writer.line("default:")
        writer.indented { writer in
            if let fallback = ranges.first(where: { $0.status == "default" }) {
                writer.line("return " + self.read(fallback))
            } else {
                writer.line("return .undocumented(response)")
            }
        }
        writer.line("}")
    }

    private mutating func read(_ outcome: OutcomePlan) -> String {
        var arguments: [String] = []
        var canThrow = false
        if isRange(outcome) { arguments.append("status: response.status") }
        switch outcome.body?.kind {
        case .json(let schema, let representation), .form(let schema, let representation, _):
            canThrow = true
            let read = types.decoder.decode(
                schema, as: representation, node: "node", hint: SwiftNaming.typeName(outcome.caseName))
            arguments.append("reader.json { node, context in \(read) }")
        case .text: arguments.append("reader.text")
        case .events: arguments.append("EventStream(response.body)")
        case .bytes, .stream, .multipart: arguments.append("response.body")
        case nil: break
        }
        for header in outcome.headers {
            let read = types.decoder.decode(
                header.parameter.schema, as: header.representation, node: "node",
                hint: SwiftNaming.typeName(header.swiftName))
            arguments.append(
                "\(header.swiftName.argumentLabel): reader.header(\(header.parameter.name.literal), \(header.form)) { node, context in \(read) }"
                    + flattening(header.representation, false)
            )
        }
        let call = ".\(escaped(outcome.caseName))" + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
        return canThrow ? "try " + call : call
    }

    // MARK: Pages

    private func pages(_ pagination: ClientBehaviour.Pagination, _ writer: inout CodeWriter) {
        let success = plan.outcomes.first { outcome in
            if case .json = outcome.body?.kind { outcome.status.hasPrefix("2") } else { false }
        }
        guard let success else { return }
        writer.line(
            "/// The pages of ``\(plan.methodName)``, asked for one after the other from the one that `input` names.")
        deprecation(&writer)
        writer.line("public func \(plan.methodName.filter { $0 != "`" })Pages(")
        writer.indented {
            $0.line("_ input: \(own).Input, credentials: ClientCredentials? = nil, traceparent: String? = nil,")
            $0.line("options: RequestOptions = \(defaultOptions)")
        }
        writer.block(") -> ContractPages<\(own).Output>") { writer in
            writer.line("ContractPages { cursor in")
            writer.indented { writer in
                writer.line("var input = input")
                writer.line("if let cursor { input.\(pagination.parameter) = cursor }")
                writer.line(
                    "let output = try await self.\(plan.methodName)(input, credentials: credentials, traceparent: traceparent, options: options)"
                )
                let payload = payload(success).map { $0.label == nil ? "let body" : "_" }
                writer.line(
                    "guard case .\(escaped(success.caseName))(\(payload.joined(separator: ", "))) = output else { return (output, nil) }"
                )
                writer.line("return (output, body.jsonValue.value(at: \(pagination.next.literal))?.string)")
            }
            writer.line("}")
        }
    }
}

extension FieldPlan {
    /// Whether a field is written as fields are without an `encoding`.
    var isDefault: Bool { style == "form" && explodes && !allowsReserved }
}
