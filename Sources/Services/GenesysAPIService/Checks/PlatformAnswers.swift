import ContractRuntime
import GenesysPlatformContract

extension GenesysPlatformContract.GetCurrentToken.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.TokenInfo {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.GetOpenIntegration.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.OpenIntegration {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.ListOpenIntegrations.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.OpenIntegrationEntityListing {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.CreateOpenIntegration.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.OpenIntegration {
        switch self {
        case .ok(let value): return value
        case .accepted(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.UpdateOpenIntegration.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.OpenIntegration {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.GetSupportedContent.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.SupportedContent {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.GetDefaultSupportedContent.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.SupportedContent {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GenesysPlatformContract.GetMessageRecipient.Output {
    /// What Genesys answered.
    func answer() throws(GenesysRefusal) -> GenesysPlatformContract.Recipient {
        switch self {
        case .ok(let value): return value
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let retryAfter, let id):
            throw GenesysRefusal(429, body, id, retryAfter: retryAfter)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}
