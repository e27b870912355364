import ContractJSON
import ContractSource

/// Which way the schemas of a document go: in requests, in responses, or both.
///
/// OpenAPI 3.0 and Swagger 2.0 make `required` depend on it, where JSON Schema does not know directions.
struct SchemaDirections {
    /// One schema's directions; neither where nothing uses it.
    struct Use {
        var isRequest = false
        var isResponse = false
    }

    /// The document.
    let root: SourceNode
    /// Components by `/components/section/name`, `/definitions/name` and the like.
    private var requests: Set<String> = []
    private var responses: Set<String> = []
    private let hasPaths: Bool

    init(root: SourceNode) {
        self.root = root
        let items = (root["paths"]?.members ?? []).map(\.node)
        hasPaths = !items.isEmpty
        for item in items {
            if let parameters = item["parameters"] { walk(parameters, \.requests) }
            for operation in (item.members ?? []).map(\.node) {
                for key in ["parameters", "requestBody"] { operation[key].map { walk($0, \.requests) } }
                if let responses = operation["responses"] { walk(responses, \.responses) }
                // Who sends and who answers changes places in a callback, and readers differ on what that means here.
                guard let callbacks = operation["callbacks"] else { continue }
                walk(callbacks, \.requests)
                walk(callbacks, \.responses)
            }
        }
    }

    /// The directions of the schema at a node; both where they are not known, as in a document that others refer to.
    func use(of node: SourceNode) -> Use {
        guard hasPaths else { return Use(isRequest: true, isResponse: true) }
        let tokens = node.pointer.split(separator: "/").map(String.init)
        if let component = Self.component(node.pointer) {
            return Use(isRequest: requests.contains(component), isResponse: responses.contains(component))
        }
        if tokens.count > 2, tokens[2] == "parameters" { return Use(isRequest: true) }
        guard tokens.count > 3 else { return Use(isRequest: true, isResponse: true) }
        switch tokens[3] {
        case "parameters", "requestBody": return Use(isRequest: true)
        case "responses": return Use(isResponse: true)
        default: return Use(isRequest: true, isResponse: true)
        }
    }

    /// What a reference into this document leads to; the node itself if it is none.
    func target(of node: SourceNode) -> SourceNode {
        guard let text = node["$ref"]?.string, text.hasPrefix("#/"),
            let pointer = URIReference.percentDecoded(String(text.dropFirst())),
            case .success(let target) = root.resolve(pointer: pointer)
        else { return node }
        return target
    }

    private mutating func walk(_ node: SourceNode, _ set: WritableKeyPath<SchemaDirections, Set<String>>) {
        for element in node.elements ?? [] { walk(element, set) }
        for member in node.members ?? [] {
            if let text = member.node.string, member.name == "$ref" || text.hasPrefix("#/") {
                follow(text, set)
            } else {
                walk(member.node, set)
            }
        }
    }

    private mutating func follow(_ reference: String, _ set: WritableKeyPath<SchemaDirections, Set<String>>) {
        guard reference.hasPrefix("#/"), let pointer = URIReference.percentDecoded(String(reference.dropFirst())),
            let component = Self.component(pointer), self[keyPath: set].insert(component).inserted,
            case .success(let target) = root.resolve(pointer: component)
        else { return }
        walk(target, set)
    }

    /// The component that a pointer leads to or into.
    private static func component(_ pointer: String) -> String? {
        let tokens = pointer.split(separator: "/")
        switch tokens.first {
        case "components": return tokens.count > 2 ? "/" + tokens.prefix(3).joined(separator: "/") : nil
        case "definitions", "parameters", "responses":
            return tokens.count > 1 ? "/" + tokens.prefix(2).joined(separator: "/") : nil
        default: return nil
        }
    }
}
