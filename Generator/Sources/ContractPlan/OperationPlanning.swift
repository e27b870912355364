import ContractJSON
import ContractModel

extension Planner {
    /// Most bytes of a request body whose contract names no `x-max-bytes`: 1 MiB.
    public static var defaultBodyLimit: Int { 1 << 20 }

    /// Plans the operations of an API: first those that its server answers, then webhooks and callbacks, which its server
    /// calls.
    public mutating func operations(of document: APIDocument, in contract: Contract) -> [OperationPlan] {
        let types = Set(contract.namedSchemas.compactMap { named[$0.schema]?.path.first })
        var names: [String: SourceLocation] = [:]
        var plans: [OperationPlan] = []
        let called = document.webhooks + document.operations.flatMap(callbacks)
        for (operation, isCallback) in document.operations.map({ ($0, false) }) + called.map({ ($0, true) }) {
            var name = SwiftNaming.typeName(operation.id)
            // A name without capitals (日本語) would be that of the method too.
            let method = SwiftNaming.plainMemberName(operation.id)
            while types.contains(name) || name == method { name += "Operation" }
            if let other = names[name] {
                diagnostics.append(
                    Diagnostic(
                        at: operation.location, "two operations become \(name)",
                        reason: "the other one is at \(other.pointer)",
                        remedy: "give one another operationId"))
                continue
            }
            names[name] = operation.location
            let typeName = TypeName(module: contract.module, path: [name])
            plans.append(plan(operation, as: typeName, isCallback: isCallback))
        }
        return plans
    }

    /// The callbacks of an operation; without an `operationId` they are called after it.
    private func callbacks(of operation: APIOperation) -> [APIOperation] {
        operation.callbacks.flatMap { name, operations in
            operations.map { callback in
                var named = callback
                guard named.id.isEmpty else { return named }
                let verb = operations.count > 1 ? SwiftNaming.typeName(callback.method) : ""
                named.id = operation.id + SwiftNaming.typeName(name) + verb
                return named
            }
        }
    }

    private mutating func plan(_ operation: APIOperation, as name: TypeName, isCallback: Bool) -> OperationPlan {
        var used: Set<String> = ["body", "contentType", "path"]
        spelledNames[name] = spelledComponents(operation, in: name.module)
        if !isCallback { checkTemplate(operation) }
        let parameters = operation.parameters.compactMap {
            parameter($0, of: name, used: &used, named: operation.id, among: operation.parameters)
        }
        let limit = operation.requestBody?.extensions["x-max-bytes"]?.int ?? operation.extensions["x-max-bytes"]?.int
        let body = operation.requestBody.flatMap { request in
            var extensions = operation.extensions
            for (name, value) in request.extensions { extensions[name] = value }
            return self.body(
                request.contents, isRequired: request.isRequired, extensions: extensions,
                as: name.nesting("RequestBody"), at: request.location)
        }
        let outcomes = operation.responses.map { outcome($0.status, $0.response, of: name, operation) }
        let behaviour = behaviour(of: operation, parameters)
        return OperationPlan(
            operation: operation, typeName: name, methodName: SwiftNaming.memberName(operation.id),
            parameters: parameters, body: body, outcomes: outcomes, bodyLimit: limit ?? Self.defaultBodyLimit,
            behaviour: behaviour, isCallback: isCallback, nested: nested[name] ?? [])
    }

    /// Names of the components' types that the code of an operation spells.
    private func spelledComponents(_ operation: APIOperation, in module: String) -> Set<String> {
        let contents = (operation.requestBody?.contents ?? []) + operation.responses.flatMap(\.response.contents)
        let parameters = operation.parameters + operation.responses.flatMap(\.response.headers)
        let schemas =
            contents.compactMap(\.schema) + parameters.map(\.schema)
            + contents.flatMap { $0.partHeaders.values.joined().map(\.schema) }
        let own = schemas.compactMap { schema in
            isGenerated(schema) ? named[schema].flatMap { $0.module == module ? $0.path.first : nil } : nil
        }
        return componentNames(in: schemas, of: module).union(own)
    }

    /// A segment is text, a parameter, or both mixed so that one can tell where a value ends.
    private mutating func checkTemplate(_ operation: APIOperation) {
        func refuse(_ what: String, _ reason: String, _ remedy: String) {
            diagnostics.append(Diagnostic(at: operation.location, what, reason: reason, remedy: remedy))
        }
        for segment in operation.path.split(separator: "/") {
            var isInside = false
            var areBalanced = true
            for character in segment where "{}".contains(character) {
                areBalanced = areBalanced && isInside == (character == "}")
                isInside.toggle()
            }
            if !areBalanced || isInside || segment.contains("{}") {
                refuse(
                    "the segment \(segment) of \(operation.path) has braces that do not belong together",
                    "a parameter stands as {name} within one segment", "write each parameter as {name}")
            } else if segment.contains("}{") {
                refuse(
                    "the segment \(segment) of \(operation.path) has two parameters side by side",
                    "nothing says where the value of the first ends",
                    "put text between them, or leave the operation out with the operations filter in contracts.yaml")
            }
        }
    }

    private mutating func outcome(
        _ status: String, _ response: APIResponse, of name: TypeName, _ operation: APIOperation
    ) -> OutcomePlan {
        let caseName = StatusNaming.caseName(status)
        var used: Set<String> = ["body", "status"]
        var body = body(
            response.contents, isRequired: true, extensions: JSONObject(),
            as: name.nesting(SwiftNaming.typeName(caseName) + "Body"), at: response.location)
        switch body?.kind {
        // Forms travel in requests; an answer of this kind is bytes.
        case .form, .multipart:
            body?.kind = .stream
            warnOfBytes(body?.contentTypes.first ?? "", at: response.location)
        default: break
        }
        return OutcomePlan(
            status: status, caseName: caseName, body: body,
            headers: response.headers.filter { $0.name.lowercased() != "content-type" }
                .compactMap { parameter($0, of: name, used: &used, named: operation.id) },
            summary: response.summary)
    }

    /// - Parameters:
    ///   - title: What it belongs to, for people.
    ///   - siblings: The parameters beside it.
    ///   - prefix: What the name of a type of its own begins with.
    mutating func parameter(
        _ parameter: APIParameter, of owner: TypeName, used: inout Set<String>, named title: String,
        among siblings: [APIParameter] = [], prefix: String = ""
    ) -> ParameterPlan? {
        let schemaName = set.graph[parameter.schema].extensions["x-swift-name"]?.string
        var swiftName = schemaName ?? SwiftNaming.plainMemberName(parameter.name)
        while !used.insert(swiftName).inserted { swiftName += "Value" }
        let representation = representation(
            of: parameter.schema,
            as: owner.nesting(uniqueNested(prefix + SwiftNaming.typeName(parameter.name), in: owner)))
        guard let shape = shape(of: parameter, named: title) else { return nil }
        let target = set.graph[predicates.resolved(parameter.schema)]
        var others: [String] = []
        if case .object(_, .some) = shape, parameter.explodes, parameter.place == .query || parameter.place == .cookie {
            others = siblings.filter { $0.place == parameter.place && $0.name != parameter.name }.map(\.name)
        }
        return ParameterPlan(
            parameter: parameter, swiftName: swiftName, representation: representation, shape: shape, others: others,
            defaultValue: set.graph[parameter.schema].defaultValue ?? target.defaultValue)
    }

    /// What the parameter's text becomes; nil, with a diagnostic, where its style has no place for its values.
    private mutating func shape(of parameter: APIParameter, named title: String) -> ParameterShape? {
        func refuse(_ reason: String, _ remedy: String) {
            diagnostics.append(
                Diagnostic(
                    at: parameter.location, "parameter \(parameter.name) of \(title) is not supported",
                    reason: reason,
                    remedy: remedy + ", or leave the operation out with the operations filter in contracts.yaml"
                ))
        }
        if let contentType = parameter.contentType {
            if Self.isJSON(contentType) || Self.type(contentType).hasPrefix("text/") { return .text }
            refuse("its content is \(contentType); values are written as JSON or as text", "use application/json")
            return nil
        }
        guard let shape = shape(of: parameter.schema, isDeep: parameter.style == "deepObject") else {
            refuse(
                "OpenAPI leaves undefined how lists and objects within a list or object stand in the style \(parameter.style): RFC 6570 knows lists of texts and pairs of texts only",
                "use content with application/json instead of schema")
            return nil
        }
        if parameter.style == "deepObject" {
            guard case .object = shape else {
                refuse("the style deepObject is for objects", "use the style form")
                return nil
            }
        }
        return shape
    }
}
