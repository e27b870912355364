import ContractExchange
import ContractModel

/// The paths of a document's servers: a client that is given the whole address sends them before the operation's own path.
struct ServerPrefixes: Sendable {
    /// Segments of a path; nil stands for a variable, which is any segment.
    private let templates: [[String?]]

    /// - Parameter templates: `servers[].url`, with variables in braces.
    init(_ templates: [String]) {
        self.templates = templates.compactMap { server in
            let path = Self.path(of: server).split(separator: "/").map(String.init)
            return path.isEmpty ? nil : path.map { $0.contains("{") ? nil : $0 }
        }
    }

    /// The operation that a path means, without the path of a server or with it.
    func match(method: String, path: String, _ matcher: OperationMatcher) -> OperationMatcher.Match {
        var best = matcher.match(method: method, path: path)
        if case .operation = best { return best }
        for template in templates {
            guard let rest = Self.rest(of: path, behind: template) else { continue }
            switch matcher.match(method: method, path: rest) {
            case .operation(let operation, let parameters): return .operation(operation, parameters: parameters)
            case .otherMethods(let methods): best = .otherMethods(methods)
            case .none: continue
            }
        }
        return best
    }

    private static func path(of server: String) -> Substring {
        guard let scheme = server.firstRange(of: "://") else { return server[...] }
        let rest = server[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
    }

    private static func rest(of path: String, behind template: [String?]) -> String? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard segments.count > template.count else { return nil }
        for (segment, wanted) in zip(segments, template) where wanted.map({ $0 != segment }) ?? segment.isEmpty {
            return nil
        }
        return "/" + segments.dropFirst(template.count).joined(separator: "/")
    }
}
