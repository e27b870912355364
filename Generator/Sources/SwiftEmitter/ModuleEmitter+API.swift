import ContractModel
import ContractPlan

/// What an OpenAPI document gives besides its types: operations, clients, handlers, credentials.
extension ModuleEmitter {
    mutating func api(_ document: APIDocument, _ contract: Contract) -> [GeneratedFile] {
        let hasClient = contract.parts.contains("client")
        let hasServer = contract.parts.contains("server")
        guard hasClient || hasServer else { return [] }
        let base = Self.base(contract.module)
        let plans = planner.operations(of: document, in: contract)
        let schemes = Dictionary(
            document.securitySchemes.map { ($0.name, $0.scheme) }, uniquingKeysWith: { first, _ in first })
        var files: [GeneratedFile] = []
        for plan in plans {
            let name = plan.typeName.path.first ?? ""
            let role = plan.isCallback ? base + "Callback" : base
            files.append(
                file(contract, "Operations/\(name)", scope: name + "Checks") { types, writer in
                    var emitter = OperationEmitter(types: types, plan: plan, base: role, securitySchemes: schemes)
                    emitter.emit(client: hasClient, server: hasServer, into: &writer)
                    types = emitter.types
                })
        }
        operationCount += plans.count
        if listsInlineSchemas {
            let inline = plans.flatMap(\.nested).filter { if case .alias = $0.shape { false } else { true } }
            files.append(schemas(inline, "\(base)InlineSchemas", of: "Every schema inside an operation.", contract))
        }
        let answered = plans.filter { !$0.isCallback }
        files.append(operations(answered, document, base, contract))
        let roles =
            [(base, answered, document.title)]
            + (answered.count == plans.count
                ? [] : [(base + "Callback", plans.filter(\.isCallback), "\(document.title) that call back")])
        for (role, plans, title) in roles {
            if hasClient { files.append(client(plans, role, title, role == base ? document.servers : [], contract)) }
            if hasServer { files.append(handler(plans, role, title, contract)) }
        }
        if !document.securitySchemes.isEmpty {
            files.append(
                file(contract, "\(base)Security", scope: "\(base)SecurityChecks") { _, writer in
                    let emitter = SecurityEmitter(base: base, title: document.title, schemes: document.securitySchemes)
                    emitter.emit(client: hasClient, server: hasServer, into: &writer)
                })
        }
        return files
    }

    private mutating func operations(
        _ plans: [OperationPlan], _ document: APIDocument, _ base: String, _ contract: Contract
    ) -> GeneratedFile {
        file(contract, "\(base)Operations", scope: "\(base)OperationsChecks") { _, writer in
            writer.documentation(
                "What the contract says of the operations of \(document.title): enough to route, guard and forward them.",
                fallback: "")
            writer.block("public enum \(base)Operations") { writer in
                writer.line("/// The operations in document order.")
                writer.line("public static let all: [OperationDescription] = [")
                let comma = plans.count == 1 ? "" : ","
                writer.indented { for plan in plans { $0.line("\(plan.typeName.dotted).description\(comma)") } }
                writer.line("]")
            }
        }
    }

    private mutating func client(
        _ plans: [OperationPlan], _ base: String, _ title: String, _ servers: [String], _ contract: Contract
    ) -> GeneratedFile {
        let retries = plans.contains { $0.behaviour.retry != nil }
        return file(contract, "\(base)Client", scope: "\(base)ClientChecks") { _, writer in
            writer.documentation("Calls the operations of \(title).", fallback: "")
            writer.block("public struct \(base)Client: Sendable") { writer in
                if !servers.isEmpty {
                    let list = servers.map(\.literal).joined(separator: ", ")
                    writer.line("/// Addresses that the contract names, with the defaults of their variables.")
                    writer.line("public static let servers = [\(list)]")
                }
                writer.line("/// Carries the requests.")
                writer.line("public let transport: any ClientTransport")
                writer.line("/// Shown where an operation asks for a credential and the call brings none of its own.")
                writer.line("public let credentials: ClientCredentials")
                if retries {
                    writer.line("/// Where waits between attempts are spent.")
                    writer.line("public let clock: any Clock<Duration>")
                }
                writer.line()
                writer.line("/// Creates a client.")
                let clock = retries ? ", clock: any Clock<Duration> = ContinuousClock()" : ""
                writer.line("public init(")
                writer.indented {
                    $0.line(
                        "transport: any ClientTransport, credentials: ClientCredentials = ClientCredentials()\(clock)")
                }
                writer.line(") {")
                writer.indented {
                    $0.line("self.transport = transport")
                    $0.line("self.credentials = credentials")
                    if retries { $0.line("self.clock = clock") }
                }
                writer.line("}")
            }
        }
    }

    private mutating func handler(
        _ plans: [OperationPlan], _ base: String, _ title: String, _ contract: Contract
    ) -> GeneratedFile {
        file(contract, "\(base)Handler", scope: "\(base)HandlerChecks") { _, writer in
            writer.documentation(
                "Answers the operations of \(title). There are no default implementations: a new operation breaks the build until it is handled.",
                fallback: "")
            writer.block("public protocol \(base)Handler: Sendable") { writer in
                for plan in plans {
                    writer.documentation(
                        plan.operation.title ?? plan.operation.summary, fallback: "Handles `\(plan.operation.id)`.")
                    writer.line(
                        "func \(plan.methodName)(_ input: \(plan.typeName.dotted).Input, _ context: RequestContext) async throws"
                    )
                    writer.indented { $0.line("-> \(plan.typeName.dotted).Output") }
                }
            }
            writer.line()
            writer.block("extension \(base)Handler") { writer in
                writer.line("/// Every route of the contract, calling this handler.")
                writer.block("public var routes: [Route]") { writer in
                    writer.line("[")
                    let comma = plans.count == 1 ? "" : ","
                    writer.indented { for plan in plans { $0.line("\(plan.typeName.dotted).route(self)\(comma)") } }
                    writer.line("]")
                }
            }
        }
    }
}
