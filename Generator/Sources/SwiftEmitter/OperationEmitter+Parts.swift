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

    /// The struct that holds the parts.
    func multipart(_ parts: [PartPlan], _ writer: inout CodeWriter) {
        writer.line("/// The parts of the body. A file that comes last may be a stream.")
        writer.block("public struct Parts: Sendable") { writer in
            for part in parts {
                writer.documentation(part.summary, fallback: "Part `\(part.field.name)`.")
                writer.line("public var \(escaped(part.swiftName)): \(type(part))")
            }
            writer.line()
            writer.line("/// Creates the parts; they are validated when they are sent.")
            let list = parts.map { part in
                let type = type(part)
                return "\(escaped(part.swiftName)): \(type)" + (type.hasSuffix("?") ? " = nil" : "")
            }
            writer.block("public init(\(list.joined(separator: ", ")))") {
                for part in parts { $0.line("self.\(part.swiftName) = \(escaped(part.swiftName))") }
            }
        }
    }

    /// Statements of a client that form the body.
    mutating func writeParts(_ parts: [PartPlan], _ member: String) -> [String] {
        var statements = ["var multipart = MultipartWriter()"]
        for part in parts {
            let name = part.field.name.literal
            let value = "\(member).\(escaped(part.swiftName))"
            switch part.kind {
            case .value(let schema, _):
                let contentType = part.contentType?.literal ?? "nil"
                statements.append("try request.validate(\(value)) { node, context in \(check(schema)) }")
                statements.append(
                    "multipart.value(\(name), \(value), contentType: \(contentType), isJSON: \(part.field.style == "json"))"
                )
            case .file: statements.append("multipart.file(\(name), \(value))")
            case .files:
                let list = part.isRequired ? value : "\(value) ?? []"
                statements.append("for file in \(list) { multipart.file(\(name), file) }")
            }
        }
        return statements + ["request.raw(multipart.finish(), contentType: multipart.contentType)"]
    }

    /// Statements of a server that read the body into `body`; `unwrapped` gets the locals that must not be nil.
    mutating func readParts(
        _ parts: [PartPlan], _ unwrapped: inout [String], _ writer: inout CodeWriter
    ) -> String {
        let isFile: (PartPlan) -> Bool = { if case .value = $0.kind { false } else { true } }
        let files = parts.filter(isFile).map { $0.field.name.literal }.joined(separator: ", ")
        let required = parts.filter(\.isRequired).map { $0.field.name.literal }.joined(separator: ", ")
        let last = parts.last(where: isFile)
        let streamed = last.flatMap { isFiles($0) ? nil : $0.field.name.literal } ?? "nil"
        writer.line("let parts = try await reader.multipart(")
        writer.indented {
            $0.line("limit: bodyLimit, files: [\(files)], streamed: \(streamed), required: [\(required)])")
        }
        var arguments: [String] = []
        for part in parts {
            let local = "part" + SwiftNaming.typeName(part.swiftName)
            let name = part.field.name.literal
            switch part.kind {
            case .value(let schema, let representation):
                let read = types.decoder.decode(
                    schema, as: representation, node: "node", hint: SwiftNaming.typeName(part.swiftName))
                writer.line(
                    "let \(local) = reader.part(parts, \(name), \(part.field.form), isRequired: \(part.isRequired)) { node, context in \(read) }"
                )
            case .file:
                writer.line("let \(local) = reader.files(parts, \(name), isRequired: \(part.isRequired)).first")
            case .files: writer.line("let \(local) = reader.files(parts, \(name), isRequired: \(part.isRequired))")
            }
            if part.isRequired, !isFiles(part) { unwrapped.append(local) }
            var flattening = ""
            if case .value(_, let representation) = part.kind {
                flattening = self.flattening(representation, part.isRequired)
            }
            arguments.append("\(part.swiftName.argumentLabel): \(local)\(flattening)")
        }
        return "Parts(\(arguments.joined(separator: ", ")))"
    }

    private func isFiles(_ part: PartPlan) -> Bool { if case .files = part.kind { true } else { false } }
}
