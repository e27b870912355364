import ContractJSON
import ContractModel
import ContractPlan

/// Emits what belongs to one operation: input, output, client method and route.
struct OperationEmitter {
    var types: TypeEmitter
    let plan: OperationPlan
    let base: String
    let securitySchemes: [String: APISecurityScheme]

    private var module: String { types.module }
    private var own: String { plan.typeName.dotted }

    /// A file's worth of declarations.
    mutating func emit(client: Bool, server: Bool, into writer: inout CodeWriter) {
        let operation = plan.operation
        let text = [operation.title, operation.summary].compactMap { $0 }.joined(separator: "\n\n")
        writer.documentation(text, fallback: "`\(operation.id)` of the contract.")
        writer.line("///")
        writer.line("/// `\(operation.method.uppercased()) \(operation.path)`")
        writer.block("public enum \(own)") { writer in
            writer.line("/// Alternatives of security schemes of which one must be satisfied.")
            writer.line("public static let security: [[SecurityRequirement]] = \(securityExpression)")
            writer.line("/// Most bytes of a request body.")
            writer.line("public static let bodyLimit = \(plan.bodyLimit)")
            writer.line()
            self.input(&writer)
            writer.line()
            self.output(&writer)
        }
        types.emit(nested: plan.nested, in: plan.typeName, into: &writer)
        if client {
            writer.line()
            clientMethod(&writer)
        }
        if server {
            writer.line()
            route(&writer)
        }
    }

    private var securityExpression: String {
        let alternatives = plan.operation.security.map { alternative in
            let requirements = alternative.map { entry in
                let scopes =
                    entry.scopes.isEmpty ? "" : ", scopes: [\(entry.scopes.map(\.literal).joined(separator: ", "))]"
                return "SecurityRequirement(scheme: \(entry.scheme.literal), kind: \(kind(entry.scheme))\(scopes))"
            }
            return "[\(requirements.joined(separator: ", "))]"
        }
        return "[\(alternatives.joined(separator: ", "))]"
    }

    private func kind(_ scheme: String) -> String {
        switch securitySchemes[scheme]?.kind {
        case .httpBearer, .oauth2, .openIDConnect: ".bearer"
        case .httpBasic: ".basic"
        case .apiKey(let name, .header): ".headerKey(\(name.literal))"
        case .apiKey(let name, .query): ".queryKey(\(name.literal))"
        default: ".external"
        }
    }

    // MARK: Input and output

    private func type(_ parameter: ParameterPlan) -> String {
        let type = parameter.representation.spelled(in: module)
        return parameter.parameter.isRequired || type.hasSuffix("?") ? type : type + "?"
    }

    private func escaped(_ name: String) -> String { SwiftNaming.isKeyword(name) ? "`\(name)`" : name }

    private func type(_ body: BodyPlan) -> String {
        switch body.kind {
        case .json(_, let representation), .form(_, let representation, _): representation.spelled(in: module)
        case .text: "String"
        case .bytes: "[UInt8]"
        case .stream: "ContractBody"
        }
    }

    private func input(_ writer: inout CodeWriter) {
        writer.line("/// What the operation is called with.")
        writer.block("public struct Input: Sendable") { writer in
            var parameters: [String] = []
            var assignments: [String] = []
            for parameter in plan.parameters {
                let schema = types.decoder.graph[parameter.parameter.schema]
                writer.documentation(
                    parameter.parameter.summary ?? schema.summary,
                    fallback:
                        "\(parameter.parameter.place.rawValue.capitalizedFirst) parameter `\(parameter.parameter.name)`."
                )
                writer.line("public var \(escaped(parameter.swiftName)): \(type(parameter))")
                parameters.append(
                    "\(escaped(parameter.swiftName)): \(type(parameter))"
                        + (type(parameter).hasSuffix("?") ? " = nil" : ""))
                assignments.append("self.\(parameter.swiftName) = \(escaped(parameter.swiftName))")
            }
            if let body = plan.body {
                let bodyType = type(body) + (body.isRequired ? "" : "?")
                writer.documentation(plan.operation.requestBody?.summary, fallback: "The request body.")
                if !body.contentTypes.isEmpty, case .stream = body.kind {
                    writer.line("/// The body's media type.")
                    writer.line("public var contentType: String")
                    parameters.append("contentType: String = \(body.contentTypes[0].literal)")
                    assignments.append("self.contentType = contentType")
                }
                writer.line("public var body: \(bodyType)")
                parameters.append("body: \(bodyType)" + (body.isRequired ? "" : " = nil"))
                assignments.append("self.body = body")
            }
            writer.line()
            writer.line("/// Creates an input; it is validated when it is sent.")
            writer.line("public init(\(parameters.joined(separator: ", "))) {")
            writer.indented { for assignment in assignments { $0.line(assignment) } }
            writer.line("}")
        }
    }

    private func payload(_ outcome: OutcomePlan) -> [(label: String?, type: String)] {
        var payload: [(label: String?, type: String)] = []
        if isRange(outcome) { payload.append(("status", "Int")) }
        if let body = outcome.body { payload.append((nil, type(body))) }
        for header in outcome.headers {
            let type = header.representation.spelled(in: module)
            payload.append((header.swiftName, type.hasSuffix("?") ? type : type + "?"))
        }
        return payload
    }

    private func isRange(_ outcome: OutcomePlan) -> Bool { Int(outcome.status) == nil }

    private func output(_ writer: inout CodeWriter) {
        writer.line("/// What the operation can answer.")
        writer.block("public enum Output: Sendable") { writer in
            for outcome in plan.outcomes {
                writer.documentation("\(outcome.status): \(outcome.summary)", fallback: outcome.status)
                let payload = payload(outcome).map { $0.label.map { "\($0): " } ?? "" }
                let list = zip(payload, self.payload(outcome)).map { $0 + $1.type }.joined(separator: ", ")
                writer.line("case \(escaped(outcome.caseName))" + (list.isEmpty ? "" : "(\(list))"))
            }
            writer.line("/// An answer that the contract does not document. A handler must not return it.")
            writer.line("case undocumented(ContractResponse)")
        }
    }

    // MARK: Client

    private mutating func clientMethod(_ writer: inout CodeWriter) {
        writer.block("extension \(base)Client") { writer in
            writer.documentation(
                plan.operation.title ?? plan.operation.summary, fallback: "Calls `\(plan.operation.id)`.")
            writer.line(
                "/// - Throws: ``ClientError``: no answer, or one that breaks the contract. Documented refusals are outcomes."
            )
            writer.line("public func \(plan.methodName)(")
            writer.indented {
                $0.line("_ input: \(own).Input, credentials: ClientCredentials? = nil, traceparent: String? = nil,")
                $0.line("options: RequestOptions = RequestOptions()")
            }
            writer.line(") async throws(ClientError) -> \(own).Output {")
            writer.indented { writer in
                writer.line(
                    "\(changesRequest ? "var" : "let") request = RequestWriter(method: \(methodExpression), path: \(pathExpression))"
                )
                self.requestBody(&writer)
                if !plan.operation.security.isEmpty {
                    writer.line("request.authorize(credentials ?? self.credentials, \(own).security)")
                }
                writer.line("let response: ContractResponse")
                writer.line(
                    "do { response = try await transport.send(request.request(traceparent: traceparent), options: options) } catch {"
                )
                writer.indented { $0.line("throw .transport(error)") }
                writer.line("}")
                if plan.outcomes.contains(where: { !self.readsNothing($0) }) {
                    writer.line("let reader = ResponseReader(response)")
                }
                self.responseSwitch(&writer)
            }
            writer.line("}")
        }
    }

    private var changesRequest: Bool {
        plan.body != nil || !plan.operation.security.isEmpty || plan.parameters.contains { $0.parameter.place != .path }
    }

    private func readsNothing(_ outcome: OutcomePlan) -> Bool {
        if !outcome.headers.isEmpty { return false }
        switch outcome.body?.kind {
        case nil, .stream, .bytes: return true
        default: return false
        }
    }

    private var methodExpression: String {
        switch plan.operation.method {
        case "get", "put", "post", "delete", "options", "head", "patch", "trace": "." + plan.operation.method
        default: "HTTPRequest.Method(rawValue: \(plan.operation.method.uppercased().literal)) ?? .get"
        }
    }

    private var pathExpression: String {
        var expression = plan.operation.path
        for parameter in plan.parameters where parameter.parameter.place == .path {
            expression = expression.replacing(
                "{\(parameter.parameter.name)}", with: "\u{1}(RequestWriter.segment(input.\(parameter.swiftName)))")
        }
        return expression.literal.replacing("\\u{1}", with: "\\")
    }

    private mutating func requestBody(_ writer: inout CodeWriter) {
        for parameter in plan.parameters {
            let name = parameter.parameter.name.literal
            switch parameter.parameter.place {
            case .query:
                let explode = parameter.parameter.explodes ? "" : ", isExploded: false"
                let reserved = parameter.parameter.allowsReserved ? ", allowsReserved: true" : ""
                writer.line("request.query(\(name), input.\(parameter.swiftName)\(explode)\(reserved))")
            case .header: writer.line("request.header(\(name), input.\(parameter.swiftName))")
            case .path, .cookie: break
            }
        }
        guard let body = plan.body else { return }
        let contentType = (body.contentTypes.first ?? "application/octet-stream").literal
        let member = body.isRequired ? "input.body" : "body"
        var statement: String
        switch body.kind {
        case .json(let schema, _):
            statement = "try request.json(\(member), contentType: \(contentType)) { node, context in \(check(schema)) }"
        case .form(let schema, _, _): statement = "try request.form(\(member)) { node, context in \(check(schema)) }"
        case .text: statement = "request.raw(.bytes(Array(\(member).utf8)), contentType: \(contentType))"
        case .bytes: statement = "request.raw(.bytes(\(member)), contentType: \(contentType))"
        case .stream: statement = "request.raw(\(member), contentType: input.contentType)"
        }
        if !body.isRequired { statement = "if let body = input.body { \(statement) }" }
        writer.line(statement)
    }

    /// Statements that validate a JSON value of a schema.
    private mutating func check(_ schema: SchemaID) -> String {
        types.decoder.check(schema, node: "node", hint: "Body") ?? "_ = node"
    }

    private mutating func responseSwitch(_ writer: inout CodeWriter) {
        let exact = plan.outcomes.filter { Int($0.status) != nil }
        let ranges = plan.outcomes.filter { Int($0.status) == nil }
        writer.line("switch response.status {")
        for outcome in exact + ranges.filter({ $0.status != "default" }) {
            let pattern =
                Int(outcome.status) != nil
                ? outcome.status : "\(outcome.status.prefix(1))00...\(outcome.status.prefix(1))99"
            writer.line("case \(pattern):")
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
        case .bytes, .stream: arguments.append("response.body")
        case nil: break
        }
        for header in outcome.headers {
            let read = types.decoder.decode(
                header.parameter.schema, as: header.representation, node: "node",
                hint: SwiftNaming.typeName(header.swiftName))
            let isLiteral = isLiteral(header.representation)
            arguments.append(
                "\(header.swiftName): reader.header(\(header.parameter.name.literal), isLiteral: \(isLiteral)) { node, context in \(read) }"
            )
        }
        let call = ".\(escaped(outcome.caseName))" + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
        return canThrow ? "try " + call : call
    }

    private func isLiteral(_ representation: Representation) -> Bool {
        switch representation {
        case .bool, .integer, .number: true
        case .nullable(let inner), .array(let inner, _): isLiteral(inner)
        default: false
        }
    }

    // MARK: Server

    private mutating func route(_ writer: inout CodeWriter) {
        let audience = plan.operation.extensions["x-audience"]?.string.map { ", audience: \($0.literal)" } ?? ""
        writer.block("extension \(own)") { writer in
            writer.line("/// The route that calls `handler`.")
            writer.block("public static func route(_ handler: some \(base)Handler) -> Route") { writer in
                writer.line("Route(")
                writer.indented { writer in
                    writer.line(
                        "method: \(methodExpression), template: \(plan.operation.path.literal), operationID: \(plan.operation.id.literal),"
                    )
                    writer.line("security: security\(audience), bodyLimit: bodyLimit")
                }
                writer.line(") { request in")
                writer.indented { self.routeBody(&$0) }
                writer.line("}")
            }
            writer.line()
            self.responseWriter(&writer)
        }
    }

    private mutating func routeBody(_ writer: inout CodeWriter) {
        let readsInput = !plan.parameters.isEmpty || plan.body != nil
        if readsInput { writer.line("var reader = try RequestReader(request)") }
        var names: [String] = []
        var arguments: [String] = []
        for parameter in plan.parameters {
            let read = types.decoder.decode(
                parameter.parameter.schema, as: parameter.representation, node: "node",
                hint: SwiftNaming.typeName(parameter.swiftName))
            let function = parameter.parameter.isRequired ? "required" : "optional"
            let local = escaped(parameter.swiftName)
            writer.line(
                "let \(local) = reader.\(function)(.\(parameter.parameter.place.rawValue), \(parameter.parameter.name.literal), \(form(parameter))) { node, context in \(read) }"
            )
            if parameter.parameter.isRequired { names.append(local) }
            let fallback =
                parameter.parameter.isRequired
                ? nil : parameter.defaultValue.flatMap { scalarLiteral($0, parameter.representation) }
            arguments.append("\(parameter.swiftName.argumentLabel): \(local)" + (fallback.map { " ?? \($0)" } ?? ""))
        }
        if let body = plan.body { readBody(body, &names, &arguments, &writer) }
        if readsInput { writer.line("try reader.finish()") }
        if !names.isEmpty {
            writer.line("guard \(names.map { "let \($0)" }.joined(separator: ", ")) else {")
            writer.indented {
                $0.line(
                    "throw ProblemDocument(status: 400, title: \"Bad Request\", detail: \"the request does not satisfy its contract\")"
                )
            }
            writer.line("}")
        }
        writer.line(
            "let output = try await handler.\(plan.methodName)(Input(\(arguments.joined(separator: ", "))), request.context)"
        )
        writer.line("return try response(output)")
    }

    private func scalarLiteral(_ value: JSONValue, _ representation: Representation) -> String? {
        switch (representation, value) {
        case (.string, .string(let text)): text.literal
        case (.bool, .bool(let truth)): String(truth)
        case (.integer, .number(let number)): number.int64.map(String.init)
        case (.generated(let name), .string(let text)):
            Representation.generated(name).spelled(in: module) + "." + SwiftNaming.memberName(text)
        default: nil
        }
    }

    private func form(_ parameter: ParameterPlan) -> String {
        if case .array(let element, _) = parameter.representation {
            let isExploded = parameter.parameter.place == .query && parameter.parameter.explodes
            return ".list(isExploded: \(isExploded), isLiteral: \(isLiteral(element)))"
        }
        return isLiteral(parameter.representation) ? ".literal" : ".text"
    }

    private mutating func readBody(
        _ body: BodyPlan, _ names: inout [String], _ arguments: inout [String], _ writer: inout CodeWriter
    ) {
        let types = body.contentTypes.map(\.literal).joined(separator: ", ")
        if case .bytes = body.kind {} else { writer.line("try reader.contentType([\(types)])") }
        switch body.kind {
        case .json(let schema, let representation):
            let read = self.types.decoder.decode(schema, as: representation, node: "node", hint: "RequestBody")
            writer.line(
                "let body = try await reader.json(limit: bodyLimit, isRequired: \(body.isRequired)) { node, context in \(read) }"
            )
            if body.isRequired { names.append("body") }
        case .form(let schema, let representation, let literals):
            let read = self.types.decoder.decode(schema, as: representation, node: "node", hint: "RequestBody")
            let list = literals.map(\.literal).joined(separator: ", ")
            writer.line(
                "let body = try await reader.form(limit: bodyLimit, literals: [\(list)]) { node, context in \(read) }")
            if body.isRequired { names.append("body") }
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
        for header in outcome.headers { bindings.append("let \(escaped(header.swiftName))") }
        writer.line(
            "case .\(escaped(outcome.caseName))" + (bindings.isEmpty ? ":" : "(\(bindings.joined(separator: ", "))):"))
        let hasContent = outcome.body != nil || !outcome.headers.isEmpty
        writer.indented { writer in
            writer.line(
                "\(hasContent ? "var" : "let") writer = ResponseWriter(status: \(isRange(outcome) ? "status" : outcome.status))"
            )
            for header in outcome.headers {
                writer.line("writer.header(\(header.parameter.name.literal), \(escaped(header.swiftName)))")
            }
            let contentType = (outcome.body?.contentTypes.first ?? "").literal
            switch outcome.body?.kind {
            case .json(let schema, _), .form(let schema, _, _):
                writer.line(
                    "try writer.json(body, contentType: \(contentType)) { node, context in \(self.check(schema)) }")
            case .text: writer.line("writer.text(body, contentType: \(contentType))")
            case .bytes: writer.line("writer.raw(.bytes(body), contentType: \(contentType))")
            case .stream: writer.line("writer.raw(body, contentType: \(contentType))")
            case nil: break
            }
            writer.line("return writer.finish()")
        }
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
