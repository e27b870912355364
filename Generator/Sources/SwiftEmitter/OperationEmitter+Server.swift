import ContractJSON
import ContractModel
import ContractPlan

/// The route of an operation.
extension OperationEmitter {
    mutating func route(_ writer: inout CodeWriter) {
        writer.block("extension \(own)") { writer in
            writer.line("/// The route that calls `handler`.")
            if plan.isCallback {
                writer.line(
                    "/// - Parameter path: Where the other side was told to call; by default the operation's name.")
                writer.line("public static func route(")
                writer.indented { $0.line("_ handler: some \(base)Handler, path: String = description.template") }
                writer.line(") -> Route {")
            } else {
                writer.line("public static func route(_ handler: some \(base)Handler) -> Route {")
            }
            writer.indented { writer in
                writer.line("Route(description\(plan.isCallback ? ", template: path" : "")) { request in")
                writer.indented { self.routeBody(&$0) }
                writer.line("}")
            }
            writer.line("}")
            writer.line()
            self.responseWriter(&writer)
        }
        if case .multipart(let multipart) = plan.body?.kind { headerReaders(multipart, &writer) }
    }

    private mutating func routeBody(_ writer: inout CodeWriter) {
        let readsInput = !plan.parameters.isEmpty || plan.body != nil || refusesUnknownQuery
        if readsInput { writer.line("\(changesReader ? "var" : "let") reader = try RequestReader(request)") }
        var names: [String] = []
        var arguments: [String] = []
        for parameter in plan.parameters {
            let read = types.decoder.decode(
                parameter.parameter.schema, as: parameter.representation, node: "node",
                hint: SwiftNaming.typeName(parameter.swiftName))
            let function = parameter.parameter.isRequired ? "required" : "optional"
            let local = local(parameter)
            writer.line(
                "let \(local) = reader.\(function)(.\(parameter.parameter.place.rawValue), \(parameter.parameter.name.literal), \(parameter.form)) { node, context in \(read) }"
            )
            if parameter.parameter.isRequired { names.append(local) }
            let fallback =
                parameter.parameter.isRequired
                ? nil : parameter.defaultValue.flatMap { types.defaultLiteral($0, parameter.representation) }
            let value =
                fallback.map { " ?? \($0)" }
                ?? flattening(parameter.representation, parameter.parameter.isRequired)
            arguments.append("\(parameter.swiftName.argumentLabel): \(local)\(value)")
        }
        if let body = plan.body { readBody(body, &names, &arguments, &writer) }
        if readsInput {
            writer.line("try reader.finish(\(refusesUnknownQuery ? "refusesUnknownQuery: true" : ""))")
        }
        if !names.isEmpty {
            writer.line("guard \(names.map { "let \($0)" }.joined(separator: ", ")) else {")
            writer.indented {
                $0.line(
                    "throw ProblemDocument(status: 400, title: \"Bad Request\", detail: \"the request does not satisfy its contract\")"
                )
            }
            writer.line("}")
        }
        if case .multipart = plan.body?.kind { writer.line("let body = \(partsExpression)") }
        writer.line(
            "let output = try await handler.\(plan.methodName)(Input(\(arguments.joined(separator: ", "))), request.context)"
        )
        writer.line("return try response(output)")
    }

    /// The variable that holds a parameter or header; never one of the function's own names.
    private func local(_ parameter: ParameterPlan) -> String {
        let own: Set<String> = [
            "reader", "request", "handler", "output", "body", "parts", "bodyLimit", "response", "writer",
        ]
        return own.contains(parameter.swiftName) ? parameter.swiftName + "Parameter" : escaped(parameter.swiftName)
    }

    /// Of a contract of ours, what programs call: a typo must not be taken for no filter. Pages and probes are called with
    /// what others add to an address, and what platforms send is theirs to extend.
    private var refusesUnknownQuery: Bool {
        types.decoder.planner.attitudes[module] == .closed
            && ["public", "internal"].contains(plan.operation.extensions["x-audience"]?.string)
    }

    private var changesReader: Bool {
        if !plan.parameters.isEmpty { return true }
        switch plan.body?.kind {
        case .json, .form, .multipart: return true
        default: return false
        }
    }

    private mutating func readBody(
        _ body: BodyPlan, _ names: inout [String], _ arguments: inout [String], _ writer: inout CodeWriter
    ) {
        let types = body.contentTypes.map(\.literal).joined(separator: ", ")
        writer.line("try reader.contentType([\(types)])")
        switch body.kind {
        case .json(let schema, let representation):
            let read = self.types.decoder.decode(schema, as: representation, node: "node", hint: "RequestBody")
            writer.line(
                "let body = try await reader.json(limit: bodyLimit, isRequired: \(body.isRequired)) { node, context in \(read) }"
            )
            if body.isRequired { names.append("body") }
        case .form(let schema, let representation, let form):
            let read = self.types.decoder.decode(schema, as: representation, node: "node", hint: "RequestBody")
            let list = form.fields.map { "\($0.name.literal): \($0.form)" }.joined(separator: ", ")
            let rest = form.rest == .text ? "" : ", rest: \(form.rest.expression)"
            writer.line(
                "let body = try await reader.form(limit: bodyLimit, isRequired: \(body.isRequired), fields: [\(list.isEmpty ? ":" : list)]\(rest)) { node, context in \(read) }"
            )
            if body.isRequired { names.append("body") }
        case .multipart(let multipart):
            partsExpression = readParts(multipart, &names, &writer)
        case .events: writer.line("let body = EventStream(request.request.body)")
        case .text: writer.line("let body = String(decoding: try await reader.bytes(limit: bodyLimit), as: UTF8.self)")
        case .bytes: writer.line("let body = try await reader.bytes(limit: bodyLimit)")
        case .stream:
            writer.line("let body = request.request.body")
            arguments.append(
                "contentType: request.request.headers[.contentType] ?? \((body.contentTypes.first ?? "").literal)")
        }
        arguments.append("body: body")
    }

    private mutating func responseWriter(_ writer: inout CodeWriter) {
        writer.line("/// The response of an outcome.")
        writer.block("static func response(_ output: Output) throws -> ContractResponse") { writer in
            writer.line("switch output {")
            for outcome in plan.outcomes { self.writeOutcome(outcome, &writer) }
            writer.line("case .undocumented(let response):")
            writer.indented { $0.line("return response") }
            writer.line("}")
        }
    }

    private mutating func writeOutcome(_ outcome: OutcomePlan, _ writer: inout CodeWriter) {
        var bindings: [String] = []
        if isRange(outcome) { bindings.append("let status") }
        if outcome.body != nil { bindings.append("let body") }
        for header in outcome.headers { bindings.append("let \(local(header))") }
        writer.line(
            "case .\(escaped(outcome.caseName))" + (bindings.isEmpty ? ":" : "(\(bindings.joined(separator: ", "))):"))
        let hasContent = outcome.body != nil || !outcome.headers.isEmpty
        writer.indented { writer in
            writer.line(
                "\(hasContent ? "var" : "let") writer = ResponseWriter(status: \(isRange(outcome) ? "status" : outcome.status))"
            )
            for header in outcome.headers {
                writer.line(
                    "writer.header(\(header.parameter.name.literal), \(local(header))\(header.writingStyle))"
                )
            }
            let contentType = (outcome.body?.contentTypes.first ?? "").literal
            switch outcome.body?.kind {
            case .json(let schema, _), .form(let schema, _, _):
                writer.line(
                    "try writer.json(body, contentType: \(contentType)) { node, context in \(self.check(schema)) }")
            case .text: writer.line("writer.text(body, contentType: \(contentType))")
            case .events: writer.line("writer.raw(body.body, contentType: \(contentType))")
            case .bytes: writer.line("writer.raw(.bytes(body), contentType: \(contentType))")
            case .stream, .multipart: writer.line("writer.raw(body, contentType: \(contentType))")
            case nil: break
            }
            writer.line("return writer.finish()")
        }
    }
}
