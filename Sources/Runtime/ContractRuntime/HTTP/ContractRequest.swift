public import HTTPTypes

/// An HTTP request as contracts see it, independent of the library that carries it.
public struct ContractRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// Path and query, percent-encoded, starting with `/`.
    public var target: String
    /// Header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: ContractBody

    /// Creates a request.
    public init(
        method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: ContractBody = .empty
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The path without the query.
    public var path: Substring {
        target.prefix { $0 != "?" }
    }

    /// The query without its question mark, or nil if there is none.
    public var query: Substring? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        return target[target.index(after: mark)...]
    }
}

/// An HTTP response as contracts see it.
public struct ContractResponse: Sendable {
    /// The status code, 100 to 599.
    public var status: Int
    /// Header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: ContractBody

    /// Creates a response.
    public init(status: Int, headers: HTTPFields = [:], body: ContractBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
