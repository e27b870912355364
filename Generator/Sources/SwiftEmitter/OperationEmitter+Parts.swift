import ContractJSON
import ContractModel
import ContractPlan

/// Multipart bodies.
extension OperationEmitter {
    private func type(_ part: PartPlan) -> String {
        let type =
            switch part.kind {
            case .value(_, let representation): representation.spelled(in: module)
            case .file: "MultipartFile"
            case .files: "[MultipartFile]"
            }
        return part.isRequired || type.hasSuffix("?") ? type : type + "?"
    }

    // MARK: Types

    /// The struct that holds the parts, and those that hold their headers.
    func multipart(_ plan: MultipartPlan, _ writer: inout CodeWriter) {
        var members: [(name: String, type: String, value: String?)] = []
        writer.line("/// The parts of the body. A file that comes last may be a stream.")
        writer.block("public struct Parts: Sendable") { writer in
            for part in plan.parts {
                writer.documentation(part.summary, fallback: "Part `\(part.field.name)`.")
                members.append((part.swiftName, type(part), type(part).hasSuffix("?") ? "nil" : nil))
                writer.line("public var \(escaped(part.swiftName)): \(type(part))")
                guard !part.headers.isEmpty else { continue }
                let list = isSeveral(part)
                let order = list ? ", one for each of its parts in order" : ""
                writer.line("/// Header fields of the part `\(part.field.name)`\(order).")
                let type = headersType(part)
                members.append((part.headersName, type, list ? "[]" : type.hasSuffix("?") ? "nil" : nil))
                writer.line("public var \(part.headersName): \(type)")
            }
            if plan.others != nil {
                writer.line("/// Parts that the contract allows without naming them.")
                writer.line("public var otherParts: [MultipartPart]")
                members.append(("otherParts", "[MultipartPart]", "[]"))
            }
            writer.line()
            writer.line("/// Creates the parts; they are validated when they are sent.")
            let list = members.map { "\(escaped($0.name)): \($0.type)" + ($0.value.map { " = \($0)" } ?? "") }
            writer.block("public init(\(list.joined(separator: ", ")))") {
                for member in members { $0.line("self.\(member.name) = \(escaped(member.name))") }
            }
        }
        for part in plan.parts where !part.headers.isEmpty {
            writer.line()
            headers(part, &writer)
        }
    }

    /// The struct that holds the header fields of a part.
    private func headers(_ part: PartPlan, _ writer: inout CodeWriter) {
        writer.line("/// Header fields of the part `\(part.field.name)`.")
        writer.block("public struct \(part.headersTypeName): Sendable") { writer in
            for header in part.headers {
                writer.documentation(header.parameter.summary, fallback: "Header `\(header.parameter.name)`.")
                writer.line("public var \(escaped(header.swiftName)): \(type(header))")
            }
            writer.line()
            writer.line("/// Creates header fields.")
            let list = part.headers.map { header in
                "\(escaped(header.swiftName)): \(type(header))" + (type(header).hasSuffix("?") ? " = nil" : "")
            }
            writer.block("public init(\(list.joined(separator: ", ")))") {
                for header in part.headers { $0.line("self.\(header.swiftName) = \(escaped(header.swiftName))") }
            }
            writer.line()
            writer.line("/// As they are sent.")
            writer.block("var fields: PartHeaders") { writer in
                writer.line("var fields = PartHeaders()")
                for header in part.headers {
                    let value = "\(header.parameter.name.literal), \(escaped(header.swiftName))\(header.writingStyle)"
                    writer.line("fields.header(\(value))")
                }
                writer.line("return fields")
            }
        }
    }

    private func headersType(_ part: PartPlan) -> String {
        if isSeveral(part) { return "[\(part.headersTypeName)]" }
        let isRequired = part.isRequired && part.headers.contains(where: \.parameter.isRequired)
        return part.headersTypeName + (isRequired ? "" : "?")
    }

    /// Whether several parts have the name.
    private func isSeveral(_ part: PartPlan) -> Bool {
        switch part.kind {
        case .file: false
        case .files: true
        case .value: if case .list = part.field.shape { part.field.explodes } else { false }
        }
    }

    // MARK: Client

    /// Statements of a client that form the body.
    mutating func writeParts(_ plan: MultipartPlan, _ member: String) -> [String] {
        var statements = ["var multipart = MultipartWriter()"]
        for part in plan.parts {
            let name = part.field.name.literal
            let value = "\(member).\(escaped(part.swiftName))"
            let rules = part.rules.map { ", \($0)" } ?? ""
            var headers = ""
            if !part.headers.isEmpty {
                let own = "\(member).\(part.headersName)"
                switch part.kind {
                case .file: headers = ", headers: \(own)\(headersType(part).hasSuffix("?") ? "?" : "").fields"
                case .files: headers = ", headers: \(own).map(\\.fields)"
                case .value:
                    let mark = headersType(part).hasSuffix("?") ? "?" : ""
                    headers = ", headers: " + (isSeveral(part) ? "\(own).map(\\.fields)" : "[\(own)\(mark).fields]")
                }
            }
            switch part.kind {
            case .value(let schema, _):
                for schema in [schema].compactMap(\.self) + part.also {
                    statements.append("try request.validate(\(value)) { node, context in \(check(schema)) }")
                }
                let form = part.field.isDefault && rules.isEmpty ? "" : ", \(part.field.form)"
                statements.append("multipart.value(\(name), \(value)\(form)\(rules)\(headers))")
            case .file: statements.append("multipart.file(\(name), \(value)\(rules)\(headers))")
            case .files: statements.append("multipart.files(\(name), \(value)\(rules)\(headers))")
            }
        }
        if let others = plan.others { statements.append("multipart.others(\(member).otherParts, \(others.form))") }
        return statements + ["try request.multipart(multipart)" + whole(plan)]
    }

    /// The closure that checks the body as a whole, if the contract says something of it.
    private mutating func whole(_ plan: MultipartPlan) -> String {
        if plan.residuals.isEmpty { return "" }
        let statements = plan.residuals.map { types.decoder.check($0, node: "node", hint: "Body") }
        return " { node, context in\n    " + statements.joined(separator: "\n    ") + "\n}"
    }

    // MARK: Server

    /// Statements of a server that read the body into `body`; `unwrapped` gets the locals that must not be nil.
    mutating func readParts(
        _ plan: MultipartPlan, _ unwrapped: inout [String], _ writer: inout CodeWriter
    ) -> String {
        let isFile: (PartPlan) -> Bool = { if case .value = $0.kind { false } else { true } }
        let list: ([PartPlan]) -> String = { $0.map(\.field.name.literal).joined(separator: ", ") }
        let last = plan.parts.last(where: isFile)
        var streamed = "nil"
        if let last, case .file = last.kind { streamed = last.field.name.literal }
        writer.line("let parts = try await reader.multipart(")
        writer.indented {
            $0.line("limit: bodyLimit, values: [\(list(plan.parts.filter { !isFile($0) }))],")
            $0.line("files: [\(list(plan.parts.filter(isFile)))], streamed: \(streamed),")
            $0.line("required: [\(list(plan.parts.filter(\.isRequired)))])")
        }
        var arguments: [String] = []
        for part in plan.parts { readPart(part, &unwrapped, &arguments, &writer) }
        let whole = whole(plan)
        let known = list(plan.parts)
        if let others = plan.others {
            writer.line("let otherParts = reader.others(parts, besides: [\(known)], \(others.form))")
            arguments.append("otherParts: otherParts")
        } else if !whole.isEmpty {
            writer.line("reader.others(parts, besides: [\(known)], ParameterForm(.form, explodes: true, .text))")
        }
        if !whole.isEmpty { for line in "reader.whole\(whole)".split(separator: "\n") { writer.line(String(line)) } }
        return "Parts(\(arguments.joined(separator: ", ")))"
    }

    private mutating func readPart(
        _ part: PartPlan, _ unwrapped: inout [String], _ arguments: inout [String], _ writer: inout CodeWriter
    ) {
        let local = "part" + SwiftNaming.typeName(part.swiftName)
        let name = part.field.name.literal
        let rules = part.rules.map { ", \($0)" } ?? ""
        var flattening = ""
        switch part.kind {
        case .value(let schema, let representation):
            var statements: [String] = []
            for schema in part.also {
                let hint = "Also" + SwiftNaming.typeName(part.swiftName)
                if let statement = types.decoder.check(schema, node: "node", hint: hint) {
                    statements.append(statement)
                }
            }
            let read =
                schema.map {
                    types.decoder.decode(
                        $0, as: representation, node: "node", hint: SwiftNaming.typeName(part.swiftName))
                } ?? "node.value"
            let call =
                "let \(local) = reader.part(parts, \(name), \(part.field.form), isRequired: \(part.isRequired)\(rules))"
            if statements.isEmpty {
                writer.line("\(call) { node, \(schema == nil ? "_" : "context") in \(read) }")
            } else {
                writer.line("\(call) { node, context in")
                writer.indented {
                    for statement in statements { $0.line(statement) }
                    $0.line("return \(read)")
                }
                writer.line("}")
            }
            flattening = self.flattening(representation, part.isRequired)
        case .file:
            writer.line("let \(local) = reader.file(parts, \(name), isRequired: \(part.isRequired)\(rules))")
        case .files:
            writer.line("let \(local) = reader.files(parts, \(name), isRequired: \(part.isRequired)\(rules))")
        }
        var isFiles = false
        if case .files = part.kind { isFiles = true }
        if part.isRequired, !isFiles { unwrapped.append(local) }
        arguments.append("\(part.swiftName.argumentLabel): \(local)\(flattening)")
        guard !part.headers.isEmpty else { return }
        let headers = "part" + SwiftNaming.typeName(part.headersName)
        let first = isSeveral(part) ? "" : ".first"
        writer.line("let \(headers) = reader.headers(parts, \(name), \(part.headersTypeName).read)\(first)")
        if !isSeveral(part), !headersType(part).hasSuffix("?") { unwrapped.append(headers) }
        arguments.append("\(part.headersName): \(headers)")
    }

    /// Functions of a server that read the header fields of parts.
    mutating func headerReaders(_ plan: MultipartPlan, _ writer: inout CodeWriter) {
        for part in plan.parts where !part.headers.isEmpty {
            writer.line()
            writer.block("extension \(own).\(part.headersTypeName)") { writer in
                writer.line(
                    "/// Reads the header fields of a part; nil if one that must be there is not, which is in `reader`."
                )
                writer.block(
                    "static func read(_ fields: PartHeaders, _ reader: inout RequestReader) -> \(own).\(part.headersTypeName)?"
                ) { writer in self.headerReader(part, &writer) }
            }
        }
    }

    private mutating func headerReader(_ part: PartPlan, _ writer: inout CodeWriter) {
        var arguments: [String] = []
        var required: [String] = []
        for header in part.headers {
            let read = types.decoder.decode(
                header.parameter.schema, as: header.representation, node: "node",
                hint: SwiftNaming.typeName(part.swiftName) + SwiftNaming.typeName(header.swiftName))
            let local = "header" + SwiftNaming.typeName(header.swiftName)
            writer.line(
                "let \(local) = reader.header(fields, of: \(part.field.name.literal), \(header.parameter.name.literal), \(header.form)) { node, context in \(read) }"
            )
            if header.parameter.isRequired { required.append(local) }
            let fallback =
                header.parameter.isRequired
                ? nil : header.defaultValue.flatMap { types.defaultLiteral($0, header.representation) }
            let value =
                fallback.map { " ?? \($0)" } ?? flattening(header.representation, header.parameter.isRequired)
            arguments.append("\(header.swiftName.argumentLabel): \(local)\(value)")
        }
        if !required.isEmpty {
            writer.line("guard \(required.map { "let \($0)" }.joined(separator: ", ")) else { return nil }")
        }
        writer.line("return \(own).\(part.headersTypeName)(\(arguments.joined(separator: ", ")))")
    }
}

extension PartPlan {
    /// Name of the member that holds the part's header fields.
    var headersName: String { swiftName + "Headers" }
    /// The type of them.
    var headersTypeName: String { SwiftNaming.typeName(swiftName + "Headers") }

    /// A `PartRules` of the part, as an expression; nil if there are none.
    var rules: String? {
        let required = headers.filter(\.parameter.isRequired).map(\.parameter.name)
        let lists = [("contentTypes", contentTypes), ("requiredHeaders", required)].filter { !$0.1.isEmpty }
        if lists.isEmpty { return nil }
        let texts = lists.map { "\($0.0): [\($0.1.map(\.literal).joined(separator: ", "))]" }
        return "PartRules(\(texts.joined(separator: ", ")))"
    }
}
