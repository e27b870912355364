import ContractJSON
import ContractModel

extension Planner {
    /// How a body travels. Of several media types the one that types say most about is generated; the others are named in
    /// a warning.
    mutating func body(
        _ contents: [APIContent], isRequired: Bool, extensions: JSONObject, as name: TypeName,
        at location: SourceLocation
    ) -> BodyPlan? {
        guard let first = contents.first else { return nil }
        let contentTypes = contents.map(\.mediaType)
        if extensions["x-raw-body"]?.bool == true {
            return BodyPlan(kind: .bytes, contentTypes: contentTypes, isRequired: isRequired)
        }
        if extensions["x-stream-body"]?.bool == true {
            return BodyPlan(kind: .stream, contentTypes: contentTypes, isRequired: isRequired)
        }
        var chosen: (content: APIContent, kind: BodyPlan.Kind)?
        if let json = contents.first(where: { Self.isJSON($0.mediaType) && $0.schema != nil }), let schema = json.schema
        {
            chosen = (json, .json(schema, representation(of: schema, as: name)))
        } else if let form = contents.first(where: { Self.isForm($0.mediaType) && $0.schema != nil }),
            let schema = form.schema
        {
            let plan = self.form(schema, form, in: name.module, at: location)
            chosen = (form, .form(schema, representation(of: schema, as: name), plan))
        } else if let multipart = contents.first(where: { Self.type($0.mediaType) == "multipart/form-data" }),
            let schema = multipart.schema, let plan = self.multipart(schema, multipart, as: name, at: location)
        {
            chosen = (multipart, .multipart(plan))
        } else if let events = contents.first(where: { Self.type($0.mediaType) == "text/event-stream" }) {
            chosen = (events, .events)
        } else if Self.type(first.mediaType).hasPrefix("text/"), contents.count == 1 {
            chosen = (first, .text)
        }
        if chosen == nil, let content = contents.first(where: { isMoreThanBytes($0) }) {
            warnOfBytes(content.mediaType, at: location)
        }
        guard let chosen else { return BodyPlan(kind: .stream, contentTypes: contentTypes, isRequired: isRequired) }
        let others = contentTypes.filter { $0 != chosen.content.mediaType }
        if !others.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .warning, at: location, "of several media types only \(chosen.content.mediaType) is generated",
                    reason: "one Swift type stands for the body; left out: \(others.joined(separator: ", "))",
                    remedy: "give each media type an operation of its own, or x-stream-body: true to handle the bytes"))
        }
        return BodyPlan(kind: chosen.kind, contentTypes: [chosen.content.mediaType], isRequired: isRequired)
    }

    /// Whether a schema says of a body what bytes do not tell.
    private func isMoreThanBytes(_ content: APIContent) -> Bool {
        guard Self.type(content.mediaType) != "multipart/form-data" else { return false }
        guard let schema = content.schema, let types = predicates.types(of: schema) else { return false }
        return !types.subtracting([.string, .null]).isEmpty
    }

    mutating func warnOfBytes(_ mediaType: String, at location: SourceLocation) {
        diagnostics.append(
            Diagnostic(
                .warning, at: location, "a body of \(mediaType) is handed over as bytes",
                reason:
                    "read and checked are JSON, text and server-sent events, and in requests application/x-www-form-urlencoded and multipart/form-data",
                remedy: "read and write the bytes in the handler or caller, or use one of these media types"))
    }

    /// A media type without parameters, in small letters.
    static func type(_ mediaType: String) -> String {
        String(mediaType.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace })
    }

    /// Whether a media type is JSON (RFC 6839 suffix included).
    public static func isJSON(_ mediaType: String) -> Bool {
        let type = type(mediaType)
        return type == "application/json" || type.hasSuffix("+json")
    }

    private static func isForm(_ mediaType: String) -> Bool { type(mediaType) == "application/x-www-form-urlencoded" }
}
