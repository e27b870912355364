import ContractInterpreter
import ContractJSON
import ContractModel
import ContractRuntime

/// Makes values that schemas are likely to accept: the raw material of witnesses. Whether one is accepted says the interpreter.
struct SampleMaker {
    let graph: SchemaGraph

    /// How much a sample has.
    enum Size { case required, everything }

    private static let maximumDepth = 12

    func view(_ ids: [SchemaID]) -> SchemaView { SchemaView(ids, in: graph) }

    /// One value.
    func sample(_ ids: [SchemaID], _ size: Size = .required, depth: Int = 0) -> JSONValue {
        sample(view(ids), size, depth: depth)
    }

    func sample(_ view: SchemaView, _ size: Size = .required, depth: Int = 0) -> JSONValue {
        if let value = view.values?.first(where: { fits($0, view) }) { return value }
        if let choice = view.choices.first, let branch = choice.branches.first, depth < Self.maximumDepth {
            return sample(self.view(view.schemas + [branch]).without(choice), size, depth: depth)
        }
        if let example = view.examples.first(where: { fits($0, view) }), size == .required { return example }
        let order: [JSONType] = [.object, .array, .string, .integer, .number, .boolean, .null]
        let implied: JSONType = !view.properties.isEmpty || !view.required.isEmpty ? .object : .string
        switch view.types.flatMap({ types in order.first { types.contains($0) } }) ?? implied {
        case .object: return .object(object(view, size, depth: depth))
        case .array: return .array(array(view, count: nil, size, depth: depth))
        case .string: return .string(strings(view).first ?? "text")
        case .integer: return .number(numbers(view).first { $0.isInteger } ?? JSONNumber(1))
        case .number: return .number(numbers(view).first ?? JSONNumber(1))
        case .boolean: return true
        case .null: return .null
        }
    }

    /// Several values that differ in what they have: branches, types, sizes, listed values.
    func samples(_ ids: [SchemaID]) -> [JSONValue] {
        let view = view(ids)
        if let values = view.values { return values.filter { fits($0, view) } }
        var found = [sample(view), sample(view, .everything)]
        for choice in view.choices {
            for branch in choice.branches.prefix(40) {
                let inner = self.view(ids + [branch]).without(choice)
                found += [sample(inner), sample(inner, .everything)]
            }
        }
        if view.choices.isEmpty {
            for type in JSONType.allCases where view.allows(type) {
                var narrowed = view
                narrowed.types = [type]
                found.append(sample(narrowed))
            }
            if view.allows(.string) { found += strings(view).map { .string($0) } }
            if view.allows(.integer) { found += numbers(view).map { .number($0) } }
        }
        found += view.examples
        var seen: Set<JSONValue> = []
        return found.filter { seen.insert($0).inserted }
    }

    // MARK: Containers

    func object(_ view: SchemaView, _ size: Size, depth: Int) -> JSONObject {
        var object = JSONObject()
        guard depth < Self.maximumDepth else { return object }
        for (name, schemas) in view.properties {
            let isRequired = view.required.contains(name)
            guard isRequired || size == .everything && depth < 3 else { continue }
            object[name] = sample(schemas, isRequired ? size : .required, depth: depth + 1)
        }
        for name in view.required where object[name] == nil {
            object[name] = sample(view.schemas(ofMember: name) ?? [], .required, depth: depth + 1)
        }
        if object.count < view.minProperties {
            for (name, schemas) in view.properties where object.count < view.minProperties && object[name] == nil {
                object[name] = sample(schemas, .required, depth: depth + 1)
            }
            for index in 0..<min(view.minProperties, 64) where object.count < view.minProperties {
                object["member\(index)"] = sample(view.others, .required, depth: depth + 1)
            }
        }
        return object
    }

    /// - Parameter count: How many elements; nil: as few as pass.
    func array(_ view: SchemaView, count: Int?, _ size: Size = .required, depth: Int = 0) -> [JSONValue] {
        guard depth < Self.maximumDepth else { return [] }
        let wanted = count ?? max(view.minItems, size == .everything && view.maxItems != 0 ? 1 : 0)
        var elements = view.contains.map { sample([$0], depth: depth + 1) }
        guard elements.count < wanted else { return elements }
        for index in elements.count..<min(wanted, 2_048) {
            let schemas = view.schemas(ofElement: index)
            var element = sample(schemas, size, depth: depth + 1)
            if view.hasUniqueItems, elements.contains(element) {
                let others = samples(schemas) + Self.numbered(element, index)
                element = others.first { !elements.contains($0) } ?? element
            }
            elements.append(element)
        }
        return elements
    }

    private static func numbered(_ element: JSONValue, _ index: Int) -> [JSONValue] {
        switch element {
        case .string(let text): [.string(text + String(index)), .string(String(text.dropLast()) + String(index))]
        case .number: [.number(JSONNumber(index + 1))]
        default: []
        }
    }

    // MARK: Scalars

    /// Texts that patterns and formats of ours and others ask for often; the interpreter picks.
    private static let texts = [
        "text", "a", "A", "0", "1", "x1", "15550001111", "+15550001111", "2026-01-01T00:00:00Z", "2026-01-01",
        "00:00:00Z",
        "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "https://example.com/a", "https://example.com", "/a", "a@example.com",
        "example.com", "127.0.0.1", "::1", "P1D", "de-DE", "de", "DE", "en_US", "1.0", "v23.0", "wamid.HBgLMTU1NTA",
        "abc-def",
        "abc_def", "a.b", "image/png", "application/json", "aGVsbG8=", "00000000000000000000000000000000", "sha256=",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "*", "~ ~", "ÄÖÜ", "",
    ]

    /// Texts that pass, shortest trouble first.
    func strings(_ view: SchemaView) -> [String] {
        let patterns = view.patterns.map { ContractPattern($0) }
        var candidates = view.examples.compactMap(\.string)
        for pattern in view.patterns { candidates += PatternSamples(pattern).texts }
        candidates += Self.texts
        for length in [view.minLength, view.maxLength].compactMap(\.self) where length > 0 && length <= 65_536 {
            candidates += candidates.prefix(8).filter { !$0.isEmpty }.map { Self.stretched($0, to: length) }
            candidates += ["a", "A", "1"].map { Self.stretched($0, to: length) }
        }
        return candidates.filter { text in
            let length = text.unicodeScalars.count
            return length >= view.minLength && length <= view.maxLength ?? .max
                && patterns.allSatisfy { $0.matches(text) }
                && view.formats.allSatisfy { ContractFormat.isValid($0, text) ?? true }
        }
    }

    /// Texts of exactly a length that patterns and formats let pass.
    func strings(_ view: SchemaView, length: Int) -> [String] {
        guard length >= 0, length <= 1 << 20 else { return [] }
        var exact = view
        exact.minLength = length
        exact.maxLength = length
        return strings(exact)
    }

    private static func stretched(_ text: String, to length: Int) -> String {
        var scalars = Array(text.unicodeScalars.prefix(length))
        guard let last = scalars.last else { return text }
        while scalars.count < length { scalars.append(last) }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    /// Numbers at and around the limits, then small ones; only those within the limits.
    func numbers(_ view: SchemaView) -> [JSONNumber] {
        let bounds = [view.lower?.value, view.upper?.value].compactMap(\.self)
        var candidates = bounds + bounds.flatMap { [$0.stepped(by: 1), $0.stepped(by: -1)] } + view.multiples
        candidates += [1, 0, 2, 10, 100, -1].map { JSONNumber($0) } + ["0.5", "1.5"].compactMap { JSONNumber($0) }
        return candidates.filter { number in
            if let lower = view.lower, number < lower.value || lower.isExclusive && number == lower.value {
                return false
            }
            if let upper = view.upper, upper.value < number || upper.isExclusive && number == upper.value {
                return false
            }
            return view.multiples.allSatisfy { number.isMultiple(of: $0) }
        }
    }

    /// Whether a listed value is within the limits of the same view; a rough test.
    private func fits(_ value: JSONValue, _ view: SchemaView) -> Bool {
        view.allows(JSONType(of: value))
    }
}

extension SchemaView {
    /// The view after one of its choices was made.
    func without(_ choice: Choice) -> SchemaView {
        var copy = self
        copy.choices.removeAll { $0.branches == choice.branches }
        return copy
    }
}

extension JSONNumber {
    /// The number plus a small one.
    func stepped(by step: Int) -> JSONNumber {
        if let value = int64, !value.addingReportingOverflow(Int64(step)).overflow {
            return JSONNumber(value + Int64(step))
        }
        return JSONNumber(double + Double(step)) ?? self
    }
}
