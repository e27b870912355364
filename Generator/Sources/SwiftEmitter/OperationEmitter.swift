import ContractJSON
import ContractModel
import ContractPlan

/// Emits what belongs to one operation: description, input, output, client method and route.
struct OperationEmitter {
    var types: TypeEmitter
    let plan: OperationPlan
    /// Beginning of the names of client and handler.
    let base: String
    let securitySchemes: [String: APISecurityScheme]
    /// The expression that makes the parts of a multipart body, once they are read.
    var partsExpression = ""

    var module: String { types.module }
    var own: String { plan.typeName.dotted }

    /// A file's worth of declarations.
    mutating func emit(client: Bool, server: Bool, into writer: inout CodeWriter) {
        let operation = plan.operation
        let text = [operation.title, operation.summary].compactMap { $0 }.joined(separator: "\n\n")
        writer.documentation(text, fallback: "`\(operation.id)` of the contract.")
        writer.line("///")
        writer.line("/// `\(operation.method.uppercased()) \(operation.path)`")
        links(&writer)
        writer.block("public enum \(own)") { writer in
            self.description(&writer)
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

    /// What `links` say, for people.
    private func links(_ writer: inout CodeWriter) {
        for (status, response) in plan.operation.responses {
            for (name, link) in response.links {
                let target = link["operationId"]?.string ?? link["operationRef"]?.string ?? link["$ref"]?.string ?? name
                let parameters = link["parameters"]?.object?.members.map {
                    "\($0.name) from `\($0.value.string ?? $0.value.jsonText)`"
                }
                writer.line("///")
                let from = parameters.map { $0.isEmpty ? "" : ", with " + $0.joined(separator: ", ") } ?? ""
                writer.documentation("After \(status), \(name): `\(target)`\(from).", fallback: "")
            }
        }
    }

    private func description(_ writer: inout CodeWriter) {
        writer.line("/// Alternatives of security schemes of which one must be satisfied.")
        writer.line("public static let security: [[SecurityRequirement]] = \(securityExpression)")
        writer.line("/// Most bytes of a request body.")
        writer.line("public static let bodyLimit = \(plan.bodyLimit)")
        writer.line("/// What the contract says of the operation besides its types.")
        writer.line("public static let description = OperationDescription(")
        writer.indented { writer in
            let audience = plan.operation.extensions["x-audience"]?.string.map { ", audience: \($0.literal)" } ?? ""
            writer.line(
                "method: \(methodExpression), template: \(template.literal), operationID: \(plan.operation.id.literal),"
            )
            writer.line("security: security\(audience), bodyLimit: bodyLimit)")
        }
        if !plan.operation.servers.isEmpty {
            writer.line(
                "/// Addresses of the servers that answer this operation, with the defaults of their variables.")
            writer.line(
                "public static let servers = [\(plan.operation.servers.map(\.literal).joined(separator: ", "))]")
        }
        if let seconds = plan.behaviour.timeoutSeconds {
            writer.line("/// Options of a call that brings none of its own.")
            let milliseconds = Int((seconds.double * 1_000).rounded())
            writer.line("public static let options = RequestOptions(timeout: .milliseconds(\(milliseconds)))")
        }
        if let retry = plan.behaviour.retry {
            writer.line("/// When a client tries again.")
            writer.line("public static let retryRule = RetryRule(")
            writer.indented {
                $0.line(
                    "attempts: \(retry.attempts), statuses: [\(retry.statuses.map(String.init).joined(separator: ", "))], backoff: .milliseconds(\(retry.backoffMilliseconds)),"
                )
                $0.line("maximumWait: .seconds(\(retry.maximumWaitSeconds)), isIdempotent: \(retry.isIdempotent))")
            }
        }
    }

    /// The path; for webhooks and callbacks, whose address the contract leaves open, one made from the operation's name.
    private var template: String { plan.isCallback ? "/" + plan.operation.id : plan.operation.path }

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

    private func kind(_ scheme: String) -> String { securitySchemes[scheme]?.requirementKind ?? ".external" }

    // MARK: Input and output

    func type(_ parameter: ParameterPlan) -> String {
        let type = parameter.representation.spelled(in: module)
        return parameter.parameter.isRequired || type.hasSuffix("?") ? type : type + "?"
    }

    /// What makes one optional of two: a value that may be `null` and may be left out has one Swift value for both.
    func flattening(_ representation: Representation, _ isRequired: Bool) -> String {
        !isRequired && representation.spelled(in: module).hasSuffix("?") ? " ?? nil" : ""
    }

    func escaped(_ name: String) -> String { SwiftNaming.isKeyword(name) ? "`\(name)`" : name }

    private func type(_ body: BodyPlan) -> String {
        switch body.kind {
        case .json(_, let representation), .form(_, let representation, _): representation.spelled(in: module)
        case .multipart: "Parts"
        case .events: "EventStream"
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
                if !body.contentTypes.isEmpty, case .stream = body.kind {
                    writer.line("/// The body's media type.")
                    writer.line("public var contentType: String")
                    parameters.append("contentType: String = \(body.contentTypes[0].literal)")
                    assignments.append("self.contentType = contentType")
                }
                writer.documentation(plan.operation.requestBody?.summary, fallback: "The request body.")
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
        if case .multipart(let multipart) = plan.body?.kind {
            writer.line()
            self.multipart(multipart, &writer)
        }
    }

    func payload(_ outcome: OutcomePlan) -> [(label: String?, type: String)] {
        var payload: [(label: String?, type: String)] = []
        if isRange(outcome) { payload.append(("status", "Int")) }
        if let body = outcome.body { payload.append((nil, type(body))) }
        for header in outcome.headers {
            let type = header.representation.spelled(in: module)
            payload.append((header.swiftName, type.hasSuffix("?") ? type : type + "?"))
        }
        return payload
    }

    func isRange(_ outcome: OutcomePlan) -> Bool { Int(outcome.status) == nil }

    private func output(_ writer: inout CodeWriter) {
        writer.line("/// What the operation can answer.")
        writer.block("public enum Output: Sendable") { writer in
            for outcome in plan.outcomes {
                writer.documentation("\(outcome.status): \(outcome.summary)", fallback: outcome.status)
                let list = payload(outcome).map { ($0.label.map { "\($0): " } ?? "") + $0.type }.joined(separator: ", ")
                writer.line("case \(escaped(outcome.caseName))" + (list.isEmpty ? "" : "(\(list))"))
            }
            writer.line("/// An answer that the contract does not document. A handler must not return it.")
            writer.line("case undocumented(ContractResponse)")
        }
    }

    var methodExpression: String {
        switch plan.operation.method {
        case "get", "put", "post", "delete", "options", "head", "patch", "trace": "." + plan.operation.method
        default: "HTTPRequest.Method(rawValue: \(plan.operation.method.uppercased().literal)) ?? .get"
        }
    }

    /// Statements that validate a JSON value of a schema.
    mutating func check(_ schema: SchemaID) -> String {
        types.decoder.check(schema, node: "node", hint: "Body") ?? "_ = node"
    }
}

extension APISecurityScheme {
    /// The `SecurityRequirement.Kind` of the scheme, as an expression.
    var requirementKind: String {
        switch kind {
        case .httpBearer, .oauth2, .openIDConnect: ".bearer"
        case .httpBasic: ".basic"
        case .apiKey(let name, .header): ".headerKey(\(name.literal))"
        case .apiKey(let name, .query): ".queryKey(\(name.literal))"
        case .apiKey(let name, .cookie): ".cookieKey(\(name.literal))"
        case .apiKey, .httpOther, .mutualTLS: ".external"
        }
    }
}

extension ParameterPlan {
    /// A `ParameterForm` for reading the parameter, as an expression.
    var form: String {
        let style = parameter.contentType.map { Planner.isJSON($0) ? "json" : parameter.style } ?? parameter.style
        var text = "ParameterForm(.\(style)"
        if parameter.explodes { text += ", explodes: true" }
        text += ", \(shape.expression)"
        if !others.isEmpty { text += ", others: [\(others.map(\.literal).joined(separator: ", "))]" }
        if parameter.allowsEmpty { text += ", allowsEmpty: true" }
        return text + ")"
    }

    /// Arguments that choose style and explode for writing the parameter, where they are not the default of its place.
    var writingStyle: String {
        let style = parameter.contentType.map { Planner.isJSON($0) ? "json" : parameter.style } ?? parameter.style
        let isForm = parameter.place == .query || parameter.place == .cookie
        var text = style == (isForm ? "form" : "simple") ? "" : ", .\(style)"
        if parameter.explodes != isForm { text += ", explodes: \(parameter.explodes)" }
        return text
    }
}

extension FieldPlan {
    /// A `ParameterForm` of the field, as an expression.
    var form: String {
        var text = "ParameterForm(.\(style)"
        if explodes { text += ", explodes: true" }
        if allowsReserved { text += ", allowsReserved: true" }
        return text + ", \(shape.expression))"
    }
}

extension ParameterShape {
    /// A `ParameterForm.Shape`, as an expression.
    var expression: String {
        switch self {
        case .text: ".text"
        case .literal: ".literal"
        case .list(let element): ".list(\(element.expression))"
        case .choice(let shapes): ".choice([\(shapes.map(\.expression).joined(separator: ", "))])"
        case .object(let members, let rest):
            ".object(\(Self.dictionary(members))\(rest.map { ", rest: \($0.expression)" } ?? ""))"
        }
    }

    private static func dictionary(_ members: [Member]) -> String {
        if members.isEmpty { return "[:]" }
        return "[\(members.map { "\($0.name.literal): \($0.shape.expression)" }.joined(separator: ", "))]"
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
