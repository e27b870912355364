import ContractJSON
import ContractModel

extension Planner {
    /// Most bytes of a request body whose contract names no `x-max-bytes`: 1 MiB.
    public static var defaultBodyLimit: Int { 1 << 20 }

    /// Plans the operations of an API, without those that the filter leaves out.
    public mutating func operations(of document: APIDocument, in contract: Contract) -> [OperationPlan] {
        let types = Set(contract.namedSchemas.compactMap { named[$0.schema]?.path.first })
        var names: [String: SourceLocation] = [:]
        var plans: [OperationPlan] = []
        for operation in document.operations {
            if !contract.operationFilter.isEmpty, !contract.operationFilter.contains(operation.id) { continue }
            var name = SwiftNaming.typeName(operation.id)
            if types.contains(name) { name += "Operation" }
            if let other = names[name] {
                diagnostics.append(
                    Diagnostic(
                        at: operation.location, "two operations become \(name)",
                        reason: "the other one is at \(other.pointer)",
                        remedy: "give one another operationId"))
                continue
            }
            names[name] = operation.location
            plans.append(plan(operation, as: TypeName(module: contract.module, path: [name])))
        }
        return plans
    }

    private mutating func plan(_ operation: APIOperation, as name: TypeName) -> OperationPlan {
        var used: Set<String> = ["body"]
        let parameters = operation.parameters.compactMap { parameter($0, of: name, used: &used, operation) }
        let limit = operation.requestBody?.extensions["x-max-bytes"]?.int ?? operation.extensions["x-max-bytes"]?.int
        let body = operation.requestBody.flatMap { request in
            let isRaw = request.extensions["x-raw-body"]?.bool ?? operation.extensions["x-raw-body"]?.bool ?? false
            return self.body(
                request.contents, isRequired: request.isRequired, isRaw: isRaw, as: name.nesting("RequestBody"))
        }
        let outcomes = operation.responses.map { outcome($0.status, $0.response, of: name, operation) }
        return OperationPlan(
            operation: operation, typeName: name, methodName: SwiftNaming.memberName(operation.id),
            parameters: parameters,
            body: body, outcomes: outcomes, bodyLimit: limit ?? Self.defaultBodyLimit, nested: nested[name] ?? [])
    }

    private mutating func outcome(
        _ status: String, _ response: APIResponse, of name: TypeName, _ operation: APIOperation
    ) -> OutcomePlan {
        let caseName = StatusNaming.caseName(status)
        var used: Set<String> = ["body", "status"]
        return OutcomePlan(
            status: status, caseName: caseName,
            body: body(
                response.contents, isRequired: true, isRaw: false,
                as: name.nesting(SwiftNaming.typeName(caseName) + "Body")),
            headers: response.headers.filter { $0.name.lowercased() != "content-type" }
                .compactMap { parameter($0, of: name, used: &used, operation) },
            summary: response.summary)
    }

    private mutating func parameter(
        _ parameter: APIParameter, of owner: TypeName, used: inout Set<String>, _ operation: APIOperation
    ) -> ParameterPlan? {
        let expected: [APIParameter.Place: Set<String>] = [
            .path: ["simple"], .query: ["form"], .header: ["simple"], .cookie: [],
        ]
        let schemaName = set.graph[parameter.schema].extensions["x-swift-name"]?.string
        var swiftName = schemaName ?? SwiftNaming.plainMemberName(parameter.name)
        while !used.insert(swiftName).inserted { swiftName += "Value" }
        let representation = representation(
            of: parameter.schema, as: owner.nesting(SwiftNaming.typeName(parameter.name)))
        let isSupported = expected[parameter.place]?.contains(parameter.style) ?? false
        guard isSupported, parameter.contentType == nil, isText(representation) else {
            diagnostics.append(
                Diagnostic(
                    at: parameter.location, "parameter \(parameter.name) of \(operation.id) is not supported yet",
                    reason:
                        "\(parameter.place.rawValue) parameters are generated with style simple or form, for scalars and arrays of scalars",
                    remedy:
                        "describe it as such, or leave the operation out with the operations filter in contracts.yaml"))
            return nil
        }
        let target = set.graph[predicates.resolved(parameter.schema)]
        return ParameterPlan(
            parameter: parameter, swiftName: swiftName, representation: representation,
            defaultValue: set.graph[parameter.schema].defaultValue ?? target.defaultValue)
    }

    /// Whether values can be carried as text in a path, query or header.
    private func isText(_ representation: Representation) -> Bool {
        switch representation {
        case .string, .bool, .integer, .wholeNumber, .number, .dateTime: true
        case .array(let element, _):
            if case .array = element { false } else { isText(element) }
        case .nullable(let inner): isText(inner)
        case .generated(let name): isStringsType(name)
        case .any, .freeObject, .dictionary: false
        }
    }

    private func isStringsType(_ name: TypeName) -> Bool {
        guard
            let schema = named.first(where: { $0.value == name })?.key ?? inline.first(where: { $0.value == name })?.key
        else { return false }
        return predicates.types(of: schema)?.subtracting([.null]) == [.string]
    }

    private mutating func body(_ contents: [APIContent], isRequired: Bool, isRaw: Bool, as name: TypeName) -> BodyPlan?
    {
        guard let first = contents.first else { return nil }
        let contentTypes = contents.map(\.mediaType)
        if isRaw { return BodyPlan(kind: .bytes, contentTypes: contentTypes, isRequired: isRequired) }
        if let json = contents.first(where: { Self.isJSON($0.mediaType) }), let schema = json.schema {
            let representation = representation(of: schema, as: name)
            return BodyPlan(kind: .json(schema, representation), contentTypes: [json.mediaType], isRequired: isRequired)
        }
        if first.mediaType == "application/x-www-form-urlencoded", let schema = first.schema {
            let structure = StructureCollector(predicates: predicates).collect(predicates.resolved(schema))
            let literals = structure.properties.filter { property in
                let types = property.schemas.compactMap { predicates.types(of: $0) }.reduce(Set<JSONType>()) {
                    $0.union($1)
                }
                return !types.isDisjoint(with: [.integer, .number, .boolean])
            }
            let representation = representation(of: schema, as: name)
            return BodyPlan(
                kind: .form(schema, representation, literals: literals.map(\.name)), contentTypes: [first.mediaType],
                isRequired: isRequired)
        }
        let isText = first.mediaType.hasPrefix("text/") && contents.count == 1
        return BodyPlan(kind: isText ? .text : .stream, contentTypes: contentTypes, isRequired: isRequired)
    }

    /// Whether a media type is JSON (RFC 6839 suffix included).
    static func isJSON(_ mediaType: String) -> Bool {
        let type = mediaType.prefix { $0 != ";" }.lowercased()
        return type == "application/json" || type.hasSuffix("+json")
    }
}
