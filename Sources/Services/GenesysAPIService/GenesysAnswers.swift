import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract

// Each operation of Genesys has its own type of outcome with the same refusals; here they become one.

extension SendInboundMessage.Output {
    /// What Genesys made of the message.
    func result() throws(GenesysRefusal) -> OpenMessageNormalizedMessage {
        switch self {
        case .ok(let message), .accepted(let message): return message
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension SendStructuredResponse.Output {
    /// What Genesys made of the answer.
    func result() throws(GenesysRefusal) -> OpenStructuredResponseNormalizedMessage {
        switch self {
        case .ok(let answer), .accepted(let answer): return answer
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension SendInboundReceipt.Output {
    /// What Genesys made of the receipt.
    func result() throws(GenesysRefusal) -> OpenReceiptNormalizedMessage {
        switch self {
        case .ok(let receipt), .accepted(let receipt): return receipt
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension SendInboundEvent.Output {
    /// Returns if Genesys took the event.
    func result() throws(GenesysRefusal) {
        switch self {
        case .ok, .accepted: return
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .requestTimeout(let body, let id): throw GenesysRefusal(408, body, id)
        case .conflict(let body, let id): throw GenesysRefusal(409, body, id)
        case .contentTooLarge(let body, let id): throw GenesysRefusal(413, body, id)
        case .unsupportedMediaType(let body, let id): throw GenesysRefusal(415, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GetMessageConversation.Output {
    /// The conversation.
    func result() throws(GenesysRefusal) -> MessageConversation {
        switch self {
        case .ok(let conversation): return conversation
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}

extension GetMessageDetails.Output {
    /// The message.
    func result() throws(GenesysRefusal) -> MessageData {
        switch self {
        case .ok(let message): return message
        case .badRequest(let body, let id): throw GenesysRefusal(400, body, id)
        case .unauthorized(let body, let id): throw GenesysRefusal(401, body, id)
        case .forbidden(let body, let id): throw GenesysRefusal(403, body, id)
        case .notFound(let body, let id): throw GenesysRefusal(404, body, id)
        case .tooManyRequests(let body, let wait, let id): throw GenesysRefusal(429, body, id, retryAfter: wait)
        case .internalServerError(let body, let id): throw GenesysRefusal(500, body, id)
        case .serviceUnavailable(let body, let id): throw GenesysRefusal(503, body, id)
        case .gatewayTimeout(let body, let id): throw GenesysRefusal(504, body, id)
        case .undocumented(let response): throw GenesysRefusal(response)
        }
    }
}
