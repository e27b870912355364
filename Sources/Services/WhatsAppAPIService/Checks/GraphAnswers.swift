import WhatsAppGraphContract

extension WhatsAppGraphContract.GetNode.Output {
    /// What Meta answered.
    func answer() throws(GraphRefusal) -> GraphNode {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}

extension WhatsAppGraphContract.DebugToken.Output {
    /// What Meta answered.
    func answer() throws(GraphRefusal) -> DebugTokenResponse {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}

extension WhatsAppGraphContract.ListPhoneNumbers.Output {
    /// What Meta answered.
    func answer() throws(GraphRefusal) -> PhoneNumberList {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}

extension WhatsAppGraphContract.ListSubscribedApps.Output {
    /// What Meta answered.
    func answer() throws(GraphRefusal) -> SubscribedApps {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}

extension WhatsAppGraphContract.SubscribeApp.Output {
    /// What Meta answered.
    func answer() throws(GraphRefusal) -> SuccessResponse {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}
