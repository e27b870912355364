public import ContractModel

/// Checks contracts against the house rules: what a reader needs is written down, names are uniform, what is ours is
/// bounded and closed, and what serves as an example is one.
public struct ContractLint {
    let set: ContractSet
    let interpreter: SchemaInterpreter
    private var diagnostics: [Diagnostic] = []
    private var known: Set<Diagnostic> = []
    private var visited: Set<SchemaID> = []

    /// - Parameter set: Contracts that were loaded without errors.
    public init(set: ContractSet) {
        self.set = set
        interpreter = SchemaInterpreter(graph: set.graph)
    }

    /// Everything that breaks a rule, in order of file and place.
    public static func check(_ set: ContractSet) -> [Diagnostic] {
        var lint = ContractLint(set: set)
        // Shared schemas are ours although contracts about others refer to them.
        for contract in set.contracts where contract.attitude == .closed { lint.check(contract) }
        for contract in set.contracts where contract.attitude == .open { lint.check(contract) }
        return lint.diagnostics.sorted { left, right in
            (left.location.file, left.location.line, left.location.column, left.message)
                < (right.location.file, right.location.line, right.location.column, right.message)
        }
    }

    mutating func report(
        _ location: SourceLocation,
        _ message: String,
        as severity: Diagnostic.Severity = .error,
        reason: String? = nil,
        remedy: String? = nil
    ) {
        let diagnostic = Diagnostic(severity, at: location, message, reason: reason, remedy: remedy)
        if known.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    /// Whether a schema comes up for the first time.
    mutating func visit(_ id: SchemaID) -> Bool { visited.insert(id).inserted }

    private mutating func check(_ contract: Contract) {
        switch contract.document {
        case .schemas(let named): check(named, contract)
        case .cache(let named):
            check(named, contract)
            for (name, id) in named where set.graph[id].extensions["x-redis"] != nil { checkCacheKey(name, id) }
        case .api(let document): check(document, contract)
        case .messaging(let document): check(document, contract)
        }
    }

    mutating func check(_ named: [(name: String, schema: SchemaID)], _ contract: Contract) {
        for (name, id) in named {
            let location = set.graph[id].location
            if !Self.isUpperCamelCase(name) {
                report(
                    location,
                    "The schema name \(name) is not in UpperCamelCase.",
                    reason: "It becomes a Swift type."
                )
            }
            checkSchema(id, contract, needsDescription: true)
        }
    }

    private mutating func checkCacheKey(_ name: String, _ id: SchemaID) {
        let schema = set.graph[id]
        guard case .object(let redis)? = schema.extensions["x-redis"] else { return }
        if redis["key"]?.string == nil { report(schema.location, "x-redis of \(name) has no key.") }
        guard let seconds = redis["ttlSeconds"]?.int, seconds > 0 else {
            report(
                schema.location,
                "x-redis of \(name) has no ttlSeconds above 0.",
                reason: "Redis is a cache: every entry ends."
            )
            return
        }
    }

    // MARK: APIs

    private mutating func check(_ document: APIDocument, _ contract: Contract) {
        check(document.schemas, contract)
        for operation in document.operations + document.webhooks { check(operation, contract) }
    }

    private mutating func check(_ operation: APIOperation, _ contract: Contract) {
        if !Self.isLowerCamelCase(operation.id) {
            report(
                operation.location,
                "The operationId \(operation.id) is not in lowerCamelCase.",
                reason: "It becomes a Swift function."
            )
        }
        if operation.summary == nil, operation.title == nil {
            report(operation.location, "The operation \(operation.id) has no description.")
        }
        if operation.responses.isEmpty {
            report(
                operation.location,
                "The operation \(operation.id) has no responses.",
                reason: "A caller could not tell success from failure."
            )
        }
        checkDirections(operation)
        for parameter in operation.parameters {
            if parameter.summary == nil, set.graph[parameter.schema].summary == nil {
                report(parameter.location, "The parameter \(parameter.name) has no description.")
            }
            checkSchema(parameter.schema, contract, needsDescription: false)
        }
        for content in operation.requestBody?.contents ?? [] { check(content, contract) }
        for (_, response) in operation.responses {
            for header in response.headers { checkSchema(header.schema, contract, needsDescription: false) }
            for content in response.contents { check(content, contract) }
        }
    }

    private mutating func check(_ content: APIContent, _ contract: Contract) {
        guard let schema = content.schema else { return }
        checkSchema(schema, contract, needsDescription: false)
        for example in content.examples { checkExample(example, schema, "example") }
    }

    // MARK: Messaging

    private mutating func check(_ document: MessagingDocument, _ contract: Contract) {
        check(document.schemas, contract)
        for channel in document.channels where channel.summary == nil {
            report(channel.location, "The channel \(channel.name) has no description.")
        }
        for operation in document.operations where operation.summary == nil {
            report(operation.location, "The operation \(operation.name) has no summary.")
        }
        for message in document.messages {
            if message.summary == nil { report(message.location, "The message \(message.name) has no summary.") }
            if let headers = message.headers { checkSchema(headers, contract, needsDescription: false) }
            guard let payload = message.payload else { continue }
            checkSchema(payload, contract, needsDescription: false)
            for example in message.examples { checkExample(example, payload, "example") }
        }
    }

    // MARK: Names

    static func isUpperCamelCase(_ name: String) -> Bool {
        name.utf8.first.map { (65...90).contains($0) } ?? false && name.utf8.allSatisfy(isLetterOrDigit)
    }

    static func isLowerCamelCase(_ name: String) -> Bool {
        name.utf8.first.map { (97...122).contains($0) } ?? false && name.utf8.allSatisfy(isLetterOrDigit)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
    }
}
