import ContractInterpreter
public import ContractJSON
public import ContractModel

/// Turns text on the wire into JSON values, as the schemas of parameters ask for: all styles of OpenAPI 3.1.
public struct ParameterDecoder: Sendable {
    private let graph: SchemaGraph
    private let interpreter: SchemaInterpreter

    /// - Parameters:
    ///   - graph: The schemas of the parameters.
    ///   - interpreter: Judges with the same schemas.
    public init(graph: SchemaGraph, interpreter: SchemaInterpreter) {
        self.graph = graph
        self.interpreter = interpreter
    }

    // MARK: Places

    /// The value of a path parameter.
    /// - Parameter text: Percent-encoded.
    public func path(_ parameter: APIParameter, _ text: String) -> JSONValue {
        switch parameter.style {
        case "label":
            let rest = text.hasPrefix(".") ? String(text.dropFirst()) : text
            return list(parameter, rest, separator: parameter.explodes ? "." : ",")
        case "matrix": return matrix(parameter, text)
        default: return list(parameter, text, separator: ",")
        }
    }

    /// The value of a header field or a cookie; nothing is percent-encoded there.
    public func plain(_ parameter: APIParameter, _ text: String) -> JSONValue {
        if let value = json(parameter, text) { return value }
        return list(parameter, text, separator: ",", isEncoded: false)
    }

    /// The value of a query parameter; nil if it is absent.
    /// - Parameter pairs: The query, names decoded and values raw.
    public func query(_ parameter: APIParameter, _ pairs: [(name: String, value: String)]) -> JSONValue? {
        if parameter.style == "deepObject" { return deepObject(parameter, pairs) }
        let values = pairs.filter { $0.name == parameter.name }.map(\.value)
        if parameter.contentType != nil {
            return values.first.map { json(parameter, WireText.decoded($0, plusIsSpace: true)) ?? .string($0) }
        }
        let shape = shape(parameter.schema)
        if shape.contains(.object), parameter.explodes, parameter.style == "form" {
            return exploded(parameter.schema, pairs)
        }
        guard let first = values.first else { return nil }
        guard shape.contains(.array), !(shape.contains(.string) && values.count == 1) else {
            if shape.contains(.object) { return list(parameter, first, separator: ",", plusIsSpace: true) }
            return scalar(WireText.decoded(first, plusIsSpace: true), parameter.schema)
        }
        if parameter.explodes {
            return .array(values.map { scalar(WireText.decoded($0, plusIsSpace: true), itemSchema(parameter.schema)) })
        }
        switch parameter.style {
        case "spaceDelimited":
            let parts = first.replacing("%20", with: " ").replacing("+", with: " ")
            return list(parameter, parts, separator: " ")
        case "pipeDelimited":
            return list(parameter, first.replacing("%7C", with: "|").replacing("%7c", with: "|"), separator: "|")
        default: return list(parameter, first, separator: ",", plusIsSpace: true)
        }
    }

    // MARK: Styles

    private func json(_ parameter: APIParameter, _ text: String) -> JSONValue? {
        guard parameter.contentType != nil else { return nil }
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }

    /// One value, or several between separators where the schema asks for an array or an object.
    private func list(
        _ parameter: APIParameter, _ text: String, separator: Character, isEncoded: Bool = true,
        plusIsSpace: Bool = false
    ) -> JSONValue {
        func decoded(_ part: Substring) -> String {
            isEncoded ? WireText.decoded(part, plusIsSpace: plusIsSpace) : WireText.trimmed(part)
        }
        let shape = shape(parameter.schema)
        if shape.contains(.array) {
            let parts = text.isEmpty ? [] : text.split(separator: separator, omittingEmptySubsequences: false)
            return .array(parts.map { scalar(decoded($0), itemSchema(parameter.schema)) })
        }
        guard shape.contains(.object) else { return scalar(decoded(text[...]), parameter.schema) }
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        var object = JSONObject()
        if parameter.explodes {
            for part in parts {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = decoded(pair[0])
                object[name] = scalar(pair.count == 2 ? decoded(pair[1]) : "", member(name, of: parameter.schema))
            }
        } else {
            for index in stride(from: 0, to: parts.count - 1, by: 2) {
                let name = decoded(parts[index])
                object[name] = scalar(decoded(parts[index + 1]), member(name, of: parameter.schema))
            }
        }
        return .object(object)
    }

    /// `;name=value`, `;name=a,b` or, exploded, `;name=a;name=b`.
    private func matrix(_ parameter: APIParameter, _ text: String) -> JSONValue {
        let parts = text.split(separator: ";")
        let values = parts.filter { $0.hasPrefix("\(parameter.name)=") }.map {
            $0.dropFirst(parameter.name.utf8.count + 1)
        }
        let shape = shape(parameter.schema)
        if shape.contains(.array), parameter.explodes {
            return .array(values.map { scalar(WireText.decoded($0), itemSchema(parameter.schema)) })
        }
        if shape.contains(.object), parameter.explodes {
            return list(parameter, parts.joined(separator: ";"), separator: ";")
        }
        return list(parameter, String(values.first ?? ""), separator: ",")
    }

    /// `name[member]=value`.
    private func deepObject(_ parameter: APIParameter, _ pairs: [(name: String, value: String)]) -> JSONValue? {
        var object = JSONObject()
        for (name, value) in pairs where name.hasPrefix("\(parameter.name)[") && name.hasSuffix("]") {
            let key = String(name.dropFirst(parameter.name.count + 1).dropLast())
            object[key] = scalar(WireText.decoded(value, plusIsSpace: true), member(key, of: parameter.schema))
        }
        return object.isEmpty ? nil : .object(object)
    }

    /// Members of an object that stand side by side with other parameters.
    func exploded(_ schema: SchemaID, _ pairs: [(name: String, value: String)]) -> JSONValue? {
        var object = JSONObject()
        for (name, value) in pairs {
            guard let member = member(name, of: schema) else { continue }
            let text = WireText.decoded(value, plusIsSpace: true)
            if shape(member).contains(.array) {
                object[name] = .array((object[name]?.array ?? []) + [scalar(text, itemSchema(member))])
            } else {
                object[name] = scalar(text, member)
            }
        }
        return object.isEmpty ? nil : .object(object)
    }

    // MARK: Values

    /// The reading of a text that the schema accepts: a number, a truth value, null or the text itself.
    func scalar(_ text: String, _ schema: SchemaID?) -> JSONValue {
        guard let schema else { return .string(text) }
        var readings: [JSONValue] = [.string(text)]
        if let number = JSONNumber(text) { readings.append(.number(number)) }
        if text == "true" || text == "false" { readings.append(.bool(text == "true")) }
        if text.isEmpty || text == "null" { readings.append(.null) }
        if let accepted = readings.first(where: { interpreter.isValid($0, against: schema) }) { return accepted }
        // For the violation: the reading whose type is right.
        let types = shape(schema)
        if !types.contains(.string), let other = readings.dropFirst().first { return other }
        return .string(text)
    }

    /// Types that a schema may take, as far as they decide how a text is read.
    func shape(_ id: SchemaID) -> Set<JSONType> {
        var seen: Set<SchemaID> = []
        return shape(id, &seen)
    }

    private func shape(_ id: SchemaID, _ seen: inout Set<SchemaID>) -> Set<JSONType> {
        guard seen.insert(id).inserted else { return [] }
        let schema = graph[id]
        if let types = schema.types { return types }
        var found: Set<JSONType> = schema.properties.isEmpty ? [] : [.object]
        let parts = [schema.reference].compactMap(\.self) + schema.allOf + schema.oneOf + schema.anyOf
        for part in parts { found.formUnion(shape(part, &seen)) }
        return found
    }

    private func itemSchema(_ id: SchemaID) -> SchemaID? { find(id) { $0.items } }

    func member(_ name: String, of id: SchemaID) -> SchemaID? {
        find(id) { schema in schema.properties.first { $0.name == name }?.schema }
    }

    private func find(_ id: SchemaID, _ pick: (Schema) -> SchemaID?) -> SchemaID? {
        var open = [id]
        var seen: Set<SchemaID> = []
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            let schema = graph[next]
            if let found = pick(schema) { return found }
            open += [schema.reference].compactMap(\.self) + schema.allOf + schema.oneOf + schema.anyOf
        }
        return nil
    }
}
