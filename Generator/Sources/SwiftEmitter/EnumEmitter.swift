import ContractJSON
import ContractModel
import ContractPlan

/// Enums of strings and of payloads.
extension TypeEmitter {
    mutating func emit(_ strings: StringsPlan, _ plan: TypePlan, into writer: inout CodeWriter) {
        let own = plan.name.path.last ?? ""
        let location = decoder.graph[plan.schema].location
        writer.line(
            strings.isOpen
                ? "public enum \(own): ContractValue {" : "public enum \(own): String, ContractValue, CaseIterable {")
        writer.indented { writer in
            for entry in strings.cases {
                let name = SwiftNaming.isKeyword(entry.name) ? "`\(entry.name)`" : entry.name
                writer.documentation("`\(entry.value)`", fallback: "The empty text.")
                writer.line(
                    strings.isOpen || entry.name == entry.value
                        ? "case \(name)" : "case \(name) = \(entry.value.literal)")
            }
            if strings.isOpen { self.openMembers(strings, into: &writer) }
            writer.line()
            writer.line("/// Reads and validates a value.")
            writer.line("public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> \(own)? {")
            writer.indented { writer in
                let typeAt = self.decoder.typeArguments(of: plan.schema)
                if let residual = strings.residual {
                    writer.line(self.decoder.check(residual, node: "node", hint: own))
                }
                self.knownTexts(strings, into: &writer)
                if strings.isOpen {
                    writer.line("guard let text = context.string(node, \(typeAt)) else { return nil }")
                    writer.line("return .unknown(text)")
                } else {
                    writer.line("return context.known(node, \(typeAt), enum: \(location.pointer("enum")))")
                }
            }
            writer.line("}")
            writer.line()
            writer.line("/// Writes the value.")
            writer.line("public func write(to writer: inout JSONWriter) { writer.string(rawValue) }")
        }
        writer.line("}")
    }

    /// Returns the case of a known text, without building the text.
    private mutating func knownTexts(_ strings: StringsPlan, into writer: inout CodeWriter) {
        guard !strings.cases.isEmpty else { return }
        let list = strings.cases.map(\.value.literal).joined(separator: ", ")
        let texts = decoder.scope.constant("JSONTexts", "JSONTexts(\(list))", hint: "texts")
        writer.line("switch node.place(in: \(decoder.scope.name).\(texts)) {")
        for (index, entry) in strings.cases.enumerated() {
            writer.line("case \(index): return Self.\(escaped(entry.name))")
        }
        writer.line("default: break")
        writer.line("}")
    }

    private func openMembers(_ strings: StringsPlan, into writer: inout CodeWriter) {
        writer.line("/// A value that the contract does not know, kept as received.")
        writer.line("case unknown(String)")
        writer.line()
        writer.line("/// The value of a text; never fails.")
        writer.block("public init(rawValue: String)") { writer in
            writer.line("switch ExactText(rawValue) {")
            for entry in strings.cases {
                writer.line(
                    "case \(entry.value.literal): self = .\(SwiftNaming.isKeyword(entry.name) ? "`\(entry.name)`" : entry.name)"
                )
            }
            writer.line("default: self = .unknown(rawValue)")
            writer.line("}")
        }
        writer.line()
        writer.line("/// The value on the wire.")
        writer.block("public var rawValue: String") { writer in
            writer.line("switch self {")
            for entry in strings.cases {
                writer.line(
                    "case .\(SwiftNaming.isKeyword(entry.name) ? "`\(entry.name)`" : entry.name): \(entry.value.literal)"
                )
            }
            writer.line("case .unknown(let text): text")
            writer.line("}")
        }
    }

    mutating func emit(_ union: UnionPlan, _ plan: TypePlan, into writer: inout CodeWriter) {
        let own = plan.name.path.last ?? ""
        let location = decoder.graph[plan.schema].location
        let needsBox = union.branches.contains { branch in
            if case .generated(let name) = branch.representation { return name == plan.name }
            return false
        }
        writer.line("public \(needsBox ? "indirect " : "")enum \(own): ContractValue {")
        writer.indented { writer in
            for branch in union.branches {
                let summary =
                    self.decoder.graph[branch.schema].summary
                    ?? self.decoder.graph[self.decoder.predicates.resolved(branch.schema)].summary
                // A case for a kind of the same schema has no description of its own.
                writer.documentation(
                    branch.schema == plan.schema ? nil : summary, fallback: "Alternative `\(branch.name)`.")
                writer.line("case \(escaped(branch.name))(\(branch.representation.spelled(in: module)))")
            }
            writer.line()
            writer.line("/// Reads and validates a value.")
            writer.line("public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> \(own)? {")
            writer.indented { writer in
                if let residual = union.residual {
                    writer.line(self.decoder.check(residual, node: "node", hint: own))
                }
                self.dispatch(union, own, location, into: &writer)
            }
            writer.line("}")
            writer.line()
            writer.line("/// Writes the value.")
            writer.block("public func write(to writer: inout JSONWriter)") { writer in
                writer.line("switch self {")
                for branch in union.branches {
                    writer.line("case .\(escaped(branch.name))(let value): value.write(to: &writer)")
                }
                writer.line("}")
            }
        }
        writer.line("}")
    }

    private func escaped(_ name: String) -> String { SwiftNaming.isKeyword(name) ? "`\(name)`" : name }

    private mutating func dispatch(
        _ union: UnionPlan, _ own: String, _ location: SourceLocation, into writer: inout CodeWriter
    ) {
        let reads = union.branches.map { branch in
            decoder.decode(
                branch.schema, as: branch.representation, node: "node", hint: own + SwiftNaming.typeName(branch.name))
        }
        switch union.dispatch {
        case .tag(let member):
            let tags = union.branches.compactMap(\.tag).joined(separator: ", ")
            let keyword = union.keyword.literal
            writer.line(
                "guard context.isObject(node, \(location.pointer(union.keyword)), keyword: \(keyword)) else { return nil }"
            )
            writer.line("switch node.member(\(member.literal))?.string {")
            for (branch, read) in zip(union.branches, reads) {
                writer.line("case \((branch.tag ?? "").literal): return \(read).map(Self.\(escaped(branch.name)))")
            }
            writer.line("default:")
            writer.indented {
                $0.line(
                    "context.refuse(\(union.keyword.literal), \(location.pointer(union.keyword)), \("expected \(member) to be one of \(tags)".literal))"
                )
                $0.line("return nil")
            }
            writer.line("}")
        case .kind:
            writer.line("switch node.kind {")
            for (branch, read) in zip(union.branches, reads) {
                let kinds = Set(branch.types.flatMap { $0.kinds }).sorted().map { "." + $0 }.joined(separator: ", ")
                writer.line("case \(kinds): return \(read).map(Self.\(escaped(branch.name)))")
            }
            if Set(union.branches.flatMap { $0.types.flatMap(\.kinds) }).count < 7 {
                writer.line("default:")
                writer.indented {
                    $0.line(self.refusal(of: union, location))
                    $0.line("return nil")
                }
            }
            writer.line("}")
        case .count:
            writer.line("var matches: [\(own)] = []")
            for (branch, read) in zip(union.branches, reads) {
                writer.block("if case (let value?, true) = context.attempt({ context in \(read) })") {
                    $0.line("matches.append(.\(escaped(branch.name))(value))")
                }
            }
            let condition = union.keyword == "oneOf" ? "matches.count == 1" : "!matches.isEmpty"
            writer.block("guard \(condition) else") {
                $0.line(
                    "context.refuse(\(union.keyword.literal), \(location.pointer(union.keyword)), \"\\(matches.count) of \(union.branches.count) alternatives are satisfied\")"
                )
                $0.line("return nil")
            }
            writer.line("return matches.first")
        }
    }
}

extension TypeEmitter {
    /// A statement that refuses a value of a kind that no case has.
    fileprivate func refusal(of union: UnionPlan, _ location: SourceLocation) -> String {
        guard !["oneOf", "anyOf"].contains(union.keyword), let schema = union.branches.first?.schema else {
            return
                "context.refuse(\(union.keyword.literal), \(location.pointer(union.keyword)), \"no alternative allows \\(node.kind.spoken)\")"
        }
        let place = decoder.predicates.typePlace(of: schema)
        let expected = "expected " + union.branches.map(\.name).joined(separator: " or ") + ", not "
        return
            "context.refuse(\(place.keyword.literal), \(place.location.pointer(place.keyword)), \(expected.literal) + node.kind.spoken)"
    }
}

extension JSONType {
    /// The kinds of json-c nodes that can hold the type.
    var kinds: [String] {
        switch self {
        case .null: ["null"]
        case .boolean: ["bool"]
        case .integer, .number: ["integer", "real"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }
}
