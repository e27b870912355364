import ContractJSON

/// Reads one parameter from what carries it.
struct ParameterDecoding {
    /// A name with its value before decoding.
    struct Pair {
        var name: String
        var raw: Substring
    }

    /// What carries the parameter.
    enum Carrier {
        /// The path segment before percent-decoding.
        case segment(Substring)
        /// A header field.
        case field(String)
        /// A query or form body (where `+` is a space), or cookies.
        case pairs([Pair], plusIsSpace: Bool)
        /// The parts of a multipart body, where nothing is percent-encoded.
        case parts([Pair])

        /// Names and values that stand apart, if it carries such.
        var pairs: [Pair]? {
            switch self {
            case .pairs(let pairs, _), .parts(let pairs): pairs
            case .segment, .field: nil
            }
        }
    }

    let name: String
    let form: ParameterForm
    let carrier: Carrier

    /// Values that the text can mean, the likeliest first; empty: the parameter is not there.
    /// - Throws: ``MalformedParameter``.
    func candidates() throws(MalformedParameter) -> [JSONValue] { try candidates(form.shape) }

    private func candidates(_ shape: ParameterForm.Shape) throws(MalformedParameter) -> [JSONValue] {
        if form.style == .json { return try jsonCandidates() }
        switch shape {
        case .choice(let shapes):
            var values: [JSONValue] = []
            for shape in shapes { values += try candidates(shape) }
            return values
        case .text, .literal: return try scalar().map { [Self.value($0, shape)] } ?? []
        case .list(let element):
            return try list().map { [.array($0.map { Self.value($0, element) })] } ?? []
        case .object(let members, let rest):
            if form.style == .deepObject { return deepObject(shape).map { [$0] } ?? [] }
            guard let found = try self.members(members, rest), !found.isEmpty else { return [] }
            return [.object(Self.object(found, members, rest))]
        }
    }

    private static func object(
        _ found: [(String, String)], _ members: [String: ParameterForm.Shape], _ rest: ParameterForm.Shape?
    ) -> JSONObject {
        var object = JSONObject()
        for (name, text) in found {
            let shape = members[name] ?? rest ?? .text
            if case .list(let element) = shape {
                object[name] = .array((object[name]?.array ?? []) + [value(text, element)])
            } else {
                object[name] = value(text, shape)
            }
        }
        return object
    }

    /// A text by its shape.
    static func value(_ text: String, _ shape: ParameterForm.Shape) -> JSONValue {
        switch shape {
        case .literal: literal(text)
        case .choice(let shapes):
            shapes.contains { if case .literal = $0 { true } else { false } } ? literal(text) : .string(text)
        default: .string(text)
        }
    }

    /// A number or truth value, or the text if it is neither.
    static func literal(_ text: String) -> JSONValue {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        default: JSONNumber(text).map(JSONValue.number) ?? .string(text)
        }
    }

    // MARK: Texts

    private var isRaw: Bool { if case .parts = carrier { true } else { false } }

    private func decoded(_ raw: some StringProtocol) throws(MalformedParameter) -> String {
        if case .field = carrier { return String(raw).trimmingSpaces }
        if case .parts = carrier { return String(raw) }
        var plusIsSpace = false
        if case .pairs(_, let plus) = carrier { plusIsSpace = plus }
        guard let text = PercentCoding.decode(raw, plusIsSpace: plusIsSpace) else {
            throw MalformedParameter(reason: "the text is not percent-encoded UTF-8")
        }
        return text
    }

    private func all(_ parts: [Substring]) throws(MalformedParameter) -> [String] {
        var texts: [String] = []
        for part in parts { texts.append(try decoded(part)) }
        return texts
    }

    /// A JSON text; where its elements stand apart, those of all texts, or of the only one.
    private func jsonCandidates() throws(MalformedParameter) -> [JSONValue] {
        guard form.isListOfTexts else {
            guard let text = try scalar() else { return [] }
            return [try json(text)]
        }
        var values: [JSONValue] = []
        for pair in carrier.pairs ?? [] where pair.name == name { values.append(try json(try decoded(pair.raw))) }
        if values.isEmpty { return [] }
        if values.count == 1, values[0].array != nil { return [values[0], .array(values)] }
        return [.array(values)]
    }

    private func json(_ text: String) throws(MalformedParameter) -> JSONValue {
        do { return try JSONValue(parsing: Array(text.utf8)) } catch {
            throw MalformedParameter(reason: "at byte \(error.offset): \(error.reason)")
        }
    }

    /// The value before it is cut into parts; nil if there is none.
    private func whole() throws(MalformedParameter) -> Substring? {
        switch carrier {
        case .field(let text): return text[...]
        case .pairs(let pairs, _), .parts(let pairs): return pairs.first { $0.name == name }?.raw
        case .segment(let segment):
            switch form.style {
            case .label:
                guard segment.hasPrefix(".") else {
                    throw MalformedParameter(reason: "expected a text that starts with .")
                }
                return segment.dropFirst()
            case .matrix:
                let start = ";\(PercentCoding.encode(name))="
                guard segment.hasPrefix(start) else {
                    throw MalformedParameter(reason: "expected a text that starts with \(start)")
                }
                return segment.dropFirst(start.count)
            default: return segment
            }
        }
    }

    private func scalar() throws(MalformedParameter) -> String? {
        guard let text = try whole() else { return nil }
        return try decoded(text)
    }

    private func parts(_ text: Substring, by separator: Character) -> [Substring] {
        text.isEmpty ? [] : text.split(separator: separator, omittingEmptySubsequences: false)
    }

    /// Parts of a value that does not stand apart.
    private func delimited(_ text: Substring) -> [Substring] {
        switch form.style {
        case .spaceDelimited where isRaw: parts(text, by: " ")
        case .spaceDelimited:
            parts(Substring(text.replacing("%20", with: "+").replacing(" ", with: "+")), by: "+")
        case .pipeDelimited where isRaw: parts(text, by: "|")
        case .pipeDelimited:
            parts(Substring(text.replacing("%7C", with: "|").replacing("%7c", with: "|")), by: "|")
        default: parts(text, by: ",")
        }
    }

    private func list() throws(MalformedParameter) -> [String]? {
        switch carrier {
        case .pairs(let pairs, _) where form.explodes, .parts(let pairs) where form.explodes:
            let found = pairs.filter { $0.name == name }.map(\.raw)
            return found.isEmpty ? nil : try all(found)
        case .segment(let segment) where form.style == .matrix && form.explodes:
            return try pairs(segment, by: ";").map(\.1)
        case .segment where form.style == .label && form.explodes:
            return try all(parts(try whole() ?? "", by: "."))
        default:
            guard let text = try whole() else { return nil }
            return try all(delimited(text))
        }
    }

    /// `name=value` texts with a separator between them.
    private func pairs(_ text: Substring, by separator: Character) throws(MalformedParameter) -> [(String, String)] {
        var found: [(String, String)] = []
        for part in text.split(separator: separator) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { throw MalformedParameter(reason: "expected name=value, found \(part)") }
            found.append((try decoded(halves[0]), try decoded(halves[1])))
        }
        return found
    }

    private func members(
        _ names: [String: ParameterForm.Shape], _ rest: ParameterForm.Shape?
    ) throws(MalformedParameter) -> [(String, String)]? {
        switch carrier {
        case .pairs(let pairs, _) where form.explodes, .parts(let pairs) where form.explodes:
            var found: [(String, String)] = []
            for pair in pairs where names[pair.name] != nil || rest != nil && !form.others.contains(pair.name) {
                found.append((pair.name, try decoded(pair.raw)))
            }
            return found
        case .segment(let segment) where form.style == .matrix && form.explodes: return try pairs(segment, by: ";")
        default:
            guard let text = try whole() else { return nil }
            if form.explodes { return try pairs(text, by: form.style == .label ? "." : ",") }
            let texts = try all(delimited(text))
            guard texts.count.isMultiple(of: 2) else {
                throw MalformedParameter(reason: "expected name and value in turns")
            }
            return stride(from: 0, to: texts.count, by: 2).map { (texts[$0], texts[$0 + 1]) }
        }
    }

    // MARK: Deep objects

    private final class Branch {
        var texts: [String] = []
        var children: [(name: String, branch: Branch)] = []

        func child(_ name: String) -> Branch {
            if let known = children.first(where: { $0.name == name }) { return known.branch }
            let branch = Branch()
            children.append((name, branch))
            return branch
        }
    }

    /// `name[a][b]=text`; `name[a][]=text` is an element of a list.
    private func deepObject(_ shape: ParameterForm.Shape) -> JSONValue? {
        guard let pairs = carrier.pairs else { return nil }
        let root = Branch()
        for pair in pairs where pair.name.hasPrefix(name + "[") && pair.name.hasSuffix("]") {
            let path = pair.name.dropFirst(name.count + 1).dropLast().split(
                separator: "][", omittingEmptySubsequences: false)
            guard path.count <= 16, let text = try? decoded(pair.raw) else { continue }
            var branch = root
            for key in path where !key.isEmpty { branch = branch.child(String(key)) }
            branch.texts.append(text)
        }
        // In a conditional expression nil would be JSON's null.
        guard !root.children.isEmpty else { return .none }
        return Self.value(root, shape)
    }

    private static func value(_ branch: Branch, _ shape: ParameterForm.Shape) -> JSONValue {
        switch shape {
        case .list(let element): return .array(branch.texts.map { value($0, element) })
        case .object(let members, let rest):
            return .object(
                JSONObject(branch.children.map { ($0.name, value($0.branch, members[$0.name] ?? rest ?? .text)) }))
        case .text, .literal, .choice:
            guard branch.children.isEmpty, let text = branch.texts.last else {
                return .object(JSONObject(branch.children.map { ($0.name, value($0.branch, .text)) }))
            }
            return value(text, shape)
        }
    }
}

/// A parameter whose text has not the form of its style.
struct MalformedParameter: Error {
    let reason: String
}
