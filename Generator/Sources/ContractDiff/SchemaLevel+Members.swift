import ContractJSON
import ContractModel

extension SchemaLevel {
    // MARK: Objects

    func members() -> [Suspicion] {
        guard first.allows(.object) else { return [] }
        let isPlausible = first.types?.contains(.object) ?? !first.properties.isEmpty
        var found = required(isPlausible) + closed(isPlausible)
        if second.minProperties > first.minProperties {
            found.append(
                Suspicion(
                    "minProperties", "\(first.minProperties)", "\(second.minProperties)", isSpeculative: !isPlausible,
                    samples))
        }
        if let most = second.maxProperties, first.maxProperties.map({ $0 > most }) ?? true {
            var object = accepter.maker.sample(context, .everything).object ?? JSONObject()
            let others = first.others.isEmpty ? JSONValue.string("text") : accepter.maker.sample(first.others)
            for index in 0..<min(most + 1, 1_024) where object.count <= most && first.closedNames == nil {
                object["member\(index)"] = others
            }
            found.append(
                Suspicion(
                    "maxProperties", first.maxProperties.map { "\($0)" } ?? "none", "\(most)",
                    isSpeculative: !isPlausible, [.object(object)] + samples))
        }
        return found
    }

    private func required(_ isPlausible: Bool) -> [Suspicion] {
        second.required.filter { !first.required.contains($0) }.map { name in
            let without = samples.map { sample -> JSONValue in
                guard case .object(var object) = sample else { return sample }
                object[name] = nil
                return .object(object)
            }
            let before = first.schemas(ofMember: name) == nil ? "unknown" : "may be missing"
            return Suspicion(
                "required", before, "required", member: name, isSpeculative: !isPlausible,
                without + [.object(JSONObject())])
        }
    }

    /// Members that the refuser has no place for.
    private func closed(_ isPlausible: Bool) -> [Suspicion] {
        guard let names = second.closedNames else { return [] }
        let isClosedAtOnce = second.schemas.contains { id in
            refuser.graph[id].additionalProperties.map { refuser.graph[$0].isNever } ?? false
        }
        let keyword = isClosedAtOnce ? "additionalProperties" : "unevaluatedProperties"
        var found: [Suspicion] = []
        for (name, schemas) in first.properties where !names.contains(name) && first.closedNames?.contains(name) ?? true
        {
            let member = accepter.maker.sample(schemas)
            let with = samples.compactMap { sample -> JSONValue? in
                guard case .object(var object) = sample else { return nil }
                object[name] = member
                return .object(object)
            }
            found.append(
                Suspicion(keyword, "has a place", "unknown", member: name, with + [["\(name)": member]]))
        }
        if first.closedNames == nil, first.patternProperties.isEmpty {
            let other = accepter.maker.sample(first.others)
            let with = samples.compactMap { sample -> JSONValue? in
                guard case .object(var object) = sample else { return nil }
                object["anotherMember"] = other
                return .object(object)
            }
            found.append(
                Suspicion(
                    keyword, "other members pass", "false", isSpeculative: !isPlausible,
                    with + [["anotherMember": other]]))
        }
        return found
    }

    // MARK: Alternatives

    /// Alternatives of both versions that mean the same: equal tag, name, or else place.
    func alternatives() -> [(first: SchemaID, second: SchemaID)] { pairing().pairs }

    func choices() -> [Suspicion] {
        guard !second.choices.isEmpty else { return [] }
        guard !first.choices.isEmpty else {
            return [
                Suspicion(
                    second.choices[0].keyword, "none", "\(second.choices[0].branches.count) alternatives",
                    isSpeculative: true, samples)
            ]
        }
        var found: [Suspicion] = []
        for branch in pairing().lost {
            let ids = context + [branch]
            var suspicion = Suspicion(
                first.choices[0].keyword, "has the alternative \(name(of: branch, accepter))", "has not",
                accepter.maker.samples(ids).filter { accepter.interpreter.isValid($0, against: branch) })
            suspicion.accepterSchema = branch
            found.append(suspicion)
        }
        return found
    }

    private func pairing() -> (pairs: [(first: SchemaID, second: SchemaID)], lost: [SchemaID]) {
        var pairs: [(first: SchemaID, second: SchemaID)] = []
        var lost: [SchemaID] = []
        for (index, choice) in first.choices.enumerated() where second.choices.indices.contains(index) {
            var open = second.choices[index].branches
            var unnamed: [SchemaID] = []
            for branch in choice.branches {
                let key = key(of: branch, accepter)
                if let match = open.firstIndex(where: { self.key(of: $0, refuser) == key }) {
                    pairs.append((branch, open.remove(at: match)))
                } else {
                    unnamed.append(branch)
                }
            }
            for branch in unnamed {
                // What can't be told by tag or name is told by its place, as long as both are as vague.
                if isVague(branch, accepter), let match = open.firstIndex(where: { isVague($0, refuser) }) {
                    pairs.append((branch, open.remove(at: match)))
                } else {
                    lost.append(branch)
                }
            }
        }
        return (pairs, lost)
    }

    private func isVague(_ id: SchemaID, _ side: SchemaSide) -> Bool {
        tag(of: id, side) == nil && side.graph[id].reference == nil
    }

    /// What tells an alternative from the others: constant members, else its name, else its types and members.
    private func key(of id: SchemaID, _ side: SchemaSide) -> String {
        if let tag = tag(of: id, side) { return tag }
        if let target = side.graph[id].reference { return "name \(side.graph[target].location.lastName)" }
        let view = side.maker.view([id])
        let types = view.types?.map(\.rawValue).sorted().joined() ?? ""
        return
            "\(types) \(view.values?.map(\.jsonText).joined() ?? "") \(view.properties.map(\.name).sorted().joined(separator: " "))"
    }

    private func tag(of id: SchemaID, _ side: SchemaSide) -> String? {
        let view = side.maker.view([id])
        let tags = view.properties.compactMap { name, schemas -> String? in
            guard view.required.contains(name), let values = side.maker.view(schemas).values, values.count == 1 else {
                return nil
            }
            return "\(name)=\(values[0].jsonText)"
        }
        return tags.isEmpty ? nil : tags.sorted().joined(separator: " ")
    }

    private func name(of id: SchemaID, _ side: SchemaSide) -> String {
        if let target = side.graph[id].reference { return side.graph[target].location.lastName }
        return side.graph[id].title ?? tag(of: id, side) ?? side.graph[id].location.lastName
    }

    // MARK: What has no picture of its own

    /// Keywords whose effect the digest of their schemas stands for.
    func rest() -> [Suspicion] {
        Self.digested.compactMap { keyword, text in
            let before = text(first, accepter)
            let after = text(second, refuser)
            guard before != after, !after.isEmpty else { return nil }
            var values = samples
            for id in second.schemas { values += opposites(of: refuser.graph[id]) }
            if keyword == "unevaluatedItems" {
                let count = max(first.minItems, first.prefixItems.count + 1)
                values.append(.array(accepter.maker.array(first, count: count)))
            }
            // What lets no other member pass lets no wrong one pass either, unless the named ones changed.
            let isNarrower = keyword == "unevaluatedProperties" && first.closedNames != nil
            return Suspicion(keyword, Self.short(before), Self.short(after), isSpeculative: isNarrower, values)
        }
    }

    /// Values that conditions of the refuser are about; foreign to the accepter, so it has to agree.
    private func opposites(of schema: Schema) -> [JSONValue] {
        let conditions = [schema.not, schema.ifSchema, schema.contains, schema.propertyNames].compactMap(\.self)
        var values = conditions.flatMap { refuser.maker.samples([$0]) }
        let bases = samples.compactMap(\.object)
        values += values.compactMap(\.object).flatMap { condition in
            bases.map { base in
                var merged = base
                for (name, value) in condition { merged[name] = value }
                return JSONValue.object(merged)
            }
        }
        for (name, required) in schema.dependentRequired {
            for base in bases {
                var object = base
                object[name] = accepter.maker.sample(first.schemas(ofMember: name) ?? [])
                for other in required { object[other] = nil }
                values.append(.object(object))
            }
        }
        for (name, _) in schema.dependentSchemas {
            for base in bases {
                var object = base
                object[name] = accepter.maker.sample(first.schemas(ofMember: name) ?? [])
                values.append(.object(object))
            }
        }
        values.append(.array([]))
        return values
    }

    private static func short(_ text: String) -> String {
        if text.isEmpty { return "none" }
        return text.count > 80 ? "\(text.prefix(77))…" : text
    }

    private static let digested: [(String, @Sendable (SchemaView, SchemaSide) -> String)] = [
        ("not", { $0.digest($1) { $0.not.map { [$0] } ?? [] } }),
        ("if", { $0.digest($1) { [$0.ifSchema, $0.thenSchema, $0.elseSchema].compactMap(\.self) } }),
        (
            "contains",
            { view, side in
                view.digest(side) { $0.contains.map { [$0] } ?? [] }
                    + view.schemas.compactMap { side.graph[$0].minContains }.map { " at least \($0)" }.joined()
                    + view.schemas.compactMap { side.graph[$0].maxContains }.map { " at most \($0)" }.joined()
            }
        ),
        ("propertyNames", { $0.asking($1) { $0.propertyNames } }),
        (
            "patternProperties",
            { view, side in
                view.patternProperties.map { "\($0.pattern): \(SchemaDigest(graph: side.graph).text([$0.schema]))" }
                    .sorted()
                    .joined(separator: " ")
            }
        ),
        (
            "dependentRequired",
            { view, side in
                view.schemas.flatMap { side.graph[$0].dependentRequired }.map {
                    "\($0.name) needs \($0.required.sorted())"
                }
                .sorted().joined(separator: " ")
            }
        ),
        ("dependentSchemas", { $0.digest($1) { $0.dependentSchemas.map(\.schema) } }),
        ("unevaluatedItems", { $0.asking($1) { $0.unevaluatedItems } }),
        (
            "unevaluatedProperties",
            { view, side in
                // A closed object is compared by the names that it knows.
                view.asking(side) { schema in
                    schema.unevaluatedProperties.flatMap {
                        view.closedNames != nil && side.graph[$0].isNever ? nil : $0
                    }
                }
            }
        ),
    ]
}

extension SchemaView {
    /// The digest of some subschemas of all schemas of the view.
    fileprivate func digest(_ side: SchemaSide, _ subschemas: (Schema) -> [SchemaID]) -> String {
        schemas.map { SchemaDigest(graph: side.graph).text(subschemas(side.graph[$0])) }.filter { !$0.isEmpty }.sorted()
            .joined(separator: " ")
    }

    /// The same for keywords that ask nothing where their schema lets everything pass.
    fileprivate func asking(_ side: SchemaSide, _ subschema: (Schema) -> SchemaID?) -> String {
        schemas.compactMap { subschema(side.graph[$0]) }.map { SchemaDigest(graph: side.graph).text([$0]) }
            .filter { $0 != SchemaDigest.anything }.sorted().joined(separator: " ")
    }
}

extension SourceLocation {
    /// The last part of the pointer, which is a schema's name mostly.
    var lastName: String {
        pointer.split(separator: "/").last.map { String(JSONPointer.unescape($0)) } ?? file
    }
}
