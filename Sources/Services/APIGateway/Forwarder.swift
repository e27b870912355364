import ContractRuntime
import HTTPServer
import ServiceKit

/// Forwards public operations to the services that answer them.
struct Forwarder: Sendable {
    let proxies: [ServiceName: ProxyRoute]

    var routes: [Route] {
        ForwardedOperation.all.compactMap { operation in
            proxies[operation.service].map { route(operation, through: $0) }
        }
    }

    /// The credential goes on as it came: the service checks it too, as its own contract says.
    private func route(_ operation: ForwardedOperation, through proxy: ProxyRoute) -> Route {
        Route(
            method: operation.method, template: operation.template, operationID: operation.operationID,
            security: Self.security(operation.access), audience: "public", bodyLimit: operation.bodyLimit
        ) { request in
            guard PlainTarget.isPlain(request.request.target) else { throw Self.ambiguousPath }
            return try await proxy.forward(
                request, target: request.request.target, streamsAnswer: operation.access != .platform)
        }
    }

    private static func security(_ access: ForwardedOperation.Access) -> [[SecurityRequirement]] {
        switch access {
        // The service checks the signature, which covers the body.
        case .platform: []
        case .administrator: [[SecurityRequirement(scheme: "adminKey", kind: .bearer)]]
        }
    }

    private static let ambiguousPath = ProblemDocument(
        status: 400, title: "Bad Request",
        detail: "the path has empty or dot segments, path parameters or encoded separators")
}
